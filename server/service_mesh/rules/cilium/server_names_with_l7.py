"""Server names stand beside L7 rules, but TLS is not terminated.

## Why it matters
`serverNames` compares the name in the TLS handshake; what follows is encrypted. L7 rules beside it can only be judged
where the proxy terminates TLS. Without `terminatingTLS` the agent refuses the policy, so nothing of it is enforced.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toPorts:
    - ports:
      - {port: "443", protocol: TCP}
      serverNames: [api.example.com]
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
  egress:
  - toPorts:
    - ports:
      - {port: "443", protocol: TCP}
      serverNames: [api.example.com]
```

## When it stays quiet
Where `terminatingTLS` is given; an empty server name, which the schema refuses.

## Fix safety
None is offered: terminating TLS needs a secret, and dropping a part lets more through.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, is_filled, l7_lists, port_rules
from service_mesh.rules.rule import rule


@rule("CI111", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def server_names_with_l7(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report server names and L7 rules in a port rule that terminates no TLS."""
    for section, port_rule in port_rules(resource):
        names, lists = port_rule.get("serverNames"), l7_lists(port_rule)
        if names is None or not is_filled(names) or not lists or section.name.endswith("Deny"):
            continue
        if port_rule.get("terminatingTLS") is None:
            note = lists[0].note("the L7 rules of the same port rule")
            message = f"'serverNames' stands beside {lists[0].path[-1]} rules, but TLS is not terminated"
            yield names.finding(message, related=(note,), anchor=Anchor.KEY)
