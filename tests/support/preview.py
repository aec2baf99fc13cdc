"""An answer to what a change would do, and an operation that gives one and remembers what it was asked."""

from dataclasses import dataclass, field

from service_mesh.model.finding import ResourceRef
from service_mesh.operations.access_matrix_result import MatrixPort
from service_mesh.operations.access_result import AccessDecision, Deciding
from service_mesh.operations.preview_result import (
    AccessChanges,
    CallsChange,
    CallSide,
    ChangedObject,
    EncryptionChanges,
    FindingChanges,
    PreviewResult,
)
from service_mesh.operations.request import PreviewRequest
from service_mesh.operations.result import NotChecked, Verdict
from tests.mcptools.samples import FINDING

__all__ = ["GAINED", "LOST", "STRICT", "PreviewRecorder"]

_MODE = ResourceRef("security.istio.io/v1", "PeerAuthentication", "shop", "mode")
_POLICY = ResourceRef("security.istio.io/v1", "AuthorizationPolicy", "shop", "cart")
_PORT = MatrixPort(8080, "TCP", 80)

_PLAIN = CallSide(AccessDecision.ALLOW, "plaintext", False, False, None)
_BROKEN = CallSide(
    AccessDecision.DENY,
    "broken",
    False,
    False,
    Deciding("transport", "the client is not in the mesh", _MODE, "/spec/mtls/mode", "strict.yaml", 4),
)
_DENIED = CallSide(
    AccessDecision.DENY,
    "mtls",
    True,
    True,
    Deciding("authorization", "no ALLOW policy matches", _POLICY, "/spec", "cart.yaml", 4),
)
_ALLOWED = CallSide(
    AccessDecision.ALLOW,
    "mtls",
    True,
    True,
    Deciding("authorization", "it allows them", _POLICY, "/spec/rules/0", "new.yaml", 7),
)

LOST = CallsChange(("Deployment legacy/report",), 1, ("Deployment shop/cart",), 1, _PORT, (), _PLAIN, _BROKEN)
GAINED = CallsChange(
    ("Deployment shop/a", "Deployment shop/b", "Deployment shop/c"),
    4,
    ("Deployment shop/cart",),
    1,
    _PORT,
    ("GET /admin",),
    _DENIED,
    _ALLOWED,
)

STRICT = PreviewResult(
    verdict=Verdict.FAIL,
    objects=(ChangedObject("PeerAuthentication shop/mode", "changed"),),
    access=AccessChanges(gained=(GAINED,), lost=(LOST,)),
    encryption=EncryptionChanges(),
    findings=FindingChanges(introduced=(FINDING,), unchanged=3),
    workloads=5,
    not_checked=(NotChecked("notes.txt", "it is no YAML", "name YAML files"),),
    versions={"istio": "1.31"},
    notes=("calls from outside are not compared",),
)


@dataclass
class PreviewRecorder:
    """An operation that answers with `result` and keeps the requests."""

    result: PreviewResult = STRICT
    requests: list[PreviewRequest] = field(default_factory=list)

    def __call__(self, request: PreviewRequest) -> PreviewResult:
        self.requests.append(request)
        return self.result
