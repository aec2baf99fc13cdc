"""The tool `check_access`: arguments in, request to the operation, answer out."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from service_mesh.errors import UsageError
from service_mesh.mcptools.access_answer import AccessAnswer, to_access_answer
from service_mesh.mcptools.deps import Access, AccessMatrix
from service_mesh.mcptools.matrix_answer import to_matrix_answer
from service_mesh.mcptools.source_arguments import SOURCE_NAMES, SOURCE_VALUES, SourceArguments, inputs_of
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.operations.request import AccessMatrixRequest, AccessRequest

__all__ = ["AccessArguments", "access_tool"]

_LONGEST = 600
_ALL = "*"
_EXAMPLE = (
    'call it with {"source": "shop/web", "destination": "svc:shop/cart:80"}, or with {"matrix_namespace": "shop"}'
)


class AccessArguments(SourceArguments):
    """Arguments of `check_access`; the descriptions are part of the published schema."""

    source: Annotated[
        str | None,
        Field(
            max_length=_LONGEST,
            description='Who calls, e.g. "shop/web", "deploy/shop/web", "sa:shop/account", "ns:shop", "ip:10.0.0.7",'
            ' "external".',
        ),
    ] = None
    destination: Annotated[
        str | None,
        Field(
            max_length=_LONGEST,
            description='What is called, e.g. "shop/cart:8080", "svc:shop/cart:80", "host:NAME:443",'
            ' "ip:10.0.0.7:53/udp".',
        ),
    ] = None
    method: Annotated[str | None, Field(max_length=60, description='Method of the request, e.g. "GET".')] = None
    path: Annotated[str | None, Field(max_length=8_192, description='Its path with the query, e.g. "/items?x=1".')] = (
        None
    )
    host: Annotated[str | None, Field(max_length=_LONGEST, description='Its host, e.g. "shop.example.com".')] = None
    headers: Annotated[
        dict[str, str],
        Field(max_length=100, description='Its headers; others are absent, e.g. {"x-user": "alice"}.'),
    ] = Field(default_factory=dict)
    jwt_claims: Annotated[
        dict[str, object] | None,
        Field(
            max_length=100,
            description='Claims of its valid token, else none, e.g. {"iss": "https://issuer"}.',
        ),
    ] = None
    matrix_namespace: Annotated[
        str | None,
        Field(max_length=253, description='Instead of one call: all pairs of a namespace, e.g. "shop"; "*" for all.'),
    ] = None


_DESCRIPTION = (
    "Answers 'can A call B': allow, deny or unknown, with the object that decides and what each layer says:"
    " NetworkPolicy and Cilium at both ends, what the connection carries, waypoints, authorization of Istio or Linkerd."
    " Files on top of a cluster try a policy out. needs names what would settle an unknown."
)

_NAMES = {
    **SOURCE_NAMES,
    **dict.fromkeys(("from", "client", "src", "caller", "source_workload"), "source"),
    **dict.fromkeys(("to", "server", "dst", "target", "service", "destination_workload"), "destination"),
    **dict.fromkeys(("http_method", "verb"), "method"),
    **dict.fromkeys(("url", "uri", "http_path", "request_path"), "path"),
    **dict.fromkeys(("authority", "hostname"), "host"),
    **dict.fromkeys(("header", "http_headers"), "headers"),
    **dict.fromkeys(("matrix", "namespace", "namespaces"), "matrix_namespace"),
    **dict.fromkeys(("claims", "jwt", "token", "token_claims"), "jwt_claims"),
}


def access_tool(access: Access, matrix: AccessMatrix) -> PublishedTool[AccessArguments]:
    """The tool around two operations: whether a call passes, and who can call whom."""
    adapter = TypeAdapter(AccessAnswer)

    def call(arguments: AccessArguments, caller: Caller) -> Answer:
        if arguments.matrix_namespace is not None:
            return to_matrix_answer(matrix(_matrix_request(arguments, caller)), adapter)
        return to_access_answer(access(_request(arguments, caller)), adapter)

    return PublishedTool(
        name="check_access",
        title="Can A call B",
        description=_DESCRIPTION,
        arguments=AccessArguments,
        answer=adapter,
        names=_NAMES,
        values=dict(SOURCE_VALUES),
        call=call,
        reaches_clusters=True,
    )


def _matrix_request(arguments: AccessArguments, caller: Caller) -> AccessMatrixRequest:
    if arguments.source is not None or arguments.destination is not None:
        raise UsageError("'matrix_namespace' is about all pairs, 'source' and 'destination' about one", "leave one out")
    inputs = inputs_of(arguments, caller, "check_access")
    namespace = None if arguments.matrix_namespace == _ALL else arguments.matrix_namespace
    return AccessMatrixRequest(inputs, namespace, arguments.complete, arguments.named_versions)


def _request(arguments: AccessArguments, caller: Caller) -> AccessRequest:
    inputs = inputs_of(arguments, caller, "check_access")
    if arguments.source is None or arguments.destination is None:
        absent = "source" if arguments.source is None else "destination"
        raise UsageError(f"no call is asked about: '{absent}' is missing", _EXAMPLE)
    return AccessRequest(
        inputs=inputs,
        source=arguments.source,
        destination=arguments.destination,
        method=arguments.method,
        path=arguments.path,
        host=arguments.host,
        headers=arguments.headers,
        jwt_claims=arguments.jwt_claims,
        complete=arguments.complete,
        versions=arguments.named_versions,
    )
