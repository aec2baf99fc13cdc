"""L7 rules stand on port 0.

## Why it matters
Port 0 stands for every port. The agent redirects single ports to its proxy and refuses the policy, so nothing of it is
enforced.

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
      - {port: "0", protocol: TCP}
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
Port 0 without L7 rules; named ports and ranges with L7 rules, which are taken.

## Fix safety
None is offered: which port was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, l7_lists, port_rules
from service_mesh.rules.cilium._ports import port_number
from service_mesh.rules.rule import rule


@rule("CI102", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def l7_on_port_zero(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report port 0 in a port rule with L7 rules."""
    for section, port_rule in port_rules(resource):
        lists = l7_lists(port_rule)
        if not lists or section.name.endswith("Deny"):
            continue
        for port in port_rule.each("ports[].port"):
            if port_number(port.text) == 0:
                yield port.finding(f"{lists[0].path[-1]} rules stand on port '{port.text}', which the agent refuses")
