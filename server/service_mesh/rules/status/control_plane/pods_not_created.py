"""Pods of a mesh's control plane are refused when they are created.

## Why it matters
The API server does not take them: a quota is used up, an admission webhook or a pod security standard refuses them, or
their service account is gone.

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
status:
  replicas: 1
  readyReplicas: 1
  conditions:
  - {type: ReplicaFailure, status: "True", reason: FailedCreate, message: exceeded quota}
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
status: {replicas: 2, readyReplicas: 2}
```

## When it stays quiet
No pod is ready at all: then the component is reported (ST101), with this cause.

## Fix safety
No fix: what refuses the pods has to be changed.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, component_of
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.control_plane._causes import not_created
from service_mesh.rules.status.control_plane._replicas import is_down


@rule(
    "ST110",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/replicaset/replica_set.go",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
    ),
)
def pods_not_created(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Deployment of a component whose pods cannot be created."""
    component = component_of(mesh, resource)
    said = not_created(resource)
    if component is not None and said is not None and not is_down(mesh, component):
        message = f"pods of '{resource.name}' are refused when they are created: {told(said.text)}"
        yield said.problem(message.removesuffix(": "), kubectl.describe(resource))
