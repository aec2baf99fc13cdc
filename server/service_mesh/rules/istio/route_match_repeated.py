"""One match of a route rule has no effect, because an earlier match takes its requests.

## Why it matters
The match looks as if it chose something, and is edited in vain. The rule itself still works through its other matches.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - match:
    - uri: {prefix: /api}
    - uri: {prefix: /api/v2}
    route:
    - destination: {host: reviews}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - match:
    - uri: {prefix: /api}
    route:
    - destination: {host: reviews}
```

## When it stays quiet
No match of the rule is left, which is reported as an unreachable rule instead. Regular expressions are compared as text
only; in delegates and in `tls` and `tcp` rules only equal matches count.

## Fix safety
Removing the match is safe: no request ever reaches it.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._route_order import Taken, taken_rules
from service_mesh.rules.rule import rule


@rule(
    "IS109",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(VIRTUAL_SERVICE,),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "https://istio.io/latest/docs/reference/config/analysis/ist0131/",
    ),
    upstream=("IST0131",),
)
def route_match_repeated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each match without effect in rules that still have others."""
    for found in taken_rules(resource):
        if not found.is_dead:
            yield from map(_draft, found.taken)


def _draft(taken: Taken) -> Draft:
    paths = [node.text for node in taken.match.each("uri{}")]
    path = f" on '{paths[0]}'" if paths and paths[0] else ""
    message = f"match{path} has no effect: an earlier match takes its requests"
    fix = Fix.remove(taken.match, title="remove the match", safe=True)
    return taken.match.finding(message, fix=fix, related=(taken.by.note("takes these requests"),))
