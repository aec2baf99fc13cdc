"""Condition of an AuthorizationPolicy is about something that Istio does not know.

## Why it matters
istiod refuses the policy, and what it was to change stays as it was. There is no attribute for the time of day, and the
old ones about the destination are written elsewhere today.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - when:
    - key: request.time
      values: ["09:00"]
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - when:
    - key: request.headers[x-shift]
      values: [day]
```

## When it stays quiet
Every key that the judged release of Istio knows: `source.serviceAccount` from 1.25, `source.trustDomain` from 1.31.
Headers, claims and filters need a name in brackets.

## Fix safety
Offered when exactly one key is near; unsafe, because the policy is accepted then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import conditions, rules
from service_mesh.rules.rule import rule

_KEYS = frozenset(
    {
        "source.ip",
        "remote.ip",
        "source.namespace",
        "source.principal",
        "request.auth.principal",
        "request.auth.audiences",
        "request.auth.presenter",
        "destination.ip",
        "destination.port",
        "connection.sni",
    }
)
_SINCE = {"source.serviceAccount": (1, 25), "source.trustDomain": (1, 31)}
_NAMED = (
    "request.headers",
    "request.experimental.inline.headers",
    "request.auth.claims",
    "experimental.envoy.filters.",
)
_GONE = {
    "destination.namespace": "the namespace of the policy says that",
    "destination.name": "only policies of version v1alpha1 had it",
    "destination.user": "only policies of version v1alpha1 had it",
}
_LABELS = "destination.labels"


@rule(
    "IS209",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    needs=("when",),
    sources=(
        "istio/istio: pkg/config/security/security.go",
        "https://istio.io/latest/docs/reference/config/security/conditions/",
    ),
    upstream=("IST0106",),
)
def condition_key_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each key of a condition that is not known."""
    release = mesh.release("istio")
    known = {*_KEYS, *(key for key, since in _SINCE.items() if release >= since)}
    for rule_node in rules(resource):
        for key, condition in conditions(rule_node):
            node = condition.get("key")
            if node is not None and key and key not in known:
                yield from _judged(node, known)


def _judged(node: Node, known: set[str]) -> Iterator[Draft]:
    key = node.text
    named = next((prefix for prefix in _NAMED if key.startswith(prefix)), None)
    if named is not None:
        if not _is_named(key):
            yield node.finding(f"'{key}' needs a name in brackets, and without one the policy is refused")
    elif key in _GONE:
        yield node.finding(f"there is no condition '{key}' any more: {_GONE[key]}")
    elif key.startswith(_LABELS):
        yield node.finding(f"there is no condition '{key}' any more: the selector of the policy says that")
    elif key in _SINCE:
        release = ".".join(map(str, _SINCE[key]))
        yield node.finding(f"condition '{key}' is known from Istio {release} on, and before that the policy is refused")
    else:
        near = _near(key, known)
        fix = Fix.replace(node, near) if near else None
        yield node.finding(f"there is no condition '{key}', so the policy is refused", fix=fix)


def _near(key: str, known: set[str]) -> str | None:
    """The near key; what stands in brackets is kept."""
    head, bracket, tail = key.partition("[")
    return f"{near}{bracket}{tail}" if (near := nearest(head, _NAMED[:3] if bracket else known, unique=True)) else None


def _is_named(key: str) -> bool:
    opened = key.find("[")
    return key.endswith("]") and 0 < opened < len(key) - 2
