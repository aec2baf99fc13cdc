"""AuthorizationPolicy asks for a token that nobody verifies.

## Why it matters
Principals, audiences and claims of a request are known only after a RequestAuthentication has verified its token.
Without one they are absent: an ALLOW refuses every request, a DENY of requests without a token refuses all, and a DENY
by a claim stops nobody.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: jwt, namespace: shop}
spec:
  rules:
  - from:
    - source: {requestPrincipals: ["*"]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: jwt, namespace: shop}
spec:
  rules:
  - from:
    - source: {requestPrincipals: ["*"]}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: shop}
spec:
  jwtRules:
  - {issuer: https://issuer.example.com}
```

## When it stays quiet
A RequestAuthentication is for one of the same workloads or targets. It is info, because an EnvoyFilter may verify
tokens too. In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
No fix is offered: the issuer is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import HTTP_SOURCE, action, conditions, rules, sources
from service_mesh.rules.istio._tokens import meets
from service_mesh.rules.rule import rule


@rule(
    "IS217",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(AUTHORIZATION_POLICY,),
    needs=("requestPrincipals", "notRequestPrincipals", "when"),
    reads=tuple(dict.fromkeys((REQUEST_AUTHENTICATION, *WORKLOAD_KINDS, *INSTALLATION_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/generator.go",
        "https://istio.io/latest/docs/reference/config/security/conditions/",
    ),
)
def claims_without_request_authentication(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first field that wants a verified token where nothing verifies one."""
    node = next(_wanting(resource), None)
    if node is None or action(resource) == "CUSTOM" or meets(mesh, resource, REQUEST_AUTHENTICATION):
        return
    message = f"no RequestAuthentication verifies tokens here, so '{node.text or node.path[-1]}' is never known"
    yield node.finding(message, partial=not mesh.is_complete(resource.namespace, resource.cluster))


def _wanting(policy: Resource) -> Iterator[Node]:
    for rule_node in rules(policy):
        for source in sources(rule_node):
            yield from (node for field in HTTP_SOURCE if (node := source.get(field)) is not None and node.items)
        for key, condition in conditions(rule_node):
            if key.startswith("request.auth."):
                yield condition.get("key") or condition
