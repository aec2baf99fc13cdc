"""Answers to whether a call passes, and an operation that gives one and remembers what it was asked."""

from dataclasses import dataclass, field

from service_mesh.model.finding import RelatedView, ResourceRef
from service_mesh.operations.access_result import AccessDecision, AccessResult, Deciding, LayerView, Understood
from service_mesh.operations.request import AccessRequest
from service_mesh.operations.result import NotChecked

POLICY = ResourceRef("security.istio.io/v1", "AuthorizationPolicy", "shop", "deny-writes")
MODE = ResourceRef("security.istio.io/v1", "PeerAuthentication", "shop", "strict")

DENIED = AccessResult(
    decision=AccessDecision.DENY,
    transport="mtls",
    encrypted=True,
    authenticated=True,
    deciding=Deciding(
        "authorization", f"{POLICY.kind} shop/deny-writes denies it", POLICY, "/spec/rules/0", "p.yaml", 9
    ),
    layers=(
        LayerView("network-egress", AccessDecision.ALLOW, "no policy is about egress of Deployment shop/web"),
        LayerView(
            "transport",
            AccessDecision.ALLOW,
            "automatic mTLS",
            (RelatedView(MODE, "/spec/mtls/mode", "mtls.yaml", 7, "sets STRICT"),),
        ),
        LayerView(
            "authorization",
            AccessDecision.DENY,
            f"{POLICY.kind} shop/deny-writes denies it",
            (RelatedView(POLICY, "/spec/rules/0", "p.yaml", 9, "matches and denies it"),),
        ),
    ),
    needs=(),
    understood_as=Understood("Deployment shop/web", "Deployment shop/cart port 8080 by Service shop/cart"),
    not_checked=(NotChecked("notes.txt", "it is no YAML", "name YAML files"),),
    versions={"istio": "1.31"},
    notes=("istio 1.31 was detected in 'Deployment istio-system/istiod'",),
)

UNKNOWN = AccessResult(
    decision=AccessDecision.UNKNOWN,
    transport="mtls",
    encrypted=True,
    authenticated=True,
    deciding=Deciding(
        "authorization", "it is not known whether a DENY rule matches", POLICY, "/spec/rules/0", "p.yaml", 9
    ),
    layers=(LayerView("authorization", AccessDecision.UNKNOWN, "it is not known whether a DENY rule matches"),),
    needs=("the path of the request",),
    understood_as=Understood("Deployment shop/web", "Deployment shop/cart port 8080 by Service shop/cart"),
)


@dataclass
class AccessRecorder:
    """An operation that answers with `result`, or fails with `error`, and keeps the requests."""

    result: AccessResult = DENIED
    error: Exception | None = None
    requests: list[AccessRequest] = field(default_factory=list)

    def __call__(self, request: AccessRequest) -> AccessResult:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        return self.result
