"""No node has room for what a control plane asks for.

## Why it matters
One istiod asks for 500m of CPU and 2Gi of memory by default, those of Linkerd for less. Where no node has that free,
its pods stay pending, and so does a second revision in an upgrade.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "110"}}
---
apiVersion: v1
kind: Pod
metadata: {name: batch-1, namespace: batch}
spec:
  nodeName: node-1
  containers: [{name: work, image: "example.com/work:1", resources: {requests: {cpu: 1800m, memory: 1Gi}}}]
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "110"}}
---
apiVersion: v1
kind: Pod
metadata: {name: batch-1, namespace: batch}
spec:
  nodeName: node-1
  containers: [{name: work, image: "example.com/work:1", resources: {requests: {cpu: 500m, memory: 1Gi}}}]
status: {phase: Running}
```

## When it stays quiet
Nodes or pods were not read as a whole, or a node does not tell what it has. Nodes that take no new pods, by a taint or
because they are cordoned, are left out; where all are, nothing is said. A cluster that adds nodes by itself may make
room in time.

## Fix safety
No fix: nodes are added, or requests lowered.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NODE, POD
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.pre_install._requests import Amount, allocatable, requests

_NEEDED = Amount(Fraction(1, 2), Fraction(2 * 1024**3))
"""(`istio/istio: manifests/charts/istio-control/istio-discovery/values.yaml`, pilot.resources)"""


@rule(
    "ST707",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NODE,),
    reads=(POD,),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/values.yaml",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    ),
)
def no_room_for_control_plane(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the node with the most room, where that is not enough."""
    if not (mesh.is_listed(NODE, resource.cluster) and mesh.is_listed(POD, resource.cluster)):
        return
    roomiest = mesh.index(_roomiest).get(resource.cluster)
    node = resource.get("status.allocatable")
    if roomiest is None or roomiest[0] is not resource or node is None:
        return
    free = roomiest[1]
    if not free.covers(_NEEDED):
        message = (
            f"no node has {_NEEDED} free, what an istiod asks for: '{resource.name}', which has the most, has {free}"
        )
        yield node.problem(message, describe(resource))


def _roomiest(mesh: MeshView) -> Mapping[str, tuple[Resource, Amount]]:
    """The node of each cluster that has room for a control plane, else the one with the most CPU free."""
    used: dict[tuple[str, str], Amount] = {}
    for pod in mesh.of_kind(POD):
        place = pod.get("spec.nodeName")
        if place is not None and place.text:
            key = pod.cluster, place.text
            used[key] = used.get(key, Amount()) + requests(pod)
    found: dict[str, tuple[Resource, Amount]] = {}
    for node in sorted(mesh.of_kind(NODE), key=lambda one: one.name):
        held = allocatable(node) if _takes_pods(node) else None
        if held is not None:
            free = held.without(used.get((node.cluster, node.name), Amount()))
            best = found.get(node.cluster)
            if best is None or (free.covers(_NEEDED), free.cpu) > (best[1].covers(_NEEDED), best[1].cpu):
                found[node.cluster] = node, free
    return found


def _takes_pods(node: Resource) -> bool:
    cordoned = node.get("spec.unschedulable")
    if cordoned is not None and cordoned.value is True:
        return False
    effects = {effect.text for effect in node.each("spec.taints[].effect")}
    return not effects & {"NoSchedule", "NoExecute"}
