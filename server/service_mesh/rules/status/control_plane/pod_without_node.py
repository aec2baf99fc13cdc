"""No node takes a pod of a mesh's control plane or node agent.

## Why it matters
The scheduler finds no node with enough free room, or none that the pod's selectors and tolerations allow. The pod
waits until that changes.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod-a1, namespace: istio-system, labels: {app: istiod}}
spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status:
  phase: Pending
  conditions:
  - {type: PodScheduled, status: "False", reason: Unschedulable, message: 0/3 nodes are available}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod-a1, namespace: istio-system, labels: {app: istiod}}
spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status:
  phase: Running
  conditions:
  - {type: PodScheduled, status: "True"}
```

## When it stays quiet
No pod of the component is ready: then the component is reported (ST101), with this cause. Pods that are not three
minutes old. Of several pods of one component with this fault the first is reported and the others are counted.

## Fix safety
No fix: room has to be made, or the pod's demands have to change.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._troubles import Fault, reported


@rule(
    "ST105",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(POD,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/scheduler/schedule_one.go",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/",
    ),
)
def pod_without_node(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a component that cannot be scheduled; a warning where other pods do its work."""
    yield from reported(mesh, resource, Fault.PLACE)
