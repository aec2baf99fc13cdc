"""CUSTOM policy matches by something that is not known when the authorizer is asked.

## Why it matters
The external authorizer is asked before the client's identity and its token are looked at. istiod refuses a CUSTOM
policy that matches by them, and the requests go on without the authorizer.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: external, namespace: shop}
spec:
  action: CUSTOM
  provider: {name: opa}
  rules:
  - from:
    - source: {namespaces: [shop]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: external, namespace: shop}
spec:
  action: CUSTOM
  provider: {name: opa}
  rules:
  - to:
    - operation: {paths: [/admin*]}
```

## When it stays quiet
Addresses, hosts, methods, paths, ports and headers are known in time.

## Fix safety
No fix is offered: without the field the authorizer would be asked for more requests, which the author has to decide.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import (
    HTTP_SOURCE,
    IDENTITY_CONDITIONS,
    IDENTITY_SOURCE,
    action,
    conditions,
    rules,
    sources,
)
from service_mesh.rules.rule import rule


@rule(
    "IS208",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action",
    ),
    upstream=("IST0106",),
)
def custom_with_identity(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # no lookup is needed
    """Report each field and condition that CUSTOM does not take."""
    if action(resource) != "CUSTOM":
        return
    for rule_node in rules(resource):
        for source in sources(rule_node):
            for field in (*IDENTITY_SOURCE, *HTTP_SOURCE):
                node = source.get(field)
                if node is not None and node.items:
                    yield node.finding(f"'{field}' with action CUSTOM is refused")
        for key, condition in conditions(rule_node):
            if key in IDENTITY_CONDITIONS or key.startswith("request.auth."):
                yield (condition.get("key") or condition).finding(f"condition '{key}' with action CUSTOM is refused")
