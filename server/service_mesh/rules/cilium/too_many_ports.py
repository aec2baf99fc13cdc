"""A port rule of a deny names more than 40 ports.

## Why it matters
The agent takes up to 40 ports in one item of `toPorts` and refuses the policy beyond that. The schema counts the ports
of allow rules, but not those of `ingressDeny` and `egressDeny`.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egressDeny:
  - toPorts:
    - ports: [
        {port: "1"}, {port: "2"}, {port: "3"}, {port: "4"}, {port: "5"}, {port: "6"}, {port: "7"}, {port: "8"},
        {port: "9"}, {port: "10"}, {port: "11"}, {port: "12"}, {port: "13"}, {port: "14"}, {port: "15"}, {port: "16"},
        {port: "17"}, {port: "18"}, {port: "19"}, {port: "20"}, {port: "21"}, {port: "22"}, {port: "23"}, {port: "24"},
        {port: "25"}, {port: "26"}, {port: "27"}, {port: "28"}, {port: "29"}, {port: "30"}, {port: "31"}, {port: "32"},
        {port: "33"}, {port: "34"}, {port: "35"}, {port: "36"}, {port: "37"}, {port: "38"}, {port: "39"}, {port: "40"},
        {port: "41"}]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egressDeny:
  - toPorts:
    - ports:
      - {port: "1", endPort: 41}
```

## When it stays quiet
Allow rules, whose number of ports the schema limits.

## Fix safety
None is offered: how the ports are best split or joined to ranges is the author's choice.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, port_rules
from service_mesh.rules.rule import rule

_MOST = 40


@rule("CI108", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def too_many_ports(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report port rules of denies with more ports than the agent takes."""
    for section, port_rule in port_rules(resource):
        ports = port_rule.get("ports")
        if ports is not None and section.name.endswith("Deny") and len(ports.items) > _MOST:
            message = f"one port rule names {len(ports.items)} ports, the agent takes {_MOST}"
            yield ports.finding(message, anchor=Anchor.KEY)
