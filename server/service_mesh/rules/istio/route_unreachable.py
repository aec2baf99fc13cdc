"""Route rule can never be reached, because earlier rules take all its requests.

## Why it matters
Rules are tried in the order they are written and the first that fits decides. A rule behind one without matches, or
behind matches that are wider than its own, never sees a request: its destination, timeout or fault has no effect.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - match:
    - uri: {prefix: /}
    route:
    - destination: {host: reviews}
  - match:
    - uri: {prefix: /beta}
    route:
    - destination: {host: reviews-beta}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - match:
    - uri: {prefix: /beta}
    route:
    - destination: {host: reviews-beta}
  - match:
    - uri: {prefix: /}
    route:
    - destination: {host: reviews}
```

## When it stays quiet
Something of the rule is left, as far as can be told: regular expressions are compared as text only. Rules with a
delegate take nothing for certain. In delegates and in `tls` and `tcp` rules only equal matches count, and beyond
equality a match is compared with 50 others at most.

## Fix safety
No fix is offered: the order may be wrong, or the rule may be superfluous.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._route_order import taken_rules
from service_mesh.rules.rule import rule


@rule(
    "IS108",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/reference/config/analysis/ist0130/",
    ),
    upstream=("IST0130", "IST0131"),
)
def route_unreachable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each rule of which no match is left."""
    for found in taken_rules(resource):
        if found.is_dead:
            name = found.rule.get("name")
            named = f" '{name.text}'" if name is not None and name.text else ""
            notes = {taken.by.path: taken.by.note("takes these requests") for taken in found.taken}
            message = f"route rule{named} is never reached: earlier rules take all its requests"
            yield found.rule.finding(message, related=tuple(notes.values())[:3])
