"""The tool `recommend_mesh`: arguments in, request to the operation, answer out."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service_mesh.errors import UsageError
from service_mesh.mcptools.deps import Recommend
from service_mesh.mcptools.recommend_answer import RecommendAnswer, to_recommend_answer
from service_mesh.mcptools.source_arguments import MAX_BYTES
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.operations.request import Inputs, RecommendRequest

__all__ = ["RecommendArguments", "recommend_tool"]

_FORM = (
    "What is needed, unknowns left out: needs (mtls, l7-authorization, jwt, egress-control, canary, mirroring,"
    " fault-injection, locality-failover, multi-cluster, vms, windows-nodes, grpc, tcp-only, ipv6, fips, external-ca,"
    " gateway-api, observability, gradual-adoption, growth: must|should|no); sizes (nodes, pods, services, clusters,"
    " networks); traffic (rps, protocols, payload_kb, latency_budget_ms); constraints (cni, cni_may_change, kernel,"
    " platform, serverless_nodes, privileged_pods, managed_only, commercial_support, open_source_only, existing); team"
    " (engineers, mesh_experience, ebpf_experience: none|some|deep, on_call); priorities (weights of needs, security,"
    " latency, resources, simplicity, maturity, migration),"
    ' e.g. {"needs": {"mtls": "must"}, "sizes": {"pods": 900}}.'
)


class RecommendArguments(BaseModel):
    """Arguments of `recommend_mesh`; the descriptions are part of the published schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    requirements: Annotated[dict[str, object], Field(max_length=20, description=_FORM)] = Field(default_factory=dict)
    snapshot: Annotated[
        str | None,
        Field(max_length=4_096, description='Fills in what a saved cluster shows, e.g. "dump.tar.gz".'),
    ] = None
    kube_context: Annotated[
        str | None, Field(max_length=253, description='The same, live from a kubeconfig context, e.g. "current".')
    ] = None


_DESCRIPTION = (
    "Recommends istio-ambient, istio-sidecar, linkerd, cilium or no-mesh for what is needed: hard constraints, weighted"
    " scores, dated evidence, what it takes to run, what would change the answer. Facts that are missing are named."
)

_NAMES = {
    **dict.fromkeys(("requirement", "needs", "params", "input", "context", "criteria"), "requirements"),
    **dict.fromkeys(("cluster", "kubeconfig", "kube_config"), "kube_context"),
}


def recommend_tool(recommend: Recommend) -> PublishedTool[RecommendArguments]:
    """The tool around an operation that recommends a mesh."""
    adapter = TypeAdapter(RecommendAnswer)

    def call(arguments: RecommendArguments, caller: Caller) -> Answer:
        return to_recommend_answer(recommend(_request(arguments, caller)), adapter)

    return PublishedTool(
        name="recommend_mesh",
        title="Which mesh, if any",
        description=_DESCRIPTION,
        arguments=RecommendArguments,
        answer=adapter,
        names=_NAMES,
        values={},
        call=call,
        reaches_clusters=True,
    )


def _request(arguments: RecommendArguments, caller: Caller) -> RecommendRequest:
    inputs = None
    if arguments.snapshot is not None or arguments.kube_context is not None:
        inputs = Inputs(
            snapshot=arguments.snapshot, kube_context=arguments.kube_context, roots=caller.roots, max_bytes=MAX_BYTES
        )
    if not arguments.requirements and inputs is None:
        raise UsageError("no requirements are given", 'call it with {"requirements": {"needs": {"mtls": "must"}}}')
    return RecommendRequest(arguments.requirements, datetime.now(UTC).date().isoformat(), inputs)
