"""Node has no network plugin, so that no pod can start there.

## Why it matters
Istio and Linkerd lay their network on that of a plugin such as Calico, Flannel or a provider's own, and cannot stand in
for it. Cilium is such a plugin; another mesh waits until one is there.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status:
  conditions:
  - {type: Ready, status: "False", reason: KubeletNotReady, message: "container runtime network not ready:
      NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"}
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status:
  conditions:
  - {type: Ready, status: "True", reason: KubeletReady, message: kubelet is posting ready status}
```

## When it stays quiet
The node is not ready for another reason, or is ready. Nodes without a plugin are said once.

## Fix safety
No fix: which plugin a cluster gets is decided when it is made.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NODE
from service_mesh.model.kubectl import describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_MARK = "NetworkPluginNotReady"


@rule(
    "ST703",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NODE,),
    sources=("kubernetes/kubernetes: pkg/kubelet/kubelet.go (updateRuntimeUp)",),
)
def node_without_network_plugin(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first node that says so."""
    found = mesh.index(_unconnected).get(resource.cluster, [])
    if found and found[0].resource is resource:
        others = f" and {len(found) - 1} more have" if len(found) > 1 else " has"
        message = f"node '{resource.name}'{others} no network plugin that is ready"
        yield found[0].problem(message, describe(resource))


def _unconnected(mesh: MeshView) -> Mapping[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in sorted(mesh.of_kind(NODE), key=lambda one: one.name):
        ready = condition(node, "Ready")
        status, message = (ready.get("status"), ready.get("message")) if ready is not None else (None, None)
        if status is not None and message is not None and status.text == "False" and _MARK in message.text:
            found.setdefault(node.cluster, []).append(message)
    return found
