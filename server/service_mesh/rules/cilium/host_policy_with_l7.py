"""A policy for nodes has L7 rules.

## Why it matters
Policies with a `nodeSelector` guard the host itself, whose traffic is not sent through the proxy. The agent takes no L7
rules there, except DNS rules on egress, and refuses the policy.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {matchLabels: {type: worker}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: TCP}
      rules:
        http:
        - {method: GET, path: /items}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {matchLabels: {type: worker}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: TCP}
```

## When it stays quiet
DNS rules on egress; policies with an `endpointSelector`.

## Fix safety
None is offered: without the L7 rules every request to the port would be let in.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, l7_lists, port_rules
from service_mesh.rules.rule import rule


@rule("CI104", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def host_policy_with_l7(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report L7 rules of policies that select nodes."""
    for section, port_rule in port_rules(resource):
        if section.rule.get("nodeSelector") is None or section.name.endswith("Deny"):
            continue
        for node in l7_lists(port_rule):
            kind = str(node.path[-1])
            is_told_elsewhere = kind == "dns" and bool(node.value)
            if (section.is_ingress and not is_told_elsewhere) or (kind != "dns" and node.value):
                message = f"{kind} rules stand in a policy for nodes, which the agent refuses"
                yield node.finding(message, anchor=Anchor.KEY)
