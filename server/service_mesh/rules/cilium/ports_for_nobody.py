"""A rule opens ports for an empty list of peers.

## Why it matters
A list of peers that is left out means everybody; one that is written out and empty means nobody. An item with ports and
`fromEndpoints: []` allows nothing, and for the direction default deny is on: the ports that were to be opened are
closed. A template whose list came out empty does the same.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: []
    toPorts:
    - ports:
      - {port: "8080", protocol: TCP}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: web}
    toPorts:
    - ports:
      - {port: "8080", protocol: TCP}
```

## When it stays quiet
An empty list alone in its item, a way to write "deny the rest"; an item with other peers besides; a policy that the
agent refuses.

## Fix safety
None is offered: removing the list opens the ports to everybody.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.rules.cilium._policies import POLICIES, Section, is_filled, sections
from service_mesh.rules.rule import rule

_PEERS = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes", "FQDNs", "Services", "Groups")


@rule(
    "CI125",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("toPorts", "icmps"),
    sources=(
        "cilium/cilium: pkg/policy/api/ingress.go",
        "https://docs.cilium.io/en/stable/security/policy/layer3/",
    ),
)
def ports_for_nobody(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report items with ports or ICMP whose only peers are an empty list."""
    for section in sections(resource) if not is_refused(resource) else ():
        written = _lists(section)
        if written and all(node.value == [] for node in written) and _has_ports(section.node):
            name, verb = written[0].path[-1], "denied" if section.name.endswith("Deny") else "allowed"
            message = f"'{name}' is empty and so means nobody, and what follows is {verb} for no one"
            yield written[0].finding(message, anchor=Anchor.KEY)


def _lists(section: Section) -> list[Node]:
    start = "from" if section.is_ingress else "to"
    found = (section.node.get(f"{start}{name}") for name in _PEERS)
    return [node for node in found if node is not None and node.value is not None]


def _has_ports(item: Node) -> bool:
    return any(is_filled(item.get(name)) for name in ("toPorts", "icmps"))
