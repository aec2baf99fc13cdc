"""Condition compares a claim with `true` or `false`.

## Why it matters
Claims are compared as text, alone or in a list. A claim that the issuer writes as a JSON boolean never equals any text:
an ALLOW refuses everybody by it, a DENY stops nobody.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: jwt, namespace: shop}
spec:
  rules:
  - when:
    - key: request.auth.claims[email_verified]
      values: ["true"]
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: jwt, namespace: shop}
spec:
  rules:
  - when:
    - key: request.auth.claims[groups]
      values: [staff]
```

## When it stays quiet
Other values, and conditions about headers, which are text. An issuer may write the text `"true"`; that cannot be seen
here, so the confidence is medium.

## Fix safety
No fix is offered: the issuer has to be asked.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import conditions, rules, values
from service_mesh.rules.rule import rule


@rule(
    "IS219",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=(AUTHORIZATION_POLICY,),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/util.go",
        "https://istio.io/latest/docs/reference/config/security/conditions/",
    ),
)
def claim_compared_with_boolean(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # no lookup
    """Report each value of a claim that reads as a boolean."""
    for rule_node in rules(resource):
        for key, condition in conditions(rule_node):
            if key.startswith("request.auth.claims["):
                for node in values(condition, "values", "notValues"):
                    if node.text in ("true", "false"):
                        yield node.finding(f"claims are compared as text, which a boolean {node.text} never equals")
