"""A rollout of a mesh's control plane does not get on.

## Why it matters
New pods did not become ready within the deadline of the Deployment. The old ones go on meanwhile with what was to be
replaced: an upgrade or a new configuration is half done.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cilium-operator, namespace: kube-system}
spec:
  replicas: 2
  selector: {matchLabels: {name: cilium-operator}}
  template:
    metadata: {labels: {name: cilium-operator}}
    spec: {containers: [{name: cilium-operator, image: cilium/operator:v1.18.4}]}
status:
  replicas: 3
  updatedReplicas: 1
  readyReplicas: 2
  conditions:
  - {type: Progressing, status: "False", reason: ProgressDeadlineExceeded}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cilium-operator, namespace: kube-system}
spec:
  replicas: 2
  selector: {matchLabels: {name: cilium-operator}}
  template:
    metadata: {labels: {name: cilium-operator}}
    spec: {containers: [{name: cilium-operator, image: cilium/operator:v1.18.4}]}
status:
  replicas: 2
  updatedReplicas: 2
  readyReplicas: 2
  conditions:
  - {type: Progressing, status: "True", reason: NewReplicaSetAvailable}
```

## When it stays quiet
No pod is ready at all (ST101), or the new pods (ST103 to ST106) or the Deployment (ST110) tell why.

## Fix safety
No fix: what keeps the new pods from being ready has to be mended, or the rollout undone.
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
from service_mesh.rules.status.control_plane._causes import not_created, stuck
from service_mesh.rules.status.control_plane._replicas import is_down
from service_mesh.rules.status.control_plane._troubles import has_trouble


@rule(
    "ST109",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/deployment/progress.go",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
    ),
)
def rollout_stuck(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Deployment of a component that passed its deadline, if nothing else tells why."""
    component = component_of(mesh, resource)
    reason = stuck(resource)
    if component is None or reason is None or not_created(resource) is not None:
        return
    if not is_down(mesh, component) and not has_trouble(mesh, component):
        message = f"the rollout of '{resource.name}' has passed its deadline, and older pods do its work"
        yield reason.problem(message, kubectl.rollout_status(resource))
