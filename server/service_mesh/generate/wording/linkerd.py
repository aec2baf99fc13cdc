"""Callers and requests in Linkerd's policies: identities, and matches of routes that are attached to a Server.

(https://linkerd.io/2-edge/reference/authorization-policy/)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service_mesh.generate.parameters.parties import Caller
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import LINKERD_VALUES, Form, Sheet
from service_mesh.generate.site import Site
from service_mesh.model.kinds import HTTP_ROUTE, LINKERD_HTTP_ROUTE, Kind

__all__ = ["identities", "linkerd_values", "matches", "route_kind"]


_GATEWAY_API_FIRST = (25, 4, 4)


def identities(callers: Iterable[Caller], suffix: str) -> list[str]:
    """The identities of a MeshTLSAuthentication; every account of a namespace is `*.namespace....`."""
    return [f"{one.service_account or '*'}.{one.namespace}.{suffix}" for one in callers]


def linkerd_values(template: str, before: str = "", values: Mapping[str, object] | None = None) -> Sheet:
    """A file of values for the chart of the control plane, with the command that applies it.

    Args:
        template: The template of the file.
        before: The values that take it back, as `helm --set` takes them; without any, the release before comes back.
        values: What the template reads.
    """
    release = "linkerd-control-plane"
    upgrade = f"helm upgrade {release} linkerd-edge/linkerd-control-plane -n linkerd --reuse-values"
    return Sheet(
        LINKERD_VALUES,
        template,
        values or {},
        form=Form.VALUES,
        apply=f"{upgrade} -f {LINKERD_VALUES}",
        undo=f"{upgrade} --set {before}" if before else f"helm rollback {release} -n linkerd",
    )


def route_kind(site: Site) -> Kind:
    """The kind of routes that a Server gets: that of the Gateway API since the documentation leads to it.

    (https://linkerd.io/2-edge/features/gateway-api/)
    """
    return HTTP_ROUTE if site.has("linkerd", *_GATEWAY_API_FIRST) else LINKERD_HTTP_ROUTE


def matches(call: Call) -> list[dict[str, Any]]:
    """The `matches` of a route's rule: any of them takes the request, all parts of one have to hold."""
    headers = [{"name": one.name, "value": one.value} for one in call.headers]
    paths = list(_paths(call)) or [None]
    methods: list[str | None] = ["POST"] if call.grpc else [*call.methods] or [None]
    return [_match(path, method, headers) for path in paths for method in methods]


def _match(path: dict[str, str] | None, method: str | None, headers: list[dict[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {"path": path or {"type": "PathPrefix", "value": "/"}}
    if method:
        found["method"] = method
    if headers:
        found["headers"] = headers
    return found


def _paths(call: Call) -> Iterator[dict[str, str] | None]:
    for path in call.paths:
        kind = "Exact" if path.exact is not None else "PathPrefix"
        yield {"type": kind, "value": path.exact or path.prefix or "/"}
    for method in call.grpc:
        service, _, name = method.partition("/")
        if name == "*":
            yield {"type": "PathPrefix", "value": f"/{service}"}
        else:
            yield {"type": "Exact", "value": f"/{method}"}
