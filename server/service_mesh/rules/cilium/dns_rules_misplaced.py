"""DNS rules stand where the agent does not take them.

## Why it matters
The DNS proxy answers queries that leave an endpoint. DNS rules on ingress, without any port, or on a range of ports are
refused together with the whole policy, so nothing of it is enforced.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toPorts:
    - rules:
        dns:
        - {matchPattern: "*"}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toPorts:
    - ports:
      - {port: "53", protocol: ANY}
      rules:
        dns:
        - {matchPattern: "*"}
```

## When it stays quiet
Ports other than 53, which are taken; an empty list of DNS rules on ingress.

## Fix safety
Adding port 53 is offered where no port is named, and unsafe: the policy starts to be enforced.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, is_filled, port_rules
from service_mesh.rules.cilium._ports import is_service_name, port_number
from service_mesh.rules.rule import rule


@rule("CI103", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def dns_rules_misplaced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report DNS rules on ingress, without ports, and on ranges."""
    for section, port_rule in port_rules(resource):
        dns = port_rule.get("rules.dns")
        if dns is None or not isinstance(dns.value, list):
            continue
        if section.name == "ingress" and dns.value:
            yield dns.finding("DNS rules stand on ingress, which the agent refuses", anchor=Anchor.KEY)
        elif section.name == "egress":
            yield from _ports(port_rule, dns)


def _ports(port_rule: Node, dns: Node) -> Iterator[Draft]:
    if not is_filled(ports := port_rule.get("ports")):
        value = [{"port": "53", "protocol": "ANY"}]
        fix = Fix("add port 53", False, (Insert(port_rule.resource, port_rule.path, "ports", value),))
        message = "DNS rules stand without a port, which the agent refuses"
        yield dns.finding(message, fix=None if ports else fix, anchor=Anchor.KEY)
    for port in port_rule.each("ports[]"):
        first, last = port.get("port"), port.get("endPort")
        if first is None or last is None or last.number is None or not dns.value or is_service_name(first.text):
            continue
        if last.number > (number := port_number(first.text) or 0):
            yield last.finding(f"DNS rules stand on the ports {number} to {last.number}, but take no range of ports")
