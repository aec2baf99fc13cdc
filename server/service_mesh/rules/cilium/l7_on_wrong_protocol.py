"""HTTP or Kafka rules stand on a port that is not limited to TCP.

## Why it matters
The agent takes L7 rules other than DNS for TCP alone. `ANY`, which is also what a port without `protocol` means, counts
as not TCP. It refuses the policy, so nothing of it is enforced, while `kubectl apply` succeeds.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: ANY}
      rules:
        http:
        - {method: GET, path: /items}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: TCP}
      rules:
        http:
        - {method: GET, path: /items}
```

## When it stays quiet
DNS rules, which may stand on TCP, UDP and ANY; ports without L7 rules; `rules` below a deny, which the schema refuses.

## Fix safety
Setting TCP is offered and unsafe: the policy starts to be enforced.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, is_filled, l7_lists, port_rules
from service_mesh.rules.rule import rule


@rule("CI101", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def l7_on_wrong_protocol(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report ports that are not TCP below L7 rules that are not DNS."""
    for section, port_rule in port_rules(resource):
        kinds = [str(node.path[-1]) for node in l7_lists(port_rule)]
        if not kinds or is_filled(port_rule.get("rules.dns")) or section.name.endswith("Deny"):
            continue
        for port in port_rule.each("ports[]"):
            if isinstance(port.value, dict):
                yield from _judged(port, kinds[0])


def _judged(port: Node, kind: str) -> Iterator[Draft]:
    protocol, number = port.get("protocol"), port.get("port")
    if protocol is None:
        fix = Fix("set protocol TCP", False, (Insert(port.resource, port.path, "protocol", "TCP"),))
        message = f"port '{number.value if number else ''}' names no protocol and so means ANY, but has {kind} rules"
        yield (number or port).finding(f"{message}, which the agent refuses", fix=fix)
    elif isinstance(protocol.value, str) and protocol.text.upper() != "TCP":
        message = f"{kind} rules stand on protocol '{protocol.text}', which the agent refuses: they need TCP"
        yield protocol.finding(message, fix=Fix.replace(protocol, "TCP"))
