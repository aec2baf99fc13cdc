"""Rule of an AuthorizationPolicy changes nothing beside another one.

## Why it matters
ALLOW rules are a union: beside one that lets everybody in, a careful one restricts nobody. A DENY comes before every
ALLOW: what it refuses, no ALLOW opens again. Who reads the narrow rule believes in a limit, or in an exception, that is
not there.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: open, namespace: shop}
spec:
  rules:
  - {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: careful, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  rules:
  - to:
    - operation: {methods: [GET]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: careful, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  rules:
  - to:
    - operation: {methods: [GET]}
```

## When it stays quiet
Rules are compared only with those that act on every workload of their own: of the same labels or targets, of the whole
namespace, of the whole mesh. One covers another only if that is certain from exact values and from patterns with `*`
first or last. Two rules that say the same, and a DENY beside a wider DENY, are info. Rules that want a token are
another rule's matter, and policies with `istio.io/dry-run` do not count. In ambient mode rules with HTTP fields are
left to AM106 and AM107, which tell what ztunnel makes of them.

## Fix safety
No fix is offered: it is the wide rule or the narrow one that is wrong.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import modes_of, targets
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled
from service_mesh.rules.istio._authorization import action
from service_mesh.rules.istio._http_only import http_fields
from service_mesh.rules.istio._policy_scopes import Held, covers_rule, held_above, own_rules
from service_mesh.rules.rule import rule


@rule(
    "IS212",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/security/authz/builder/builder.go",
        "https://istio.io/latest/docs/concepts/security/#implicit-enablement",
    ),
)
def policy_shadowed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each rule that a DENY takes everything from, or that a rule with the same action covers."""
    said = action(resource)
    if said not in ("ALLOW", "DENY"):
        return
    for held in own_rules(mesh, resource):
        draft = _denied(held, resource, mesh) if said == "ALLOW" else None
        draft = draft or _covered(held, resource, mesh, said)
        if draft is not None and not _is_changed(held, draft, resource, mesh):
            yield draft


def _is_changed(held: Held, draft: Draft, policy: Resource, mesh: MeshView) -> bool:
    """Whether ztunnel takes something out of either rule, so that what is written does not tell what acts."""
    rules = (held.node, *(note.node for note in draft.related))
    if targets(policy) or not any(map(http_fields, rules)):
        return False
    return Enrolled.AMBIENT in modes_of(mesh, policy)


def _denied(held: Held, policy: Resource, mesh: MeshView) -> Draft | None:
    for other in held_above(mesh, policy, "DENY"):
        if covers_rule(other, held):
            message = f"'{other.node.resource.title}' denies all that this rule allows, and a DENY comes first"
            return held.node.finding(message, related=(other.node.note("denies all of it"),))
    return None


def _covered(held: Held, policy: Resource, mesh: MeshView, said: str) -> Draft | None:
    for other in held_above(mesh, policy, said):
        if other.number == held.number or not covers_rule(other, held):
            continue
        is_same = covers_rule(held, other)
        if is_same and (held.width, held.number) < (other.width, other.number):
            continue
        if said == "ALLOW" and held.wants_token and not other.wants_token:
            continue
        severity = Severity.INFO if is_same or said == "DENY" else None
        verb = "allows" if said == "ALLOW" else "denies"
        owner = other.node.resource
        whose = "another rule of this policy" if owner is policy else f"'{owner.title}'"
        message = f"{whose} {verb} all that this rule {verb}, so the rule changes nothing"
        return held.node.finding(message, severity=severity, related=(other.node.note(f"{verb} all of it"),))
    return None
