"""A change of a mesh's component has not been acted on by its controller.

## Why it matters
The object was changed and its controller has not seen that: the controller manager of the cluster is down or far
behind. What the status says is about the object before the change.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, generation: 4}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {observedGeneration: 3, replicas: 2, readyReplicas: 2}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, generation: 4}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {observedGeneration: 4, replicas: 2, readyReplicas: 2}
```

## When it stays quiet
The object is not three minutes old, or says nothing of its generation.

## Fix safety
No fix: the cluster's controllers are not part of the mesh.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, component_of
from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, STATEFUL_SET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._replicas import whole


@rule(
    "ST115",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT, DAEMON_SET, STATEFUL_SET),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/deployment/util/deployment_util.go",
        "kubernetes/kubernetes: pkg/controller/daemon/daemon_controller.go",
    ),
)
def change_not_acted_on(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a component whose controller has seen an older generation of it alone."""
    seen = resource.get("status.observedGeneration")
    current, known = whole(resource.get("metadata.generation")), whole(seen)
    if component_of(mesh, resource) is None or seen is None or current is None or known is None:
        return
    if known < current and is_settled(mesh, resource):
        message = f"the controller of '{resource.name}' has seen generation {known} and not yet {current}"
        yield seen.problem(message, kubectl.rollout_status(resource))
