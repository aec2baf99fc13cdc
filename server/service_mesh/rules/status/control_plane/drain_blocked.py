"""A disruption budget lets no pod of a control plane go although all are healthy.

## Why it matters
No node with one of these pods can be drained: upgrades of nodes wait for it without end.

## Wrong
```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: linkerd-identity, namespace: linkerd}
spec:
  minAvailable: 3
  selector: {matchLabels: {linkerd.io/control-plane-component: identity}}
status: {currentHealthy: 3, desiredHealthy: 3, disruptionsAllowed: 0, expectedPods: 3}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-identity, namespace: linkerd}
spec:
  replicas: 3
  selector: {matchLabels: {linkerd.io/control-plane-component: identity}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: identity}}
    spec: {containers: [{name: identity, image: linkerd/controller:edge-25.9.3}]}
status: {replicas: 3, readyReplicas: 3}
```

## Right
```yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: linkerd-identity, namespace: linkerd}
spec:
  minAvailable: 2
  selector: {matchLabels: {linkerd.io/control-plane-component: identity}}
status: {currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1, expectedPods: 3}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-identity, namespace: linkerd}
spec:
  replicas: 3
  selector: {matchLabels: {linkerd.io/control-plane-component: identity}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: identity}}
    spec: {containers: [{name: identity, image: linkerd/controller:edge-25.9.3}]}
status: {replicas: 3, readyReplicas: 3}
```

## When it stays quiet
Pods are missing or not healthy: the budget does what it is there for. The component is a single pod: that is told
once, with its budget (ST116).

## Fix safety
No fix: how many pods may go at a time has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD_DISRUPTION_BUDGET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._redundancy import guarded
from service_mesh.rules.status.control_plane._replicas import whole


@rule(
    "ST117",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(POD_DISRUPTION_BUDGET,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/disruption/disruption.go",
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    ),
)
def drain_blocked(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a budget that covers a component of several healthy pods and allows no disruption."""
    allowed = resource.get("status.disruptionsAllowed")
    healthy, expected = whole(resource.get("status.currentHealthy")), whole(resource.get("status.expectedPods"))
    if allowed is None or whole(allowed) != 0 or healthy is None or expected is None or not 1 < expected <= healthy:
        return
    component = next(guarded(mesh, resource), None)
    if component is not None:
        message = f"no node with a pod of '{component.resource.name}' can be drained: all {expected} have to stay"
        yield allowed.problem(message, kubectl.describe(resource))
