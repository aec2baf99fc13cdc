"""ALLOW that wants a token stands beside one that does not.

## Why it matters
ALLOW rules are a union: a request that meets any of them gets in. A rule with `requestPrincipals` demands nothing of
those whom another rule lets in without a token. `notRequestPrincipals` in an ALLOW lets in everybody without a token,
since what is not there is not excepted.

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
The other rule is for other operations or for chosen conditions. If it is for chosen clients, who then need no token,
that is info: it is often meant so. So it is if the rule wants a token for every request, and another policy lets in a
part of them that is more than health checks, metrics and other paths that are left open on purpose. One rule for some
clients with a token and for others without one says what it means. A DENY of requests without a token for the same
workloads settles the matter.

## Fix safety
No fix is offered: a DENY with `notRequestPrincipals` may refuse more than was meant.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import action, sources
from service_mesh.rules.istio._policy_scopes import (
    Entry,
    Held,
    clause_covers,
    held_above,
    is_met_without_token,
    own_rules,
)
from service_mesh.rules.rule import rule

_EXCEPTED = "notRequestPrincipals"
_PROBES = re.compile(r"health|ready|live|metrics|stats|ping|status|well-known|login|public", re.IGNORECASE)
"""Parts of paths that are left open on purpose."""


@rule(
    "IS215",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    needs=("requestPrincipals", "when"),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/security/authz/builder/builder.go",
        "istio/istio: pilot/pkg/security/authz/model/model.go",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-jwt/",
    ),
)
def jwt_requirement_bypassed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each ALLOW rule for a token beside which requests get in without one."""
    if action(resource) != "ALLOW" or any(map(_excludes_no_token, held_above(mesh, resource, "DENY"))):
        return
    for held in own_rules(mesh, resource):
        if not held.wants_token:
            continue
        others = held_above(mesh, resource, "ALLOW")
        opening = next((other for other in others if _opens(other, held)), None)
        part = next((other for other in others if _opens_part(other, held)), None)
        if opening is not None:
            yield _draft(held, opening)
        elif part is not None:
            yield _draft_of_part(held, part)


def _excludes_no_token(held: Held) -> bool:
    return any(_EXCEPTED in source for source in held.sources) or any(map(is_met_without_token, held.conditions))


def _opens(other: Held, held: Held) -> bool:
    """Whether a rule lets the same requests in without a token."""
    if not all(map(is_met_without_token, other.conditions)):
        return False
    # A rule whose sources want a token here and other clients there says so itself; for everybody it makes no sense.
    if other.wants_token and not _is_for_everybody(other):
        return False
    return clause_covers(other.operations, held.operations)


def _opens_part(other: Held, held: Held) -> bool:
    """Whether a rule of another policy lets some requests in without a token where all of them are to have one."""
    if held.operations or other.node.resource is held.node.resource or other.wants_token or other.conditions:
        return False
    return bool(other.operations) and not all(map(_is_of_probes, other.operations))


def _is_of_probes(operation: Entry) -> bool:
    """Whether an operation is for what has no token: probes and scrapers."""
    paths = operation.get("paths", ())
    return "ports" in operation or (bool(paths) and all(_PROBES.search(path) for path in paths))


def _is_for_everybody(held: Held) -> bool:
    """Whether every client without a token is among the sources of a rule."""
    return not held.sources or any(source.keys() == {_EXCEPTED} for source in held.sources)


def _node(held: Held) -> Node:
    source = next((found for found in sources(held.node) if found.get("requestPrincipals") is not None), None)
    return (source.get("requestPrincipals") if source is not None else None) or held.node


def _draft(held: Held, other: Held) -> Draft:
    node = _node(held)
    everybody = _is_for_everybody(other)
    who = "everybody" if everybody else "some clients"
    message = f"{_whose(held, other)} lets {who} in without a token, so the token is not required"
    severity = None if everybody else Severity.INFO
    return node.finding(message, severity=severity, related=(other.node.note("needs no token"),))


def _draft_of_part(held: Held, other: Held) -> Draft:
    node = _node(held)
    message = f"'{other.node.resource.title}' lets some requests in without a token, so not all of them need one"
    return node.finding(message, severity=Severity.INFO, related=(other.node.note("needs no token"),))


def _whose(held: Held, other: Held) -> str:
    if other.number == held.number:
        return "another source of this rule"
    owner = other.node.resource
    return "another rule of this policy" if owner is held.node.resource else f"'{owner.title}'"
