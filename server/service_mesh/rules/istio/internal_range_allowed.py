"""AuthorizationPolicy lets in a whole private network by address.

## Why it matters
`ipBlocks` is about who opened the connection. A whole private network mostly holds the pods of the cluster, the gateway
among them: every pod gets in, whoever it is, and so does everybody on the Internet that the gateway passes on.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: office, namespace: shop}
spec:
  selector:
    matchLabels: {app: admin}
  rules:
  - from:
    - source: {ipBlocks: [10.0.0.0/8]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: office, namespace: shop}
spec:
  selector:
    matchLabels: {app: admin}
  rules:
  - from:
    - source: {principals: [cluster.local/ns/shop/sa/console]}
```

## When it stays quiet
The network is smaller than a whole private one; the source asks for something else too, such as an identity, or leaves
something out; the policy denies, is for a target, or for a gateway by its labels or its workloads, where the address
may be the client's. It is info: the network may belong to machines outside the cluster.

## Fix safety
None is offered: who is meant is not known.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.networks import contains
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point, point_of, selected_by, targets
from service_mesh.rules.istio._authorization import action, rules, sources, values
from service_mesh.rules.rule import rule

_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_OF_GATEWAYS = ("istio", "gateway.networking.k8s.io/gateway-name", "istio.io/gateway-name")
_MOST = 50
"""Workloads that are looked at."""


@rule(
    "IS291",
    category=Category.SECURITY,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    about=(AUTHORIZATION_POLICY,),
    needs=("ipBlocks",),
    reads=ATTACHMENT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/generator.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
    ),
)
def internal_range_allowed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each whole private network that is let in by its addresses alone."""
    if action(resource) != "ALLOW" or targets(resource) or _is_for_gateway(resource, mesh):
        return
    for rule_node in rules(resource):
        for source in sources(rule_node):
            if isinstance(source.value, dict) and {name for name, held in source.value.items() if held} == {"ipBlocks"}:
                yield from map(_draft, filter(_is_whole, values(source, "ipBlocks")))


def _is_for_gateway(policy: Resource, mesh: MeshView) -> bool:
    equal = policy_selector(policy).equal
    if any(name in equal for name in _OF_GATEWAYS) or any("gateway" in value for value in equal.values()):
        return True
    found = selected_by(mesh, policy)[:_MOST]
    return bool(found) and not all(point_of(mesh, one) in (Point.SIDECAR, Point.ZTUNNEL) for one in found)


def _is_whole(node: Node) -> bool:
    try:
        network = ip_network(node.text, strict=False)
    except ValueError:
        return False
    return network.prefixlen > 0 and any(contains(network, private) for private in _PRIVATE)


def _draft(node: Node) -> Draft:
    return node.finding(f"'{node.text}' is a whole private network: pods get in by it, and what a gateway passes on")
