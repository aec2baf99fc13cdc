"""A header match refers to a secret without a name.

## Why it matters
`headerMatches` can take the wanted value from a secret. An empty name passes the schema; the agent refuses the whole
policy, so nothing of it is enforced.

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
      rules:
        http:
        - headerMatches:
          - {name: x-token, secret: {name: ""}}
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
        - headerMatches:
          - {name: x-token, secret: {name: tokens}}
```

## When it stays quiet
A name that is left out, which the schema refuses; whether the secret exists.

## Fix safety
None is offered: which secret was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, port_rules
from service_mesh.rules.rule import rule


@rule(
    "CI117",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=POLICIES,
    sources=("cilium/cilium: pkg/policy/api/http.go",),
)
def header_secret_unnamed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report empty names of the secrets of header matches."""
    for _, port_rule in port_rules(resource):
        for match in port_rule.each("rules.http[].headerMatches[]"):
            header, secret = match.get("name"), match.get("secret.name")
            if secret is not None and secret.value == "":
                shown = header.text if header is not None else ""
                yield secret.finding(f"header match '{shown}' takes its value from a secret without a name")
