"""One rule names its peers in several ways.

## Why it matters
An item of `ingress` or `egress` may name its peers in one way only: by endpoints, CIDRs, entities, names, services,
nodes or groups. The agent does not join two of them, neither as "and" nor as "or": it refuses the policy, so nothing of
it is enforced.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {app: web}
    toFQDNs:
    - matchName: api.example.com
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {app: web}
  - toFQDNs:
    - matchName: api.example.com
```

## When it stays quiet
A second list that is empty; `toServices` with `toPorts`, which newer releases take and older ones refuse.

## Fix safety
None is offered: an item for each way lets through what either names, which may be more than was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, is_filled, sections
from service_mesh.rules.rule import rule

_INGRESS = ("fromEndpoints", "fromCIDR", "fromCIDRSet", "fromEntities", "fromNodes", "fromGroups")
_EGRESS = (
    *("toEndpoints", "toCIDR", "toCIDRSet", "toEntities", "toNodes", "toGroups"),
    *("toServices", "toFQDNs"),
)


@rule("CI105", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def peers_combined(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report items with two or more filled lists of peers."""
    for section in sections(resource):
        peers = sorted(_peers(section.node, _INGRESS if section.is_ingress else _EGRESS), key=_place)
        if len(peers) > 1:
            first, second = peers[:2]
            message = f"'{second.path[-1]}' stands beside '{first.path[-1]}' in one rule, which the agent refuses"
            note = first.note("the rule's first way to name peers")
            yield second.finding(message, related=(note,), anchor=Anchor.KEY)


def _peers(item: Node, names: tuple[str, ...]) -> Iterator[Node]:
    for name in names:
        node = item.get(name)
        if node is not None and is_filled(node):
            yield node


def _place(node: Node) -> int:
    """Where a field stands among its neighbours, so that the later one is pointed at."""
    parent = node.parent().value
    return list(parent).index(node.path[-1]) if isinstance(parent, dict) else 0
