"""A small answer about the health of a mesh, for tests of the surfaces."""

from dataclasses import dataclass, field

from service_mesh.model.counts import Counts
from service_mesh.model.finding import ResourceRef
from service_mesh.model.grade import Severity
from service_mesh.operations.request import StatusRequest
from service_mesh.operations.result import NotChecked, Verdict
from service_mesh.operations.status_result import Cause, Evidence, Problem, ReadCluster, StatusResult
from service_mesh.status.health import (
    CertificateHealth,
    Component,
    DataPlane,
    GatewayHealth,
    MeshHealth,
    NamespaceHealth,
)

__all__ = ["CAUSE", "HEALTH", "PROBLEM", "RESULT", "StatusRecorder"]

PROBLEM = Problem(
    id="ST101-1",
    code="ST101",
    name="component-down",
    severity=Severity.ERROR,
    check="control-plane",
    message="no pod of 'istiod' is ready",
    resource=ResourceRef("apps/v1", "Deployment", "istio-system", "istiod"),
    evidence=Evidence("/status/readyReplicas", "0"),
    file="dump/deployments.yaml",
    line=12,
    next_command="kubectl -n istio-system describe deployment/istiod",
    doc="references/rules/status/ST101.md",
    sources=("istio/istio: pilot/cmd/pilot-discovery/app/cmd.go",),
)

HEALTH = MeshHealth(
    mesh="istio",
    cluster="",
    version="1.31.2",
    mode="sidecar",
    control_plane=(Component("istiod", "Deployment", "istio-system", 0, 2, "1.31.2", "default"),),
    data_plane=DataPlane((NamespaceHealth("shop", "sidecar", 5, 4, 1, 0),)),
    gateways=(GatewayHealth("shop/public", "Gateway", ("203.0.113.5",), ("http:80/HTTP",), is_programmed=True),),
    certificates=(CertificateHealth("istiod CA (Secret istio-system/cacerts)", "2027-03-01T00:00:00Z", 101, True),),
    config=Counts(1, 2, 0),
)

RESULT = StatusResult(
    verdict=Verdict.FAIL,
    meshes=(HEALTH,),
    problems=(PROBLEM,),
    counts=Counts(error=1),
    not_checked=(NotChecked("Secret objects", "the snapshot holds none", "kubectl get secrets -A -o yaml"),),
    taken_at="2026-11-20T12:00:00Z",
    clusters=(ReadCluster("prod", "", "2026-11-20T12:00:00Z", "1.34.2", "kubectl", 42),),
    versions={"istio": "1.31"},
)

CAUSE = Cause(
    symptom="503",
    workload="shop/web",
    cause="the service selects no pod",
    resource=ResourceRef("v1", "Service", "shop", "web"),
    code="IS110",
    next_command="kubectl -n shop get endpointslices",
    disproof="the service has ready endpoints",
    looked_for=("endpoints", "subsets"),
)


@dataclass
class StatusRecorder:
    """An operation that answers with `result`, or fails with `error`, and keeps the requests."""

    result: StatusResult = RESULT
    error: Exception | None = None
    requests: list[StatusRequest] = field(default_factory=list)

    def __call__(self, request: StatusRequest) -> StatusResult:
        self.requests.append(request)
        if request.progress is not None:
            request.progress(1, 2, "pods")
        if self.error is not None:
            raise self.error
        return self.result
