"""A rollout of a mesh's control plane was paused half way.

## Why it matters
Part of the pods runs the new template and part the old one, and stays so until somebody resumes the rollout.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  paused: true
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, updatedReplicas: 1, readyReplicas: 2}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  paused: true
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, updatedReplicas: 2, readyReplicas: 2}
```

## When it stays quiet
All pods are of the newest template, or some are not ready (ST101, ST102).

## Fix safety
No fix: whether the rollout is to go on or back has to be decided.
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
from service_mesh.rules.status.control_plane._replicas import replicas, whole


@rule(
    "ST124",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/deployment/deployment_controller.go",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment",
    ),
)
def rollout_paused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a paused Deployment of a component of which some pods are not of the newest template."""
    component, paused = component_of(mesh, resource), resource.get("spec.paused")
    found = replicas(component) if component is not None else None
    updated = whole(resource.get("status.updatedReplicas")) or 0
    if found is None or paused is None or paused.value is not True or found.ready < found.wanted:
        return
    if updated < found.wanted:
        message = f"the rollout of '{resource.name}' is paused at {updated} of {found.wanted} pods"
        yield paused.problem(message, kubectl.rollout_status(resource))
