"""A rule allows what another rule of the same policy allows anyway.

## Why it matters
What several items allow is added up. A narrow item beside one that opens the same ports for more peers restricts
nothing: who reads the policy takes the workload for protected from peers that it is open for.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDR: [192.0.2.0/24]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
  - fromEntities: [world]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDR: [192.0.2.0/24]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## When it stays quiet
It is not certain that the other item is about all peers and ports of this one: labels that are written differently
count as different pods; items with rules for requests, a listener, server names, TLS or authentication; rules of other
policies. An item for the same peers as another one is an information.

## Fix safety
None is offered: either of the two may be what was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.rules.cilium._coverage import covers_peers, covers_ports
from service_mesh.rules.cilium._policies import POLICIES, policy_rules
from service_mesh.rules.rule import rule

_OWN_WAY = ("rules", "listener", "serverNames", "terminatingTLS", "originatingTLS")
_MOST_ITEMS = 30


@rule(
    "CI148",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("ingress", "egress"),
    sources=(
        "cilium/cilium: pkg/policy/rule.go",
        "https://docs.cilium.io/en/stable/security/policy/intro/",
    ),
)
def allow_covered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report allowing items that another one of the same rule covers."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        for direction in ("ingress", "egress"):
            items = [item for item in one.each(f"{direction}[]") if _is_plain(item)][:_MOST_ITEMS]
            for number, item in enumerate(items):
                by = next((wide for at, wide in enumerate(items) if _covers(wide, item, at < number)), None)
                if by is not None:
                    yield _draft(item, by)


def _is_plain(item: Node) -> bool:
    """Whether an item allows connections without asking for more."""
    if not isinstance(item.value, dict) or not any(item.value.values()) or item.get("authentication") is not None:
        return False
    return not any(port_rule.get(name) for port_rule in item.each("toPorts[]") for name in _OWN_WAY)


def _covers(wide: Node, narrow: Node, is_earlier: bool) -> bool:
    """Whether one item is about all of another; of two that are about the same the earlier one is."""
    if wide is narrow or not (covers_peers(wide, narrow) and covers_ports(wide, narrow)):
        return False
    return is_earlier or not (covers_peers(narrow, wide) and covers_ports(narrow, wide))


def _draft(item: Node, by: Node) -> Draft:
    same = covers_peers(item, by)
    message = f"another item allows all of this for {'the same' if same else 'more'} peers"
    severity = Severity.INFO if same else None
    related = (by.note("allows it too"),)
    return item.finding(f"{message}, so it restricts nothing", related=related, severity=severity)
