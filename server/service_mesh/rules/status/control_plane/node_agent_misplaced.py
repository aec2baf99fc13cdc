"""An agent of the mesh runs on nodes that it should have left.

## Why it matters
The node selector, affinity or tolerations of the DaemonSet changed, and pods of it are left where it is no longer
meant to run.

## Wrong
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ztunnel, namespace: istio-system}
spec:
  selector: {matchLabels: {app: ztunnel}}
  template:
    metadata: {labels: {app: ztunnel}}
    spec: {containers: [{name: istio-proxy, image: istio/ztunnel:1.28.0}]}
status:
  currentNumberScheduled: 3
  desiredNumberScheduled: 3
  numberMisscheduled: 1
  numberReady: 3
  updatedNumberScheduled: 3
```

## Right
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ztunnel, namespace: istio-system}
spec:
  selector: {matchLabels: {app: ztunnel}}
  template:
    metadata: {labels: {app: ztunnel}}
    spec: {containers: [{name: istio-proxy, image: istio/ztunnel:1.28.0}]}
status:
  currentNumberScheduled: 3
  desiredNumberScheduled: 3
  numberMisscheduled: 0
  numberReady: 3
  updatedNumberScheduled: 3
```

## When it stays quiet
The DaemonSet is not three minutes old, or no pod of it is ready (ST101).

## Fix safety
No fix: whether the node or the DaemonSet is meant otherwise has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, component_of
from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import counted
from service_mesh.rules.status.control_plane._replicas import is_down, whole


@rule(
    "ST114",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(DAEMON_SET,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/daemon/daemon_controller.go",
        "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    ),
)
def node_agent_misplaced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a DaemonSet of a component with pods on nodes that it is not meant for."""
    component, node = component_of(mesh, resource), resource.get("status.numberMisscheduled")
    number = whole(node)
    if component is None or node is None or not number or is_down(mesh, component) or not is_settled(mesh, resource):
        return
    message = f"'{resource.name}' runs on {counted(number, 'node')} that its selectors and tolerations exclude"
    yield node.problem(message, kubectl.describe(resource))
