"""An object of Cilium selects no node.

## Why it matters
Nothing acts on an object whose nodes do not exist, and nothing says so. Without a gateway node an egress gateway policy
drops the traffic that it selects; announcements, sessions of BGP, node options and policies for nodes stay without
effect.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: edge-1, labels: {role: edge}}
---
apiVersion: cilium.io/v2
kind: CiliumEgressGatewayPolicy
metadata: {name: partner}
spec:
  selectors: [{podSelector: {matchLabels: {app: cart}}}]
  destinationCIDRs: [192.0.2.0/24]
  egressGateway:
    nodeSelector: {matchLabels: {role: egress}}
    egressIP: 198.51.100.7
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata: {name: edge-1, labels: {role: edge}}
---
apiVersion: cilium.io/v2
kind: CiliumEgressGatewayPolicy
metadata: {name: partner}
spec:
  selectors: [{podSelector: {matchLabels: {app: cart}}}]
  destinationCIDRs: [192.0.2.0/24]
  egressGateway:
    nodeSelector: {matchLabels: {role: edge}}
    egressIP: 198.51.100.7
```

## When it stays quiet
No Node is loaded, or it is not known whether all are; a selector that is empty or cannot be read.

## Fix safety
None is offered: which nodes were meant is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    CILIUM_CLUSTERWIDE_ENVOY_CONFIG,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_EGRESS_GATEWAY_POLICY,
    CILIUM_ENVOY_CONFIG,
    NODE,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, label_selector
from service_mesh.posture.cilium.selectors import node_selector
from service_mesh.rules.cilium._policies import policy_rules
from service_mesh.rules.rule import rule

_KINDS = (
    CILIUM_CLUSTERWIDE_ENVOY_CONFIG,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_EGRESS_GATEWAY_POLICY,
    CILIUM_ENVOY_CONFIG,
    Kind("cilium.io", "CiliumBGPClusterConfig"),
    Kind("cilium.io", "CiliumL2AnnouncementPolicy"),
    Kind("cilium.io", "CiliumNodeConfig"),
)
_PATHS = ("spec.nodeSelector", "spec.egressGateway.nodeSelector", "spec.egressGateways[].nodeSelector")


@rule(
    "CI149",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=_KINDS,
    reads=(NODE,),
    needs=("nodeSelector",),
    sources=(
        "cilium/cilium: pkg/egressgateway/policy.go",
        "https://docs.cilium.io/en/stable/network/egress-gateway/egress-gateway/",
    ),
)
def node_selector_unmatched(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report selectors that no loaded node meets."""
    cluster = resource.cluster
    if not (mesh.is_whole or mesh.is_listed(NODE, cluster)):
        return
    nodes = mesh.index(_nodes).get(cluster, ())
    for node, selector in _selectors(resource) if nodes else ():
        if not selector.nothing and not any(selector.matches(found.labels) for found in nodes):
            yield node.finding(f"no node has these labels, so {_result(resource)}")


def _nodes(mesh: MeshView) -> Mapping[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for one in mesh.of_kind(NODE):
        found.setdefault(one.cluster, []).append(one)
    return found


def _selectors(resource: Resource) -> Iterator[tuple[Node, Selector]]:
    if resource.kind == CILIUM_CLUSTERWIDE_NETWORK_POLICY:
        for one in policy_rules(resource):
            node = one.get("nodeSelector")
            if node is not None:
                yield node, node_selector(one)
        return
    for path in _PATHS:
        for node in resource.each(path):
            if isinstance(node.value, dict):
                yield node, label_selector(node)


def _result(resource: Resource) -> str:
    if resource.kind == CILIUM_EGRESS_GATEWAY_POLICY:
        return "the traffic that it selects has no gateway and is dropped"
    return f"{resource.title} has no effect anywhere"
