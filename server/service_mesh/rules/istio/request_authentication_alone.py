"""RequestAuthentication stands alone, so requests without a token get in.

## Why it matters
It refuses tokens that are wrong, and lets requests pass that have none. Only an AuthorizationPolicy can ask for one.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: shop}
spec:
  jwtRules:
  - {issuer: https://issuer.example.com}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: shop}
spec:
  jwtRules:
  - {issuer: https://issuer.example.com}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: jwt, namespace: shop}
spec:
  action: DENY
  rules:
  - from:
    - source: {notRequestPrincipals: ["*"]}
```

## When it stays quiet
An AuthorizationPolicy for one of the same workloads or targets asks for `requestPrincipals`, `notRequestPrincipals` or
a `request.auth` condition, or a VirtualService routes by claims. It is info, because an application may look for itself
whether a token came along. In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
No fix is offered: which requests need a token has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._tokens import meets
from service_mesh.rules.rule import rule

_CLAIM = "@request.auth.claims"


@rule(
    "IS216",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(REQUEST_AUTHENTICATION,),
    reads=tuple(dict.fromkeys((AUTHORIZATION_POLICY, VIRTUAL_SERVICE, *WORKLOAD_KINDS, *INSTALLATION_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/authn/policy_applier.go",
        "https://istio.io/latest/docs/reference/config/security/request_authentication/",
    ),
)
def request_authentication_alone(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report JWT rules that no policy and no route makes use of."""
    node = resource.get("spec.jwtRules")
    if node is None or not node.items or mesh.index(_routes_by_claims) or meets(mesh, resource, AUTHORIZATION_POLICY):
        return
    message = "no AuthorizationPolicy asks for a token here, so requests without one are let through"
    yield node.finding(message, partial=not mesh.is_complete(resource.namespace, resource.cluster))


def _routes_by_claims(mesh: MeshView) -> bool:
    return any(
        str(header.path[-1]).startswith(_CLAIM)
        for route in mesh.of_kind(VIRTUAL_SERVICE)
        for header in route.each("spec.http[].match[].headers{}")
    )
