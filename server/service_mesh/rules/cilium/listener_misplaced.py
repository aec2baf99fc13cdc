"""A policy redirects to an Envoy listener where the agent does not take it.

## Why it matters
`listener` sends traffic to a listener of a CiliumEnvoyConfig. The agent takes it on egress and without L7 rules of the
policy's own; elsewhere it refuses the whole policy, so nothing of it is enforced.

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
      - {port: "80", protocol: TCP}
      listener:
        name: checkout
        envoyConfig: {name: proxies}
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
      - {port: "80", protocol: TCP}
      listener:
        name: checkout
        envoyConfig: {name: proxies}
```

## When it stays quiet
A listener below a deny, which the schema refuses; whether the listener exists is another question.

## Fix safety
None is offered: either part may be the one that was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, l7_lists, port_rules
from service_mesh.rules.rule import rule


@rule("CI110", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def listener_misplaced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report listeners on ingress and beside L7 rules."""
    for section, port_rule in port_rules(resource):
        listener = port_rule.get("listener")
        if listener is None or not isinstance(listener.value, dict) or section.name.endswith("Deny"):
            continue
        name = listener.get("name")
        shown = f"listener '{name.text if name is not None else ''}'"
        lists = l7_lists(port_rule)
        if section.is_ingress:
            yield listener.finding(f"{shown} stands on ingress, which the agent refuses", anchor=Anchor.KEY)
        elif lists:
            note = lists[0].note("the L7 rules of the same port rule")
            message = f"{shown} stands beside {lists[0].path[-1]} rules, which the agent refuses"
            yield listener.finding(message, related=(note,), anchor=Anchor.KEY)
