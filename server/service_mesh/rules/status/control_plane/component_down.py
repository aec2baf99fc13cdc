"""No pod of a mesh's control plane or node agent is ready.

## Why it matters
What the mesh needs to take in pods, to hand out certificates or to carry traffic is gone: proxies that run keep what
they know, and everything that changes from now on does not reach them.

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
status: {replicas: 2, updatedReplicas: 2, unavailableReplicas: 2}
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
Components that are scaled to zero, that are not three minutes old, or all of whose pods became unready in the last two
minutes. What only shows traffic (Hubble Relay, Hubble UI, extensions of Linkerd other than multicluster) is a warning.
Where the pods tell why, that is part of the message and is not reported again.

## Fix safety
No fix: what keeps the pods from being ready has to be mended.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, component_of
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, STATEFUL_SET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._causes import cause
from service_mesh.rules.status.control_plane._replicas import effect, is_down, replicas, severity_of


@rule(
    "ST101",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(DEPLOYMENT, DAEMON_SET, STATEFUL_SET),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/deployment/util/deployment_util.go",
        "kubernetes/kubernetes: pkg/controller/daemon/daemon_controller.go",
        "istio/istio: pilot/pkg/bootstrap/server.go",
        "https://istio.io/latest/docs/ops/common-problems/injection/",
    ),
)
def component_down(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a component that should run and of which no pod is ready."""
    component = component_of(mesh, resource)
    found = replicas(component) if component is not None else None
    if component is None or found is None or not is_down(mesh, component):
        return
    reason = cause(mesh, component)
    which = "the only pod" if found.wanted == 1 else f"none of the {found.wanted} pods"
    is_not = "is not ready" if found.wanted == 1 else "is ready"
    why = f"; {reason.text}" if reason is not None else ""
    message = f"{which} of '{resource.name}' {is_not}{effect(component)}{why}"
    next_command = reason.next_command if reason is not None else kubectl.describe(resource)
    yield found.node.problem(message, next_command, severity=severity_of(component))
