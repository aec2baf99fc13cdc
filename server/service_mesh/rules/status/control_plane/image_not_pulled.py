"""An image of a mesh's control plane or node agent cannot be pulled.

## Why it matters
The pod never starts: the tag does not exist, the registry does not answer, or it asks for credentials that the pod has
not. An upgrade stands still at this point, and nodes that join later get no agent.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-identity, namespace: linkerd}
spec:
  replicas: 2
  selector: {matchLabels: {linkerd.io/control-plane-component: identity}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: identity}}
    spec: {containers: [{name: identity, image: linkerd/controller:edge-25.9.3}]}
status: {replicas: 2, readyReplicas: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: linkerd-identity-a1, namespace: linkerd, labels: {linkerd.io/control-plane-component: identity}}
spec: {containers: [{name: identity, image: linkerd/controller:edge-25.9.3}]}
status:
  phase: Pending
  containerStatuses:
  - name: identity
    image: linkerd/controller:edge-25.9.33
    imageID: ""
    ready: false
    restartCount: 0
    state: {waiting: {reason: ImagePullBackOff}}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-identity, namespace: linkerd}
spec:
  replicas: 2
  selector: {matchLabels: {linkerd.io/control-plane-component: identity}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: identity}}
    spec: {containers: [{name: identity, image: linkerd/controller:edge-25.9.3}]}
status: {replicas: 2, readyReplicas: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: linkerd-identity-a1, namespace: linkerd, labels: {linkerd.io/control-plane-component: identity}}
spec: {containers: [{name: identity, image: linkerd/controller:edge-25.9.3}]}
status:
  phase: Pending
  containerStatuses:
  - name: identity
    image: linkerd/controller:edge-25.9.3
    imageID: ""
    ready: false
    restartCount: 0
    state: {waiting: {reason: ContainerCreating}}
```

## When it stays quiet
No pod of the component is ready: then the component is reported (ST101), with this cause. Pods that are not three
minutes old. Of several pods of one component with this fault the first is reported and the others are counted.

## Fix safety
No fix: which image is meant, or how it is reached, has to be decided.
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
    "ST104",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(POD,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/kubelet/images/types.go",
        "https://kubernetes.io/docs/concepts/containers/images/",
    ),
)
def image_not_pulled(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a component whose image cannot be pulled; a warning where other pods do its work."""
    yield from reported(mesh, resource, Fault.IMAGE)
