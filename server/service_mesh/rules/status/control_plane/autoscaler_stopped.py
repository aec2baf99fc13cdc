"""The autoscaler of a control plane cannot tell how many pods are needed.

## Why it matters
It reads no metrics, or cannot change the Deployment, and leaves the number of pods as it is, whatever the load.

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
  currentReplicas: 2
  desiredReplicas: 2
  conditions:
  - {type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: no metrics returned}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 2}
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
  currentReplicas: 2
  desiredReplicas: 2
  conditions:
  - {type: ScalingActive, status: "True", reason: ValidMetricFound}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 2}
```

## When it stays quiet
The Deployment is scaled to zero on purpose (`ScalingDisabled`), no pod of it is ready (ST101), or the autoscaler is
not three minutes old or has failed only in the last minutes.

## Fix safety
No fix: what keeps the autoscaler from its metrics, often a metrics server that is not there, has to be mended.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HORIZONTAL_POD_AUTOSCALER
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.control_plane._redundancy import scaled, stopped
from service_mesh.rules.status.control_plane._replicas import is_down


@rule(
    "ST119",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(HORIZONTAL_POD_AUTOSCALER,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/podautoscaler/horizontal.go",
        "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    ),
)
def autoscaler_stopped(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an autoscaler of a component that does not scale."""
    component, reason = scaled(mesh, resource), stopped(mesh, resource)
    if component is not None and reason is not None and not is_down(mesh, component):
        message = f"autoscaler '{resource.name}' does not scale '{component.resource.name}': '{told(reason.text)}'"
        yield reason.problem(message, kubectl.describe(resource))
