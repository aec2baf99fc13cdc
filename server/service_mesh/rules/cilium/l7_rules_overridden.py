"""Rules for requests on a port that is also open without rules.

## Why it matters
What several rules allow is added up. Where one allows a port for the same peers without rules for requests, every
request passes, and the methods, paths or names that another one lists restrict nothing.

## Wrong
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
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - {method: GET}
  - fromEndpoints:
    - matchLabels: {app: web}
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
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
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - {method: GET}
```

## When it stays quiet
The open item is about other peers or other ports, or one with a range; DNS rules that allow every name, which are there
for the agent to see the answers; an open item with a listener, server names or TLS; rules of other policies.

## Fix safety
None is offered: removing the open item can cut traffic off.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.rules.cilium._coverage import covers_peers, has_same_ports
from service_mesh.rules.cilium._policies import POLICIES, PortRule, Section, is_filled, l7_lists, policy_rules
from service_mesh.rules.rule import rule

_OWN_WAY = ("rules", "listener", "serverNames", "terminatingTLS", "originatingTLS")
_MOST_OPEN = 50


@rule(
    "CI129",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("rules",),
    sources=(
        "cilium/cilium: pkg/policy/l4.go",
        "https://docs.cilium.io/en/stable/security/policy/layer7/",
    ),
)
def l7_rules_overridden(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report lists of rules for requests beside an item without them for the same peers and ports."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        for direction in ("ingress", "egress"):
            found = tuple(_port_rules(one, direction))
            opened = [held for held in found if not any(held.node.get(name) for name in _OWN_WAY)][:_MOST_OPEN]
            for narrow in found if opened else ():
                lists = [node for node in l7_lists(narrow.node) if is_filled(node) and not _is_for_sight(node)]
                by = next((wide for wide in opened if _covers(wide, narrow)), None) if lists else None
                if by is not None:
                    related = (by.node.note("lets every request pass"),)
                    message = f"another item opens the port without rules, so '{lists[0].path[-1]}' restricts nothing"
                    yield lists[0].finding(message, related=related, anchor=Anchor.KEY)


def _port_rules(one: Node, direction: str) -> Iterator[PortRule]:
    for item in one.each(f"{direction}[]"):
        for node in item.each("toPorts[]"):
            yield PortRule(Section(direction, one, item), node)


def _covers(wide: PortRule, narrow: PortRule) -> bool:
    return has_same_ports(wide.node, narrow.node) and covers_peers(wide.section.node, narrow.section.node)


def _is_for_sight(rules: Node) -> bool:
    """Whether DNS rules allow every name, so that they restrict nothing on their own."""
    patterns = (entry.get("matchPattern") for entry in rules.items) if rules.path[-1] == "dns" else ()
    return any(pattern is not None and pattern.text.strip() == "*" for pattern in patterns)
