"""Results to print: one finding with everything, and the ways in which parts of it can be absent."""

from service_mesh.model.finding import Finding, FixView, RelatedView, ResourceRef
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.operations.result import Counts, ResourceCounts, ValidateResult, Verdict

__all__ = ["FINDING", "ROUTE", "result_of"]

ROUTE = ResourceRef("networking.istio.io/v1", "VirtualService", "shop", "web")

FINDING = Finding(
    id="IS104-0123456789",
    code="IS104",
    name="route-gateway-missing",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    message="gateway 'publik' does not exist",
    resource=ROUTE,
    pointer="/spec/gateways/0",
    file="mesh/shop.yaml",
    document=1,
    line=7,
    column=5,
    snippet="  - publik",
    related=(RelatedView(ROUTE, "/metadata/name", "mesh/gateway.yaml", 4, "the nearest gateway"),),
    fix=FixView("rename to 'public'", safe=True, diff=""),
    doc="references/rules/istio/IS104.md",
    sources=(),
    upstream=("IST0101",),
)


def result_of(*findings: Finding) -> ValidateResult:
    """A failing result of one faulty object that holds these findings."""
    return ValidateResult(Verdict.FAIL, Counts(error=len(findings)), ResourceCounts(1, 0, 1), findings)
