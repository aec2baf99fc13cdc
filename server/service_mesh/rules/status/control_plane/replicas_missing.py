"""Fewer pods of a mesh's control plane are ready than should be.

## Why it matters
The pods that are left carry the load alone, and when the next one goes nothing is left.

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
status: {replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1}
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
status: {replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}
```

## When it stays quiet
No pod is ready at all (ST101), or the pods themselves (ST103 to ST106) or the Deployment (ST109, ST110) tell why.
While a rollout goes on, for ten minutes at most, and while a pod has become unready only in the last two minutes.

## Fix safety
No fix: what keeps the pods from being ready has to be mended.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, component_of
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, STATEFUL_SET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._causes import cause
from service_mesh.rules.status.control_plane._replicas import is_moving, replicas


@rule(
    "ST102",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT, STATEFUL_SET),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/deployment/util/deployment_util.go",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
    ),
)
def replicas_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a component of which some pods are ready and some are not, if nothing else tells why."""
    component = component_of(mesh, resource)
    found = replicas(component) if component is not None else None
    if component is None or found is None or not 0 < found.ready < found.wanted:
        return
    if not is_moving(mesh, component) and cause(mesh, component) is None:
        are = "is" if found.ready == 1 else "are"
        message = f"{found.ready} of {found.wanted} pods of '{resource.name}' {are} ready"
        yield found.node.problem(message, kubectl.describe(resource))
