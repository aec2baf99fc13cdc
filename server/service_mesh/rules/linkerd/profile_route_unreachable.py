"""Route of a ServiceProfile gets no request, because an earlier one takes them all.

## Why it matters
The first route whose condition holds is the one that counts, in the order of the list and not by how exact it is. A
route behind one that matches at least as much has no requests: its retries, its timeout and its metrics are empty.

## Wrong
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: everything
    condition: {pathRegex: "/.*"}
  - name: GET /books
    condition: {method: GET, pathRegex: /books}
    timeout: 1s
```

## Right
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET /books
    condition: {method: GET, pathRegex: /books}
    timeout: 1s
  - name: everything
    condition: {pathRegex: "/.*"}
```

## When it stays quiet
Two expressions that differ: whether one matches all that the other does is not worked out, the plain `.*` and `/.*`
apart. Routes with an expression that proxies cannot read.

## Fix safety
None is offered: the order decides which route counts.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._expressions import expression_fault
from service_mesh.rules.linkerd._requests import Conditions, condition_parts, conditions_of
from service_mesh.rules.rule import rule

_MOST = 4
"""Parts of a condition up to which every choice of them is looked up."""


@rule(
    "LD164",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE_PROFILE,),
    sources=(
        "linkerd/linkerd2-proxy: linkerd/app/outbound/src/http/logical/profile.rs",
        "https://linkerd.io/2/reference/service-profiles/",
    ),
)
def profile_route_unreachable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each route whose condition is, or is narrower than, that of an earlier one."""
    earlier: dict[Conditions, Node] = {}
    for route in resource.each("spec.routes[]"):
        condition = route.get("condition")
        if condition is None or not isinstance(condition.value, dict) or not condition.value or _is_void(condition):
            continue
        asked = conditions_of(condition)
        first = _wider(earlier, asked)
        if first is not None:
            message = f"route '{_name(route)}' gets no request, since '{_name(first)}' before it takes them all"
            yield condition.finding(message, related=(first.note("takes its requests"),))
        else:
            earlier[asked] = route


def _wider(earlier: dict[Conditions, Node], asked: Conditions) -> Node | None:
    """The first route with conditions that are all among those asked for."""
    parts = sorted(asked)
    if len(parts) > _MOST:  # few conditions are as long, and then only the same one is looked for
        return earlier.get(asked) or earlier.get(frozenset())
    subsets = (frozenset(p for at, p in enumerate(parts) if bits >> at & 1) for bits in range(2 ** len(parts)))
    return next((route for route in map(earlier.get, subsets) if route is not None), None)


def _is_void(condition: Node) -> bool:
    return any(expression_fault(text.text) for part in condition_parts(condition) for text in part.each("pathRegex"))


def _name(route: Node) -> str:
    name = route.get("name")
    return name.text[:80] if name is not None else ""
