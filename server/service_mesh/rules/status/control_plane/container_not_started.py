"""A container of a mesh's control plane or node agent cannot be started.

## Why it matters
The kubelet has the image and cannot make the container: a Secret or ConfigMap that it names is not there, or the
runtime refuses it. The pod waits until that changes.

## Wrong
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status: {currentNumberScheduled: 2, desiredNumberScheduled: 2, numberMisscheduled: 0, numberReady: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: cilium-a1, namespace: kube-system, labels: {k8s-app: cilium}}
spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status:
  phase: Pending
  containerStatuses:
  - name: cilium-agent
    image: cilium/cilium:v1.18.4
    imageID: ""
    ready: false
    restartCount: 0
    state: {waiting: {reason: CreateContainerConfigError, message: configmap "cilium-config" not found}}
```

## Right
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status: {currentNumberScheduled: 2, desiredNumberScheduled: 2, numberMisscheduled: 0, numberReady: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: cilium-a1, namespace: kube-system, labels: {k8s-app: cilium}}
spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status:
  phase: Pending
  containerStatuses:
  - name: cilium-agent
    image: cilium/cilium:v1.18.4
    imageID: ""
    ready: false
    restartCount: 0
    state: {waiting: {reason: PodInitializing}}
```

## When it stays quiet
No pod of the component is ready: then the component is reported (ST101), with this cause. Pods that are not three
minutes old. Of several pods of one component with this fault the first is reported and the others are counted.

## Fix safety
No fix: what the container lacks has to be made.
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
    "ST106",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(POD,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go",
        "https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/",
    ),
)
def container_not_started(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a component with a container that cannot be made; a warning where others do its work."""
    yield from reported(mesh, resource, Fault.START)
