"""The tool `generate_policy`: arguments in, request to the operation, answer out."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.names import intent_names
from service_mesh.mcptools.deps import Generate
from service_mesh.mcptools.generate_answer import GenerateAnswer, to_generate_answer
from service_mesh.mcptools.paged_arguments import choice
from service_mesh.mcptools.source_arguments import MAX_BYTES, SOURCE_NAMES, VersionArguments
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.operations.request import GenerateRequest, Inputs

__all__ = ["GenerateArguments", "generate_tool"]


class GenerateArguments(BaseModel):
    """Arguments of `generate_policy`; the descriptions are part of the published schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    intent: Annotated[
        str | None,
        Field(
            max_length=100,
            description='What is wanted, e.g. "strict-mtls".',
            json_schema_extra={"enum": list(intent_names())},
        ),
    ] = None
    mesh: Annotated[Dialect | None, choice('What it is written for, e.g. "istio-ambient".')] = None
    params: Annotated[
        dict[str, object] | None,
        Field(max_length=50, description='Its parameters; without them their form, e.g. {"namespace": "shop"}.'),
    ] = None
    versions: Annotated[
        VersionArguments | None, Field(description='Releases to write for, else the newest, e.g. {"istio": "1.26"}.')
    ] = None
    manifests: Annotated[
        str | None, Field(description='What is there already, to fit into, e.g. "apiVersion: v1\\n…".')
    ] = None
    paths: Annotated[list[str], Field(max_length=1_000, description='The same as files, e.g. ["mesh/"].')] = Field(
        default_factory=list
    )
    snapshot: Annotated[str | None, Field(max_length=4_096, description='The same, saved, e.g. "dump.tar.gz".')] = None
    kube_context: Annotated[str | None, Field(max_length=253, description='The same, live, e.g. "current".')] = None


_DESCRIPTION = (
    "Writes YAML for an intent, for a mesh and its release: validated and simulated before it is returned, with apply"
    " order, verify and rollback. cannot_express names what the mesh has no words for. Nothing is applied."
)

_NAMES = {
    **SOURCE_NAMES,
    **dict.fromkeys(("parameters", "args", "values", "spec", "options"), "params"),
    **dict.fromkeys(("name", "policy", "kind", "goal", "what"), "intent"),
    **dict.fromkeys(("dialect", "target", "provider", "service_mesh"), "mesh"),
}
_VALUES = {
    "mesh": {
        **dict.fromkeys(("istio", "sidecar", "istio_sidecar"), "istio-sidecar"),
        **dict.fromkeys(("ambient", "istio_ambient", "ztunnel"), "istio-ambient"),
        **dict.fromkeys(("gateway_api", "gatewayapi", "gateway"), "gateway-api"),
        **dict.fromkeys(("cilium-mesh",), "cilium"),
        **dict.fromkeys(("linkerd2",), "linkerd"),
    }
}


def generate_tool(generate: Generate) -> PublishedTool[GenerateArguments]:
    """The tool around an operation that generates."""
    adapter = TypeAdapter(GenerateAnswer)

    def call(arguments: GenerateArguments, caller: Caller) -> Answer:
        return to_generate_answer(generate(_request(arguments, caller)), adapter)

    return PublishedTool(
        name="generate_policy",
        title="Configuration for an intent",
        description=_DESCRIPTION,
        arguments=GenerateArguments,
        answer=adapter,
        names=_NAMES,
        values=_VALUES,
        call=call,
        reaches_clusters=True,
    )


def _request(arguments: GenerateArguments, caller: Caller) -> GenerateRequest:
    if arguments.intent is None or arguments.mesh is None:
        missing = "intent" if arguments.intent is None else "mesh"
        example = 'call it with {"intent": "strict-mtls", "mesh": "istio-ambient", "params": {"namespace": "shop"}}'
        raise UsageError(f"no {missing} is given", example)
    inputs = Inputs(
        manifests=arguments.manifests,
        paths=tuple(arguments.paths),
        snapshot=arguments.snapshot,
        kube_context=arguments.kube_context,
        roots=caller.roots,
        max_bytes=MAX_BYTES,
    )
    has_inputs = arguments.manifests is not None or arguments.paths or arguments.snapshot or arguments.kube_context
    return GenerateRequest(
        arguments.intent,
        arguments.mesh,
        arguments.params,
        inputs if has_inputs else Inputs(),
        arguments.versions.model_dump(exclude_none=True) if arguments.versions else {},
    )
