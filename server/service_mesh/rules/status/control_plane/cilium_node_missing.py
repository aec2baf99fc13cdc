"""Node with an agent of Cilium has no CiliumNode.

## Why it matters
Agents learn each other's addresses, pod networks and keys from the CiliumNode objects. A node without one is not known
to the others: they send nothing to its pods through the tunnel or over encryption, and treat it as outside the cluster.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: worker-1, uid: 1b3c}
---
apiVersion: cilium.io/v2
kind: CiliumNode
metadata: {name: worker-2}
spec: {}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cilium-4x7kd, namespace: kube-system, labels: {k8s-app: cilium}}
spec:
  nodeName: worker-1
  containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]
status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata: {name: worker-1, uid: 1b3c}
---
apiVersion: cilium.io/v2
kind: CiliumNode
metadata: {name: worker-1}
spec: {}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cilium-4x7kd, namespace: kube-system, labels: {k8s-app: cilium}}
spec:
  nodeName: worker-1
  containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]
status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
```

## When it stays quiet
Not every CiliumNode was read, or there is none at all, as where agents are told to write none
(`auto-create-cilium-node-resource`). The agent of the node is new, not ready or not known. A node without an agent,
such as one of another operating system, is left alone.

## Fix safety
No fix: the agent writes the object itself.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_agents import AGENT_KINDS, ready_agent
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_NODE, NODE
from service_mesh.model.kubectl import logs
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "ST138",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NODE,),
    reads=(CILIUM_NODE, *AGENT_KINDS),
    sources=(
        "cilium/cilium: pkg/nodediscovery/nodediscovery.go",
        "cilium/cilium: pkg/k8s/watchers/cilium_node.go",
    ),
)
def cilium_node_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a node whose agent has not made it known to the others."""
    agent = ready_agent(mesh, resource.name, resource.cluster)
    if agent is None or mesh.find(CILIUM_NODE, "", resource.name, resource.cluster) is not None:
        return
    if mesh.is_listed(CILIUM_NODE, resource.cluster) and resource.cluster in mesh.index(_written):
        node = resource.get("metadata.name") or resource.root
        message = f"node '{resource.name}' has no CiliumNode, although its agent '{agent.name}' is ready"
        yield node.problem(message, logs(agent, "-c", "cilium-agent"))


def _written(mesh: MeshView) -> frozenset[str]:
    """The clusters whose agents write such objects."""
    return frozenset(node.cluster for node in mesh.of_kind(CILIUM_NODE))
