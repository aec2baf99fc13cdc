"""Header is named twice in one list, and only the first entry counts.

## Why it matters
Names of headers are compared without regard to case, while the API server looks for names that are the same in every
letter. The second entry is ignored: a match lets through what it was to exclude, a filter sets the first value alone.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - matches:
    - headers:
      - {name: X-Team, value: shop}
      - {name: x-team, value: bank}
    backendRefs: [{name: web, port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - matches:
    - headers: [{name: X-Team, value: shop}]
    - headers: [{name: X-Team, value: bank}]
    backendRefs: [{name: web, port: 80}]
```

## When it stays quiet
Names that are the same in every letter, which the API server refuses; a name that is both set and removed.

## Fix safety
Taking the second entry away is offered and safe, since it has no effect.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_FILTERS = ("spec.rules[].filters[]", "spec.rules[].backendRefs[].filters[]")
_LISTS = tuple(
    f"{name}.{part}" for name in ("requestHeaderModifier", "responseHeaderModifier") for part in ("add", "set")
)


@rule(
    "GW117",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    needs=("headers", "add", "set"),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#httpheadermatch",
        "https://gateway-api.sigs.k8s.io/reference/spec/#httpheader",
    ),
)
def header_named_twice(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report each entry of a list of headers whose name an earlier one has in other letters."""
    for found in _lists(resource):
        first: dict[str, Node] = {}
        for node in found.items:
            name = node.get("name")
            if name is None or not name.text:
                continue
            held = first.setdefault(name.text.lower(), name)
            if held.text != name.text:
                message = f"'{held.text}' names the same header before, so this entry is ignored"
                fix = Fix.remove(node, title="take the entry away", safe=True)
                yield name.finding(message, fix=fix, related=(held.note("counts"),))


def _lists(route: Resource) -> Iterator[Node]:
    yield from route.each("spec.rules[].matches[].headers")
    for place in _FILTERS:
        for node in route.each(place):
            yield from (found for name in _LISTS if (found := node.get(name)) is not None)
