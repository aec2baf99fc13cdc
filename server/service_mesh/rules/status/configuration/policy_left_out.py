"""AuthorizationPolicy is not enforced as it is written.

## Why it matters
What should enforce it says that it cannot: the policy is left out, or rules of it are, so that more is let through, or
less, than it says.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: shop, generation: 1}
spec: {rules: [{to: [{operation: {ports: ["8080"]}}]}]}
status:
  conditions:
  - type: ZtunnelAccepted
    status: "False"
    reason: UnsupportedValue
    message: ztunnel does not support this action
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: shop, generation: 1}
spec: {rules: [{to: [{operation: {ports: ["8080"]}}]}]}
status:
  conditions:
  - type: ZtunnelAccepted
    status: "True"
    reason: Accepted
    message: attached to ztunnel
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
What ztunnel says of a policy that targets a waypoint, or that selects no workload in ambient mode: sidecars enforce it
then. The condition was made for an older generation of the policy.

## Fix safety
No fix: what has to change depends on what is said.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import modes_of, targets
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import conditions, explained

_KINDS = frozenset({"WaypointAccepted", "ZtunnelAccepted"})
_IN_PART = frozenset({"PartiallyInvalid", "UnsupportedValue"})


@rule(
    "ST603",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/policies.go",
        "istio/istio: pilot/pkg/model/service.go",
    ),
)
def policy_left_out(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the condition by which a policy is not enforced, or in part only."""
    for condition in conditions(resource.get("status")):
        if condition.kind not in _KINDS or (
            condition.kind == "ZtunnelAccepted" and not _is_for_ztunnel(mesh, resource)
        ):
            continue
        who = "its waypoint" if condition.kind == "WaypointAccepted" else "ztunnel"
        if condition.holds is False:
            message = f"AuthorizationPolicy '{resource.name}' is not enforced by {who}{explained(condition)}"
            yield condition.status.problem(message, kubectl.describe(resource))
        elif condition.holds and condition.reason in _IN_PART:
            message = f"AuthorizationPolicy '{resource.name}' is enforced in part only by {who}{explained(condition)}"
            node = condition.node.get("reason") or condition.status
            yield node.problem(message, kubectl.describe(resource), severity=Severity.WARNING)


def _is_for_ztunnel(mesh: MeshView, policy: Resource) -> bool:
    """Whether ztunnel is what enforces a policy: istiod writes its condition for policies of sidecars too."""
    return not targets(policy) and Enrolled.AMBIENT in modes_of(mesh, policy)
