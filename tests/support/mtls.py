"""Answers to what travels between workloads, and an operation that gives one and remembers what it was asked."""

from dataclasses import dataclass, field

from service_mesh.model.finding import RelatedView, ResourceRef
from service_mesh.operations.access_result import AccessDecision
from service_mesh.operations.mtls_result import Breakage, EdgeView, MtlsResult, MtlsVerdict, PortMode, Readiness
from service_mesh.operations.request import MtlsRequest
from service_mesh.operations.result import NotChecked

_MODE = RelatedView(
    ResourceRef("security.istio.io/v1", "PeerAuthentication", "shop", "mode"),
    "/spec/mtls/mode",
    "mtls.yaml",
    7,
    "sets it",
)
_WEB, _CART, _REPORT = "Deployment shop/web", "Deployment shop/cart", "Deployment legacy/report"

PLAINTEXT = EdgeView(
    from_=(_REPORT,),
    clients=1,
    to=(_CART,),
    servers=1,
    port=8080,
    transport="plaintext",
    encrypted=False,
    authenticated=False,
    decision=AccessDecision.ALLOW,
    reason="the client is not in the mesh",
    decided_by=(_MODE,),
)

MTLS = EdgeView(
    from_=(_WEB, _CART),
    clients=2,
    to=(_CART,),
    servers=1,
    port=8080,
    transport="mtls",
    encrypted=True,
    authenticated=True,
    decision=AccessDecision.ALLOW,
    reason="automatic mTLS",
    decided_by=(_MODE,),
    same_mesh=True,
)

BREAKAGE = Breakage((_REPORT,), 1, (_CART,), 1, 8080, "the client is not in the mesh", (_MODE,))

PERMISSIVE = MtlsResult(
    verdict=MtlsVerdict.PERMISSIVE,
    workloads=(PortMode(_CART, 8080, "istio", "permissive", (_MODE,)),),
    edges=(PLAINTEXT, MTLS),
    strict_ready=Readiness(False, (BREAKAGE,)),
    totals={"plaintext": 1, "mtls": 2},
    not_checked=(NotChecked("notes.txt", "it is no YAML", "name YAML files"),),
    versions={"istio": "1.31"},
    notes=("left out: 2 workloads of Kubernetes and of meshes themselves; --namespace asks for them",),
)


@dataclass
class MtlsRecorder:
    """An operation that answers with `result`, or fails with `error`, and keeps the requests."""

    result: MtlsResult = PERMISSIVE
    error: Exception | None = None
    requests: list[MtlsRequest] = field(default_factory=list)

    def __call__(self, request: MtlsRequest) -> MtlsResult:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        return self.result
