"""The autoscaler of a control plane wants more pods than it may have.

## Why it matters
The load is above what the largest number of pods is meant for: proxies wait longer for their configuration, and there
is nothing left for a busier hour.

## Wrong
```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: istiod, namespace: istio-system}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: istiod}
  minReplicas: 2
  maxReplicas: 5
status:
  currentReplicas: 5
  desiredReplicas: 5
  conditions:
  - {type: ScalingLimited, status: "True", reason: TooManyReplicas}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 5
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 5, readyReplicas: 5}
```

## Right
```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: istiod, namespace: istio-system}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: istiod}
  minReplicas: 2
  maxReplicas: 5
status:
  currentReplicas: 5
  desiredReplicas: 5
  conditions:
  - {type: ScalingLimited, status: "False", reason: DesiredWithinRange}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 5
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 5, readyReplicas: 5}
```

## When it stays quiet
The autoscaler's bounds are the same number, or it has not come to its maximum yet.

## Fix safety
No fix: how many pods the control plane may have, or how much each may use, has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HORIZONTAL_POD_AUTOSCALER
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._redundancy import limits, scaled
from service_mesh.rules.status.control_plane._replicas import whole


@rule(
    "ST118",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(HORIZONTAL_POD_AUTOSCALER,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/podautoscaler/horizontal.go",
        "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    ),
)
def autoscaler_at_maximum(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an autoscaler of a component that is held back by its maximum."""
    component = scaled(mesh, resource)
    least, most = limits(resource)
    current = whole(resource.get("status.currentReplicas"))
    limited = condition(resource, "ScalingLimited")
    reason = limited.get("reason") if limited is not None else None
    if component is None or most is None or current is None or not least < most <= current or reason is None:
        return
    if reason.text == "TooManyReplicas":
        allowed = f"autoscaler '{resource.name}' allows '{component.resource.name}' {most} pods at most"
        message = f"{allowed}, and it needs more"
        yield reason.problem(message, kubectl.describe(resource))
