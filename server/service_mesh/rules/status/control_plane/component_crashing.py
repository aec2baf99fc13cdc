"""A pod of a mesh's control plane or node agent crashes again and again.

## Why it matters
The kubelet waits longer and longer, up to five minutes, before it starts the container once more. An agent of a node
that crashes leaves the pods of that node without their mesh.

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
  phase: Running
  containerStatuses:
  - name: discovery
    image: istio/pilot:1.28.0
    imageID: istio/pilot:1.28.0
    ready: false
    restartCount: 7
    state: {waiting: {reason: CrashLoopBackOff}}
    lastState: {terminated: {exitCode: 1, reason: Error}}
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
  containerStatuses:
  - name: discovery
    image: istio/pilot:1.28.0
    imageID: istio/pilot:1.28.0
    ready: true
    restartCount: 0
    state: {running: {}}
```

## When it stays quiet
No pod of the component is ready: then the component is reported (ST101), with this cause. Pods that are not three
minutes old. Of several pods of one component with this fault the first is reported and the others are counted.

## Fix safety
No fix: the log of the container that ended tells why it crashes.
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
    "ST103",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(POD,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/",
    ),
)
def component_crashing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a component that is in a crash loop; a warning where other pods do its work."""
    yield from reported(mesh, resource, Fault.CRASHING)
