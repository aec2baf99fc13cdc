"""An agent of the mesh is not ready on some of its nodes.

## Why it matters
Each node needs its own: ztunnel and Cilium's Envoy carry the traffic of the pods beside them, the agents of Cilium and
of the CNI plugins set up the network of new pods there. No other node stands in.

## Wrong
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status:
  currentNumberScheduled: 3
  desiredNumberScheduled: 3
  numberMisscheduled: 0
  numberReady: 2
  updatedNumberScheduled: 3
```

## Right
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status:
  currentNumberScheduled: 3
  desiredNumberScheduled: 3
  numberMisscheduled: 0
  numberReady: 3
  updatedNumberScheduled: 3
```

## When it stays quiet
No pod is ready at all (ST101), the pods tell why (ST103 to ST106), or a pod has become unready only in the last two
minutes.

## Fix safety
No fix: what keeps the pods from being ready has to be mended.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, component_of
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._replicas import effect, is_moving, replicas, severity_of
from service_mesh.rules.status.control_plane._troubles import has_trouble


@rule(
    "ST111",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(DAEMON_SET,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/daemon/daemon_controller.go",
        "istio/istio: cni/pkg/plugin/plugin.go",
        "https://docs.cilium.io/en/stable/overview/component-overview/",
    ),
)
def node_agent_not_ready(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a DaemonSet of a component that is ready on some nodes and not on all, if its pods do not tell why."""
    component = component_of(mesh, resource)
    found = replicas(component) if component is not None else None
    if component is None or found is None or not 0 < found.ready < found.wanted:
        return
    if not is_moving(mesh, component) and not has_trouble(mesh, component):
        missing = effect(component, " on the others")
        message = f"'{resource.name}' is ready on {found.ready} of {found.wanted} nodes{missing}"
        yield found.node.problem(message, kubectl.rollout_status(resource), severity=severity_of(component))
