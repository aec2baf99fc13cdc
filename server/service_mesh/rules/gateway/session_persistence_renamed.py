"""Session persistence is written in a form that the next definition of the experimental channel refuses.

## Why it matters
Session persistence is experimental, and Gateway API 1.7 changes its fields without a transition: `sessionName` becomes
`cookie.name` or `header.name`, `cookieConfig` becomes `cookie`, and an object of type `Cookie`, which is the default,
is refused without `cookie`, one of type `Header` without `header`. What 1.6 takes cannot be applied once the
definitions are those of 1.7.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - backendRefs: [{name: web, port: 80}]
    sessionPersistence:
      type: Cookie
      sessionName: web-session
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - backendRefs: [{name: web, port: 80}]
```

## When it stays quiet
Objects in the form of 1.7, with `cookie` or `header`. No form suits both definitions: persistence either goes, as in
the example, or is written anew in the step that installs 1.7, until when this can be allowed. With a release before
1.6 it is a note.

## Fix safety
No fix: while the definitions of 1.6 are in use, the new fields are unknown and dropped.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, X_BACKEND_TRAFFIC_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_PLACES = ("spec.sessionPersistence", "spec.rules[].sessionPersistence")
_LAST = (1, 6)
_RENAMED = ("sessionName", "cookieConfig")
_WANTED = {"Cookie": "cookie", "Header": "header"}


@rule(
    "GW146",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE, X_BACKEND_TRAFFIC_POLICY),
    needs=("sessionPersistence",),
    sources=(
        "kubernetes-sigs/gateway-api: CHANGELOG/1.7-CHANGELOG.md",
        "https://github.com/kubernetes-sigs/gateway-api/pull/4873",
        "https://gateway-api.sigs.k8s.io/geps/gep-1619/",
    ),
)
def session_persistence_renamed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each session persistence in the form of 1.6 and before."""
    severity = Severity.INFO if mesh.release("gateway_api") < _LAST else None
    for place in _PLACES:
        for persistence in resource.each(place):
            kind = _kind(persistence)
            if kind in _WANTED and _is_old(persistence):
                yield _draft(persistence, kind, severity)


def _kind(persistence: Node) -> str:
    said = persistence.get("type")
    return "Cookie" if said is None or said.value is None else said.text


def _is_old(persistence: Node) -> bool:
    held = persistence.value
    return isinstance(held, dict) and not any(name in held for name in _WANTED.values())


def _draft(persistence: Node, kind: str, severity: Severity | None) -> Draft:
    wants = f"wants '{_WANTED[kind]}' for session persistence of type '{kind}'"
    for name in _RENAMED:
        old = persistence.get(name)
        if old is not None:
            message = f"Gateway API 1.7 has no '{name}' as 1.6 has it and {wants}, so that it refuses this form"
            return old.finding(message, anchor=Anchor.KEY, severity=severity)
    message = f"Gateway API 1.7 {wants}, which 1.6 does without, so that it refuses this form"
    return (persistence.get("type") or persistence).finding(message, severity=severity)
