"""A policy holds a secret value of a header.

## Why it matters
Policies are not confidential: whoever may read them, and every backup and repository they are in, has the value. A
client that knows it passes, so it works as a password that nobody rotates.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - headers: ["X-Admin-Token: f3a9"]
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
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - headerMatches:
          - name: X-Admin-Token
            secret: {namespace: cilium-secrets, name: admin-token}
```

## When it stays quiet
Headers whose names speak of no secret; a header that only has to be there; values from a Secret.

## Fix safety
None is offered: the value belongs into a Secret, and has to be changed since it was readable.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, port_rules
from service_mesh.rules.rule import rule

_SECRET = re.compile(
    r"(^|[-_])(authorization|cookie|token|secret|password|credentials?|api-?key)($|[-_])", re.IGNORECASE
)


@rule(
    "CI132",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=POLICIES,
    needs=("http",),
    sources=(
        "cilium/cilium: pkg/policy/api/http.go",
        "https://docs.cilium.io/en/stable/security/policy/layer7/",
    ),
)
def header_secret_written(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report values of headers whose names speak of a secret."""
    for port_rule in port_rules(resource):
        for entry in port_rule.node.each("rules.http[]"):
            for node, name in _values(entry):
                if _SECRET.search(name[:200]):
                    yield node.finding(f"the value of header '{name[:80]}' can be read by all who may read the policy")


def _values(entry: Node) -> Iterator[tuple[Node, str]]:
    """Where the value of a header is written, and the header's name."""
    for node in entry.each("headers[]"):
        name, blank, value = node.text.partition(" ")
        if blank and value.strip():
            yield node, name.removesuffix(":")
    for match in entry.each("headerMatches[]"):
        name_node, value_node = match.get("name"), match.get("value")
        if name_node is not None and value_node is not None and value_node.text:
            yield value_node, name_node.text
