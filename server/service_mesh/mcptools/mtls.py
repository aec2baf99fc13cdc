"""The tool `validate_mtls`: arguments in, request to the operation, page out."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from service_mesh.mcptools.deps import Mtls
from service_mesh.mcptools.mtls_answer import MtlsAnswer
from service_mesh.mcptools.mtls_page import to_mtls_answer
from service_mesh.mcptools.paged_arguments import PAGE_NAMES, Cursor
from service_mesh.mcptools.source_arguments import SOURCE_NAMES, SOURCE_VALUES, SourceArguments, inputs_of
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.operations.request import MtlsRequest

__all__ = ["MtlsArguments", "mtls_tool"]


class MtlsArguments(SourceArguments):
    """Arguments of `validate_mtls`; the descriptions are part of the published schema."""

    namespace: Annotated[
        str | None, Field(max_length=253, description='Only workloads of this namespace as servers, e.g. "shop".')
    ] = None
    workload: Annotated[
        str | None, Field(max_length=600, description='Only this workload as a server, e.g. "shop/cart".')
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Most edges per page, e.g. 100.")] = 30
    cursor: Cursor = None


_DESCRIPTION = (
    "Tells which connections are really mTLS: what each port takes and which object decides it, what travels between"
    " workloads of Istio, Linkerd and Cilium, the worst first, and what STRICT would break (strict_ready). It judges"
    " configuration; traffic is not observed."
)

_NAMES = {
    **PAGE_NAMES,
    **SOURCE_NAMES,
    **dict.fromkeys(("pod", "deployment", "service", "target", "server", "destination"), "workload"),
}


def mtls_tool(mtls: Mtls) -> PublishedTool[MtlsArguments]:
    """The tool around an operation that tells what travels between workloads."""
    adapter = TypeAdapter(MtlsAnswer)

    def call(arguments: MtlsArguments, caller: Caller) -> Answer:
        return to_mtls_answer(mtls(_request(arguments, caller)), arguments.limit, arguments.cursor, adapter)

    return PublishedTool(
        name="validate_mtls",
        title="What is really mTLS",
        description=_DESCRIPTION,
        arguments=MtlsArguments,
        answer=adapter,
        names=_NAMES,
        values=dict(SOURCE_VALUES),
        call=call,
        reaches_clusters=True,
    )


def _request(arguments: MtlsArguments, caller: Caller) -> MtlsRequest:
    return MtlsRequest(
        inputs=inputs_of(arguments, caller, "validate_mtls"),
        namespace=arguments.namespace,
        workload=arguments.workload or "",
        complete=arguments.complete,
        versions=arguments.named_versions,
    )
