"""Node is still closed to pods although Cilium's agent on it is ready.

## Why it matters
Nodes start with the taint `node.cilium.io/agent-not-ready`, so that no pod gets a network from something else. The
operator takes it away once the agent is ready. While it stays, no pod is scheduled there, and with `NoExecute` those
that run are evicted.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: worker-1}
spec:
  taints: [{key: node.cilium.io/agent-not-ready, effect: NoExecute, value: "true"}]
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
The agent of the node is new, not ready or not known: then that is the fault, or the taint is as it should be.

## Fix safety
No fix: the taint goes away by itself once the operator can do its work.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_agents import ready_agent
from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NODE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_TAINT = "node.cilium.io/agent-not-ready"


@rule(
    "ST137",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NODE,),
    reads=CONFIG_KINDS,
    sources=(
        "cilium/cilium: operator/watchers/node_taint.go",
        "https://docs.cilium.io/en/stable/installation/taints/",
    ),
)
def agent_taint_left(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the taint that Cilium's operator should have taken from a node."""
    config = cilium_config(mesh, resource.cluster)
    name = (config.text("agent-not-ready-taint-key") if config is not None else "") or _TAINT
    agent = ready_agent(mesh, resource.name, resource.cluster)
    for key in resource.each("spec.taints[].key"):
        if key.text == name and agent is not None:
            namespace = config.resource.namespace if config is not None else agent.namespace
            message = f"node '{resource.name}' still has the taint '{name}', and its agent '{agent.name}' is ready"
            yield key.problem(message, command("kubectl", "-n", namespace, "logs", "deployment/cilium-operator"))
