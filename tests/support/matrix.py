"""An answer to who can call whom, and an operation that gives one and remembers what it was asked."""

from dataclasses import dataclass, field

from service_mesh.model.finding import ResourceRef
from service_mesh.operations.access_matrix_result import (
    AccessMatrixResult,
    MatrixClass,
    MatrixPort,
    MatrixRow,
    MatrixTotals,
)
from service_mesh.operations.access_result import AccessDecision, Deciding
from service_mesh.operations.request import AccessMatrixRequest
from service_mesh.operations.result import NotChecked

__all__ = ["SHOP", "MatrixRecorder"]

_POLICY = ResourceRef("security.istio.io/v1", "AuthorizationPolicy", "shop", "cart")
_PORT = MatrixPort(8080, "TCP", 80)


def _row(clients: int, decision: AccessDecision, reason: str, needs: tuple[str, ...] = ()) -> MatrixRow:
    decider = Deciding("authorization", reason, _POLICY, "/spec", "cart.yaml", 4)
    return MatrixRow(clients, 0b100, _PORT, decision, "mtls", decider, bool(needs), needs)


SHOP = AccessMatrixResult(
    classes=(
        MatrixClass(0, ("Deployment shop/web",)),
        MatrixClass(
            1, ("Deployment shop/api", "Deployment shop/api-2", "Deployment shop/api-3", "Deployment shop/api-4")
        ),
        MatrixClass(2, ("Deployment shop/cart",)),
        MatrixClass(3, ("Deployment shop/report",)),
    ),
    rows=(
        _row(0b1000, AccessDecision.UNKNOWN, "it allows some paths", ("the path of the request",)),
        _row(0b0011, AccessDecision.ALLOW, "it allows them"),
        _row(0b0100, AccessDecision.DENY, "no ALLOW policy matches"),
        MatrixRow(
            0b1111,
            0b1000,
            MatrixPort(53, "UDP"),
            AccessDecision.ALLOW,
            "plaintext",
            None,
            depends_on_request=False,
            needs=(),
        ),
    ),
    totals=MatrixTotals(workloads=7, classes=4, rows=4, allow=12, deny=1, unknown=1),
    not_checked=(NotChecked("notes.txt", "it is no YAML", "name YAML files"),),
    versions={"istio": "1.31"},
    notes=("1 machines outside of Kubernetes are left out",),
)


@dataclass
class MatrixRecorder:
    """An operation that answers with `result` and keeps the requests."""

    result: AccessMatrixResult = SHOP
    requests: list[AccessMatrixRequest] = field(default_factory=list)

    def __call__(self, request: AccessMatrixRequest) -> AccessMatrixResult:
        self.requests.append(request)
        return self.result
