"""The tool `mesh_status`: arguments in, request to the operation, page out."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service_mesh.errors import UsageError
from service_mesh.mcptools.deps import Status
from service_mesh.mcptools.paged_arguments import DETAIL_VALUES, PAGE_NAMES, Cursor, Detail, choice
from service_mesh.mcptools.status_answer import StatusAnswer
from service_mesh.mcptools.status_page import StatusWanted, to_status_answer
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.operations.request import Check, Inputs, StatusRequest, Symptom

__all__ = ["StatusArguments", "status_tool"]

_DEADLINE_SECONDS = 30.0


class StatusArguments(BaseModel):
    """Arguments of `mesh_status`; the descriptions are part of the published schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    snapshot: Annotated[
        str | None,
        Field(
            max_length=4_096,
            description='kubectl get output, must-gather, istioctl bug-report or sysdump, e.g. "dump.tar.gz".',
        ),
    ] = None
    kube_context: Annotated[
        str | None,
        Field(max_length=253, description='Kubeconfig context to read live, e.g. "current".'),
    ] = None
    namespace: Annotated[
        str | None,
        Field(max_length=253, description='Only workloads and gateways of this namespace, e.g. "shop".'),
    ] = None
    checks: Annotated[
        list[Annotated[Check, Field(strict=False)]],
        Field(
            max_length=20, description='Only these parts; by default all of an installed mesh, e.g. ["certificates"].'
        ),
    ] = Field(default_factory=list)
    symptom: Annotated[
        Symptom | None, choice('What is seen of workload: answers with the likeliest cause, e.g. "503".')
    ] = None
    workload: Annotated[
        str | None,
        Field(max_length=600, description='The workload of symptom, e.g. "shop/web".'),
    ] = None
    cert_days: Annotated[
        int | None,
        Field(ge=0, le=36_500, description="Certificates with fewer days left are errors, e.g. 30."),
    ] = None
    now: Annotated[
        str | None,
        Field(max_length=40, description='Judges at this time, e.g. "2026-11-20T12:00:00Z".'),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Most problems per page, e.g. 100.")] = 30
    cursor: Cursor = None
    detail: Annotated[Detail, choice('full adds place, page and sources, and all rows, e.g. "full".')] = Detail.CONCISE


_DESCRIPTION = (
    "Tells the health of the Istio, Linkerd and Cilium meshes of a cluster, live or from a snapshot: problems first,"
    " each with object, field and next command; then control planes, data plane by namespace, gateways, certificates,"
    " versions, counts of validate_config. With symptom and workload it tells why something fails."
    " It only reads; Secrets never leave the reader. not_checked names what could not be judged; it never means fine."
)

_NAMES = {
    **PAGE_NAMES,
    **dict.fromkeys(("context", "kubecontext", "kubeconfig_context", "cluster"), "kube_context"),
    **dict.fromkeys(("path", "paths", "file", "archive", "dump", "folder"), "snapshot"),
    **dict.fromkeys(("check", "parts", "areas", "scope", "only"), "checks"),
    **dict.fromkeys(("problem", "error", "status_code"), "symptom"),
    **dict.fromkeys(("pod", "deployment", "service", "target", "name"), "workload"),
    **dict.fromkeys(("days", "expiry_days", "certificate_days"), "cert_days"),
    **dict.fromkeys(("time", "at", "date"), "now"),
}

_VALUES = {
    "checks": {
        **dict.fromkeys(("control_plane", "controlplane", "istiod"), "control-plane"),
        **dict.fromkeys(("data_plane", "dataplane", "proxies", "sidecars"), "data-plane"),
        **dict.fromkeys(("certs", "certificate", "tls"), "certificates"),
        **dict.fromkeys(("gateway", "ingress"), "gateways"),
        **dict.fromkeys(("version", "skew"), "versions"),
        **dict.fromkeys(("config",), "configuration"),
        **dict.fromkeys(("multicluster", "multi_cluster"), "multi-cluster"),
        **dict.fromkeys(("preinstall", "pre_install", "precheck"), "pre-install"),
        **dict.fromkeys(("postinstall", "post_install"), "post-install"),
    },
    "symptom": {
        **dict.fromkeys(("timeouts", "504", "408"), "timeout"),
        **dict.fromkeys(("no_endpoints", "uh", "no healthy upstream"), "no-endpoints"),
        **dict.fromkeys(("tls", "tls_error", "certificate", "mtls"), "tls-error"),
        **dict.fromkeys(("not injected", "no sidecar", "sidecar"), "injection"),
        **dict.fromkeys(("slow", "slowness"), "latency"),
        **dict.fromkeys(("forbidden", "denied", "rbac"), "403"),
        **dict.fromkeys(("not found", "nr"), "404"),
    },
    "detail": DETAIL_VALUES,
}


def status_tool(status: Status) -> PublishedTool[StatusArguments]:
    """The tool around an operation that tells the health of clusters."""
    adapter = TypeAdapter(StatusAnswer)

    def call(arguments: StatusArguments, caller: Caller) -> Answer:
        result = status(_request(arguments, caller))
        wanted = StatusWanted(arguments.limit, arguments.detail is Detail.FULL, arguments.cursor)
        return to_status_answer(result, wanted, adapter)

    return PublishedTool(
        name="mesh_status",
        title="Health of meshes",
        description=_DESCRIPTION,
        arguments=StatusArguments,
        answer=adapter,
        names=_NAMES,
        values=_VALUES,
        call=call,
        reaches_clusters=True,
    )


def _request(arguments: StatusArguments, caller: Caller) -> StatusRequest:
    if arguments.snapshot is None and arguments.kube_context is None:
        raise UsageError(
            "no cluster to look at, neither 'snapshot' nor 'kube_context' is given",
            'call mesh_status with {"kube_context": "current"} or {"snapshot": "dump.tar.gz"}',
        )
    return StatusRequest(
        inputs=Inputs(snapshot=arguments.snapshot, kube_context=arguments.kube_context, roots=caller.roots),
        namespace=arguments.namespace,
        checks=tuple(arguments.checks),
        symptom=arguments.symptom,
        workload=arguments.workload or "",
        cert_days=arguments.cert_days,
        now=arguments.now,
        deadline=_DEADLINE_SECONDS,
        progress=caller.progress,
    )
