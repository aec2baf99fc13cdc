"""Findings and results to answer with, and an operation that remembers what it was asked."""

from dataclasses import dataclass, field, replace

from mcp.types import CallToolResult, TextContent
from rs_bpe import openai

from service_mesh.errors import UsageError
from service_mesh.model.finding import Finding, FixView, RelatedView, ResourceRef
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.operations.request import ValidateRequest
from service_mesh.operations.result import Counts, NotChecked, ResourceCounts, ValidateResult, Verdict

GATEWAY = ResourceRef("networking.istio.io/v1", "VirtualService", "web", "shop")

FINDING = Finding(
    id="f-0",
    code="IS104",
    name="route-gateway-missing",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    message="gateway 'publik' does not exist",
    resource=GATEWAY,
    pointer="/spec/gateways/0",
    file="mesh/shop.yaml",
    document=1,
    line=7,
    column=5,
    snippet="  - publik",
    related=(RelatedView(None, "/metadata/name", "mesh/gateway.yaml", 4, "the nearest gateway"),),
    fix=FixView("rename to 'public'", safe=True, diff="--- a\n+++ b\n"),
    doc="references/rules/istio/IS104.md",
    sources=("https://istio.io/latest/docs/reference/config/networking/virtual-service/",),
    upstream=("IST0101", "KIA1102"),
)

ANSWER = ValidateResult(
    verdict=Verdict.FAIL,
    counts=Counts(error=1),
    resources=ResourceCounts(total=3, valid=2, not_checked=1),
    findings=(FINDING,),
    not_checked=(NotChecked("1 object", "its kind is unknown", "ask a cluster"),),
    complete_namespaces=("web",),
    versions={"istio": "1.30"},
)


@dataclass
class Recorder:
    """An operation that answers with `result`, or fails with `error`, and keeps the requests."""

    result: ValidateResult = ANSWER
    error: Exception | None = None
    requests: list[ValidateRequest] = field(default_factory=list)

    def __call__(self, request: ValidateRequest) -> ValidateResult:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        return self.result


def page_of(code: str) -> str:
    """The page of the one rule that there is."""
    if code.upper() != "IS104":
        raise UsageError(f"unknown rule '{code[:40]}'", "did you mean 'IS104'?")
    return "# IS104\n"


def estate(count: int) -> ValidateResult:
    """A result of many findings as a real mesh gives them: realistic names, growing line numbers."""
    findings = tuple(
        replace(
            FINDING,
            id=f"f-{number}",
            file=f"clusters/production/team-{number // 7}/virtual-service-{number}.yaml",
            line=12 + number,
            resource=replace(GATEWAY, namespace=f"team-{number // 7}", name=f"checkout-{number}"),
            message=f"destination 'checkout-{number}.team-{number // 7}.svc.cluster.local' has no subset 'canary'",
        )
        for number in range(count)
    )
    return replace(ANSWER, counts=Counts(error=count), findings=findings)


def text_of(result: CallToolResult) -> str:
    """The one text of a result."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def tokens(text: str) -> int:
    """Tokens of the o200k vocabulary, which rs_bpe carries in its wheel."""
    return len(openai.o200k_base().encode(text))
