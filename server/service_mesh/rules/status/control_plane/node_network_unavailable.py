"""Node is marked as without network although Cilium's agent on it is ready.

## Why it matters
The condition `NetworkUnavailable` keeps the scheduler away from the node. Cilium sets it to false once its agent is
ready; a cloud's route controller that cannot do its work may keep it true.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: worker-1}
status: {conditions: [{type: NetworkUnavailable, status: "True", reason: NoRouteCreated}]}
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
metadata: {name: worker-1}
status: {conditions: [{type: NetworkUnavailable, status: "False", reason: CiliumIsUp}]}
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
The agent of the node is new, not ready or not known; then the condition tells the truth.

## Fix safety
No fix: a status is written by whoever is in charge of it.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_agents import AGENT_KINDS, ready_agent
from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NODE
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "ST139",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NODE,),
    reads=AGENT_KINDS,
    sources=(
        "cilium/cilium: operator/watchers/node_taint.go",
        "kubernetes/kubernetes: pkg/controller/nodelifecycle/node_lifecycle_controller.go",
    ),
)
def node_network_unavailable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a condition that keeps pods away from a node whose network works."""
    agent = ready_agent(mesh, resource.name, resource.cluster)
    found = condition(resource, "NetworkUnavailable")
    status = found.get("status") if found is not None else None
    if found is None or status is None or status.text != "True" or agent is None:
        return
    reason = found.get("reason")
    because = f" with reason '{reason.text}'" if reason is not None and reason.text else ""
    message = (
        f"node '{resource.name}' has the condition 'NetworkUnavailable'{because}, and its agent '{agent.name}' is ready"
    )
    yield status.problem(message, describe(resource))
