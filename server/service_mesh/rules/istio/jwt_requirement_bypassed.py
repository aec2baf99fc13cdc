"""ALLOW that wants a token stands beside one that does not.

## Why it matters
ALLOW rules are a union: a request that meets any of them gets in. A rule with `requestPrincipals` demands nothing of
those whom another rule lets in without a token.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: token, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  rules:
  - from:
    - source: {requestPrincipals: ["*"]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: open, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  rules:
  - {}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: token, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  action: DENY
  rules:
  - from:
    - source: {notRequestPrincipals: ["*"]}
```

## When it stays quiet
The other rule is for other operations, such as a health check, or for chosen conditions. If it is for chosen clients,
who then need no token, that is info: it is often meant so. A DENY of requests without a token for the same workloads
settles the matter.

## Fix safety
No fix is offered: a DENY with `notRequestPrincipals` may refuse more than was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import action, sources
from service_mesh.rules.istio._policy_scopes import Held, clause_covers, held_above, own_rules
from service_mesh.rules.rule import rule


@rule(
    "IS215",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/security/authz/builder/builder.go",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-jwt/",
    ),
)
def jwt_requirement_bypassed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each ALLOW rule for a token beside which requests get in without one."""
    if action(resource) != "ALLOW" or any(map(_wants_token, held_above(mesh, resource, "DENY"))):
        return
    for held in own_rules(mesh, resource):
        if not held.asks_for_token:
            continue
        for other in held_above(mesh, resource, "ALLOW"):
            if _opens(other, held):
                yield _draft(held, other)
                break


def _wants_token(held: Held) -> bool:
    return any("notRequestPrincipals" in source for source in held.sources)


def _opens(other: Held, held: Held) -> bool:
    """Whether a rule lets the same requests in without a token."""
    if other.asks_for_token or other.conditions:
        return False
    return clause_covers(other.operations, held.operations)


def _draft(held: Held, other: Held) -> Draft:
    source = next(iter(sources(held.node)), None)
    node = (source.get("requestPrincipals") if source is not None else None) or held.node
    owner = other.node.resource
    whose = "another rule of this policy" if owner is held.node.resource else f"'{owner.title}'"
    chosen = bool(other.sources)
    who = "some clients" if chosen else "everybody"
    message = f"{whose} lets {who} in without a token, so the token is not required"
    severity = Severity.INFO if chosen else None
    return node.finding(message, severity=severity, related=(other.node.note("needs no token"),))
