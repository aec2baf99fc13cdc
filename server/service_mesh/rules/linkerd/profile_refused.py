"""ServiceProfile has a part that Linkerd's validator refuses.

## Why it matters
The CRD of ServiceProfiles leaves much open, and the webhook of `linkerd-sp-validator` decides: names of routes,
conditions that match on nothing, unknown fields inside of `all` and `any`, ranges of status codes, durations. It
refuses the object; where it was down, the profile is stored and the route is left out.

## Wrong
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
    timeout: "300"
    responseClasses:
    - condition: {status: {min: 500, max: 700}}
      isFailure: true
```

## Right
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
    timeout: 300ms
    responseClasses:
    - condition: {status: {min: 500, max: 599}}
      isFailure: true
```

## When it stays quiet
What the CRD refuses itself, and fields it does not know, such as `retries` or a `retryBudget` in a route: the schema
rules report them. `not` directly in the condition of a route is a list for the CRD and a map for the validator, so
that it can only be written inside of `all` or `any`.

## Fix safety
A misspelt field inside of a condition is renamed where one name alone is near; unsafe, because the route matches
something else then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.durations import go_duration
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._requests import condition_parts
from service_mesh.rules.rule import rule

_REQUEST = ("all", "any", "not", "method", "pathRegex")
_RESPONSE = ("all", "any", "not", "status")
_FIRST, _LAST = 100, 599


@rule(
    "LD162",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(SERVICE_PROFILE,),
    sources=("linkerd/linkerd2: pkg/profiles/profiles.go", "https://linkerd.io/2/reference/service-profiles/"),
)
def profile_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each name, condition, status range and duration that the validator does not take."""
    for route in resource.each("spec.routes[]"):
        yield from _of_route(route)
    budget = resource.get("spec.retryBudget")
    if budget is not None:
        yield from _of_budget(budget)


def _of_route(route: Node) -> Iterator[Draft]:
    name, timeout = route.get("name"), route.get("timeout")
    if name is not None and name.value == "":
        yield name.finding("a route has an empty name")
    if timeout is not None and timeout.text:
        yield from _duration(timeout, "timeout")
    condition = route.get("condition")
    if condition is not None:
        yield from _conditions(condition, _REQUEST)
    for answer in route.each("responseClasses[].condition"):
        yield from _conditions(answer, _RESPONSE)


def _of_budget(budget: Node) -> Iterator[Draft]:
    ratio, ttl = budget.get("retryRatio"), budget.get("ttl")
    if ratio is not None and ratio.number is not None and ratio.number < 0:
        yield ratio.finding(f"retry ratio {ratio.number} is negative")
    if ttl is not None and isinstance(ttl.value, str):
        yield from _duration(ttl, "'ttl' of the retry budget")


def _duration(node: Node, what: str) -> Iterator[Draft]:
    if go_duration(node.text) is None:
        yield node.finding(f"{what} '{node.text[:80]}' is no duration such as '10s' or '300ms'")


def _conditions(condition: Node, known: tuple[str, ...]) -> Iterator[Draft]:
    for part in condition_parts(condition):
        negated = part.get("not")
        if negated is not None and isinstance(negated.value, list):
            yield negated.finding("'not' is a list, where the validator takes one condition", anchor=Anchor.KEY)
        elif not _says_something(part, known):
            yield part.finding("a condition says nothing about what it matches")
        if part.path != condition.path:
            yield from _unknown(part, known)
        yield from _status(part)


def _says_something(part: Node, known: tuple[str, ...]) -> bool:
    fields = part.value if isinstance(part.value, dict) else {}
    return any(fields.get(name) not in (None, "") for name in known)


def _unknown(part: Node, known: tuple[str, ...]) -> Iterator[Draft]:
    """Fields below `all` and `any`, where the CRD takes everything."""
    for node in part.each("{}"):
        name = str(node.path[-1])
        if name not in known:
            near = nearest(name, known, unique=True)
            fix = Fix.rename(node, near) if near else None
            yield node.finding(f"'{name[:80]}' is no field of a condition", fix=fix, anchor=Anchor.KEY)


def _status(part: Node) -> Iterator[Draft]:
    low, high = part.get("status.min"), part.get("status.max")
    wrong = [node for node in (low, high) if node is not None and _is_outside(node)]
    for node in wrong:
        yield node.finding(f"status {node.number} is not from {_FIRST} to {_LAST}")
    if wrong or low is None or high is None or not low.number or not high.number:
        return
    if high.number < low.number:
        yield high.finding(f"status range ends at {high.number}, before it begins at {low.number}")


def _is_outside(node: Node) -> bool:
    return bool(node.number) and not _FIRST <= (node.number or 0) <= _LAST
