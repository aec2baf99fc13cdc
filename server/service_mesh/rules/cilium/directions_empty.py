"""A policy has no item in any direction.

## Why it matters
`ingress: []` looks like "let nothing in". To the agent it is the same as no `ingress` at all, and a policy without any
item is refused: the endpoints stay open. Denying everything is written as one empty item, `ingress: [{}]`.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: []
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{}]
```

## When it stays quiet
Any direction with an item; a policy that names no direction, which the schema refuses.

## Fix safety
Writing `[{}]` is offered where exactly one direction is named, and unsafe: traffic starts to be denied.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, SECTIONS, VALIDATION, policy_rules
from service_mesh.rules.rule import rule


@rule(
    "CI115",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=POLICIES,
    sources=(VALIDATION, "https://docs.cilium.io/en/stable/security/policy/language/"),
)
def directions_empty(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report policy rules whose directions are all empty lists."""
    for one in policy_rules(resource):
        named = [node for name in SECTIONS if (node := one.get(name)) is not None]
        if named and all(node.value == [] for node in named):
            message = (
                f"'{named[0].path[-1]}' is empty and so denies nothing, and the agent refuses a policy without items"
            )
            yield named[0].finding(message, fix=_deny_all(named), anchor=Anchor.KEY)


def _deny_all(named: list[Node]) -> Fix | None:
    name = str(named[0].path[-1])
    if len(named) > 1 or name.endswith("Deny"):
        return None
    return Fix.replace(named[0], [{}], title=f"write '{name}: [{{}}]' to deny everything")
