"""Object is refused by its controller.

## Why it matters
It is there and has no effect: listeners are not opened, a limit is not kept, egress is not governed.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: web, namespace: shop, generation: 1}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: web}
  total: {requestsPerSecond: 100}
status:
  targetRef: {group: policy.linkerd.io, kind: Server, name: web}
  conditions:
  - type: Accepted
    status: "False"
    reason: RateLimitReasonAlreadyExists
    message: another policy is for this Server
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: web, namespace: shop, generation: 1}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: web}
  total: {requestsPerSecond: 100}
status:
  targetRef: {group: policy.linkerd.io, kind: Server, name: web}
  conditions:
  - type: Accepted
    status: "True"
    reason: Accepted
    message: Accepted
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The condition was made for an older generation of the object, or the controller has not come to it. The Gateway of a
ListenerSet does not work, which is reported by itself.

## Fix safety
No fix: what has to change depends on what the controller says.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, HTTP_LOCAL_RATE_LIMIT_POLICY, LISTENER_SET, X_LISTENER_SET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import PENDING, conditions, explained

_TOLD_ELSEWHERE = PENDING | {"ParentNotAccepted", "ParentNotProgrammed"}


@rule(
    "ST606",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(EGRESS_NETWORK, HTTP_LOCAL_RATE_LIMIT_POLICY, LISTENER_SET, X_LISTENER_SET),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/status/src/index.rs",
        "istio/istio: pilot/pkg/config/kube/gateway/conditions.go",
    ),
)
def object_not_accepted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the condition by which an object is not in effect."""
    by_kind = {one.kind: one for one in conditions(resource.get("status"))}
    failing = (by_kind[kind] for kind in ("Accepted", "Programmed") if kind in by_kind)
    found = next((one for one in failing if one.holds is False and one.reason not in _TOLD_ELSEWHERE), None)
    if found is not None:
        message = f"{resource.kind.name} '{resource.name}' is not in effect{explained(found)}"
        yield found.status.problem(message, kubectl.describe(resource))
