"""Policy for backends does not hold.

## Why it matters
The controller cannot use it: connections to the backends are made without what it asks for, or are refused.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: web, namespace: shop, generation: 1}
spec:
  targetRefs: [{group: "", kind: Service, name: web}]
  validation: {hostname: web.example.com, wellKnownCACertificates: System}
status:
  ancestors:
  - ancestorRef: {kind: Gateway, name: public, namespace: edge}
    controllerName: istio.io/gateway-controller
    conditions:
    - type: ResolvedRefs
      status: "False"
      reason: InvalidCACertificateRef
      message: ConfigMap shop/ca not found
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: web, namespace: shop, generation: 1}
spec:
  targetRefs: [{group: "", kind: Service, name: web}]
  validation: {hostname: web.example.com, wellKnownCACertificates: System}
status:
  ancestors:
  - ancestorRef: {kind: Gateway, name: public, namespace: edge}
    controllerName: istio.io/gateway-controller
    conditions:
    - type: ResolvedRefs
      status: "True"
      reason: ResolvedRefs
      message: References resolved
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The condition was made for an older generation of the policy, or the controller has not come to it.

## Fix safety
No fix: what has to change depends on what the controller says.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import BACKEND_TLS_POLICY, X_BACKEND_TRAFFIC_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import PENDING, conditions, explained
from service_mesh.rules.status._words import told


@rule(
    "ST605",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(BACKEND_TLS_POLICY, X_BACKEND_TRAFFIC_POLICY),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/backend_policies.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#policyancestorstatus",
    ),
)
def target_policy_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each ancestor at which a policy does not hold, with the condition that comes first."""
    for ancestor in resource.each("status.ancestors[]"):
        by_kind = {one.kind: one for one in conditions(ancestor)}
        failing = (by_kind[kind] for kind in ("Accepted", "ResolvedRefs") if kind in by_kind)
        found = next((one for one in failing if one.holds is False and one.reason not in PENDING), None)
        if found is not None:
            place = told(ancestor.text_at("ancestorRef.kind") + " " + ancestor.text_at("ancestorRef.name"))
            message = f"{resource.kind.name} '{resource.name}' does not hold at '{place}'{explained(found)}"
            yield found.status.problem(message, kubectl.describe(resource))
