"""Node with pods in ambient mode runs no ztunnel.

## Why it matters
The traffic of these pods is redirected to the ztunnel of their node. Where there is none it goes nowhere: mostly the
node has a taint that the DaemonSet does not tolerate, or labels that it does not select.

## Wrong
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ztunnel, namespace: istio-system}
spec:
  selector: {matchLabels: {app: ztunnel}}
  template:
    metadata: {labels: {app: ztunnel}}
    spec: {containers: [{name: istio-proxy, image: example.com/ztunnel:1, args: [proxy, ztunnel]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {ambient.istio.io/redirection: enabled}}
spec:
  nodeName: node-2
  containers:
  - {name: web, image: example.com/web:1}
status: {phase: Running}
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
    spec: {containers: [{name: istio-proxy, image: example.com/ztunnel:1, args: [proxy, ztunnel]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ztunnel-8xk2p, namespace: istio-system, labels: {app: ztunnel}}
spec:
  nodeName: node-2
  containers:
  - {name: istio-proxy, image: example.com/ztunnel:1, args: [proxy, ztunnel]}
status: {phase: Running}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {ambient.istio.io/redirection: enabled}}
spec:
  nodeName: node-2
  containers:
  - {name: web, image: example.com/web:1}
status: {phase: Running}
```

## When it stays quiet
A ztunnel is on the node and not ready: that is reported for the DaemonSet. The DaemonSet itself, or the list of pods,
is not known. Each node is told of once.

## Fix safety
No fix: whether ztunnel may run on the node, or the pods have to leave it, is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import COMPONENT_KINDS, components
from service_mesh.mesh.pod_states import is_meant_to_run, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import Enrolled, running_enrolment
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import counted, told
from service_mesh.rules.status.data_plane._nodes import agent_on


@rule(
    "ST209",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(POD,),
    reads=COMPONENT_KINDS,
    sources=(
        "istio/istio: manifests/charts/ztunnel/templates/daemonset.yaml",
        "istio/istio: cni/pkg/nodeagent/net.go",
    ),
)
def node_without_ztunnel(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first redirected pod of each node on which no ztunnel runs."""
    node = resource.get("spec.nodeName")
    group = mesh.index(_left_alone).get((resource.cluster, node.text), ()) if node is not None else ()
    if node is None or not group or group[0] is not resource:
        return
    who = "a pod" if len(group) == 1 else f"{counted(len(group), 'pod')}"
    message = f"node '{told(node.text)}' runs no ztunnel for {who} in ambient mode, whose traffic goes nowhere"
    yield node.problem(message, kubectl.command("kubectl", "describe", f"node/{node.text}"))


def _left_alone(mesh: MeshView) -> Mapping[tuple[str, str], list[Resource]]:
    mesh.mark_read(*COMPONENT_KINDS)
    known = {one.cluster for one in components(mesh) if one.role == "ztunnel"}
    found: dict[tuple[str, str], list[Resource]] = {}
    for pod in mesh.of_kind(POD):
        node = pod.get("spec.nodeName")
        if node is None or not node.text or pod.cluster not in known or not mesh.is_listed(POD, pod.cluster):
            continue
        if _is_ambient(mesh, pod) and agent_on(mesh, "ztunnel", pod) is None:
            found.setdefault((pod.cluster, node.text), []).append(pod)
    return found


def _is_ambient(mesh: MeshView, pod: Resource) -> bool:
    is_here = is_meant_to_run(pod) and is_settled(mesh, pod)
    return is_here and running_enrolment(pod).mode is Enrolled.AMBIENT
