"""A policy for the whole cluster closes the endpoints of Cilium's health checks.

## Why it matters
Each node has an endpoint that the agents of other nodes probe (`reserved:health`, port 4240). It is in no namespace, so
a selector that is empty or only leaves namespaces out takes it in. With default deny and nothing for other nodes every
probe fails: `cilium-dbg status` reports all nodes as unreachable, and a true failure goes unseen.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-endpoint-health-checking: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny-all}
spec:
  endpointSelector:
    matchExpressions:
    - {key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}
  ingress: [{}]
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-endpoint-health-checking: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny-all}
spec:
  endpointSelector:
    matchExpressions:
    - {key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}
  ingress: [{}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: allow-health}
spec:
  endpointSelector: {matchLabels: {reserved:health: ""}}
  ingress: [{fromEntities: [remote-node]}]
```

## When it stays quiet
The options of the agents are not loaded, or switch these checks off; some rule for the endpoints may let other nodes
in. Where not everything is loaded it is reported as not checked.

## Fix safety
None is offered: a policy of its own for the endpoints is needed.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.peers import PEER_KINDS, is_peer
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import Entity, of_entity
from service_mesh.rules.cilium._reserved import RESERVED_KINDS, allowing_items, closing_rules
from service_mesh.rules.rule import rule

_SWITCHES = ("enable-health-checking", "enable-endpoint-health-checking")


@rule(
    "CI157",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CILIUM_CLUSTERWIDE_NETWORK_POLICY,),
    reads=tuple(dict.fromkeys((*CONFIG_KINDS, *RESERVED_KINDS, *PEER_KINDS))),
    needs=("ingress", "ingressDeny"),
    sources=(
        "cilium/cilium: examples/policies/kubernetes/clusterwide/health.yaml",
        "https://docs.cilium.io/en/stable/network/kubernetes/policy/",
    ),
)
def health_endpoint_closed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first rule that turns on default deny for health endpoints, where no other node is let in."""
    cluster = resource.cluster
    config = cilium_config(mesh, cluster)
    if config is None or not all(config.is_on(name, default=True) for name in _SWITCHES):
        return
    closing = closing_rules(mesh, Entity.HEALTH, cluster, Direction.INGRESS)
    own = next((one for one in closing if one.resource.key == resource.key), None)
    if own is None:
        return
    mesh.mark_read(*RESERVED_KINDS, *PEER_KINDS)
    if not mesh.once(_lets_nodes_in, cluster):
        node = own.get("endpointSelector") or own
        message = (
            "the policy is for the endpoints of Cilium's health checks too, and nothing lets other nodes probe them"
        )
        yield node.finding(message, partial=not mesh.is_whole)


def _lets_nodes_in(mesh: MeshView, cluster: str) -> bool:
    other = of_entity(Entity.REMOTE_NODE, cluster)
    items = allowing_items(mesh, Entity.HEALTH, cluster, Direction.INGRESS)
    return any(is_peer(mesh, item, one, Direction.INGRESS, other) is not False for one, item in items)
