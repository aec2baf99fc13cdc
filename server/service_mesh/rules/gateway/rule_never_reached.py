"""Rule matches the same as an earlier rule of its route, so it never gets a request.

## Why it matters
Among the rules of a route the most specific match wins, and of equal ones the first. A rule that repeats the matches of
an earlier one is dead, whatever it does: the change that was made there has no effect.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    backendRefs: [{name: cart, port: 80}]
  - matches: [{path: {type: PathPrefix, value: /cart/}}]
    backendRefs: [{name: cart-next, port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - matches:
    - path: {type: PathPrefix, value: /cart}
      headers: [{name: x-next, value: "yes"}]
    backendRefs: [{name: cart-next, port: 80}]
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    backendRefs: [{name: cart, port: 80}]
```

## When it stays quiet
Both rules do the same with a request; the matches differ in anything. A less specific rule that stands earlier takes
nothing away, since the order of rules counts only between equal matches.

## Fix safety
No fix is offered: which of the rules is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._matches import Conditions, Match, matches_of, same_action
from service_mesh.rules.rule import rule


@rule(
    "GW112",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    needs=("rules",),
    sources=(
        "https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
        "https://gateway-api.sigs.k8s.io/reference/spec/#grpcrouterule",
    ),
)
def rule_never_reached(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report each match that an earlier rule of the route has already, once per rule."""
    first: dict[Conditions, Match] = {}
    seen: set[object] = set()
    for match in matches_of(resource):
        held = first.setdefault(match.conditions, match)
        is_later = held.rule.path != match.rule.path and match.rule.path not in seen
        if is_later and not same_action(held.rule, match.rule):
            seen.add(match.rule.path)
            related = (held.node.note("matches the same"),)
            yield match.node.finding(_message(match), related=related)


def _message(match: Match) -> str:
    by_this = " by this match" if sum(1 for _ in match.rule.each("matches[]")) > 1 else ""
    return f"an earlier rule of this route matches the same, so this rule never gets a request{by_this}"
