"""Timeout of a route ends before its retries can.

## Why it matters
`attempts` counts the retries after the first try, and `timeout` is the limit of all tries together. If every try takes
its full `perTryTimeout`, the last ones are cut off or never made, so that fewer retries happen than are written.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - timeout: 3s
    retries: {attempts: 3, perTryTimeout: 1s}
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
  - timeout: 4s
    retries: {attempts: 3, perTryTimeout: 1s}
    route:
    - destination: {host: reviews}
```

## When it stays quiet
One of the three values is absent; the timeout is long enough for every try, pauses between tries left aside; a
fault in the same route, which switches both off.

## Fix safety
Raising the timeout to the sum of all tries is offered; unsafe, because callers wait longer.
"""

from collections.abc import Iterator
from fractions import Fraction

from service_mesh.mesh.view import MeshView
from service_mesh.model.durations import go_duration
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._duration import shown
from service_mesh.rules.rule import rule


@rule(
    "IS112",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=(VIRTUAL_SERVICE,),
    needs=("perTryTimeout",),
    sources=("https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry",),
)
def retries_exceed_timeout(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each timeout that is shorter than all tries together."""
    for route in resource.each("spec.http[]"):
        if not isinstance(route.value, dict) or not route.value.keys() >= {"retries", "timeout"}:
            continue
        needed = _needed(route)
        if needed is None or "fault" in route.value:
            continue
        attempts, timeout = route.get("retries.attempts"), route.get("timeout")
        each = route.get("retries.perTryTimeout")
        if attempts is not None and timeout is not None and each is not None:
            yield _draft(timeout, attempts, each, Fraction(needed, 10**9))


def _needed(route: Node) -> int | None:
    """How many nanoseconds all tries take; None where that is not known, or where the timeout is as long."""
    whole, single = go_duration(route.text_at("timeout")), go_duration(route.text_at("retries.perTryTimeout"))
    count = route.value_at("retries.attempts")
    if whole is None or single is None or min(whole, single) <= 0:
        return None
    if type(count) is not int or count < 1:
        return None
    needed = single * (count + 1)
    return needed if whole < needed else None


def _draft(timeout: Node, attempts: Node, each: Node, needed: Fraction) -> Draft:
    tries = f"{attempts.value} retries of '{each.text}'"
    message = f"timeout '{timeout.text}' ends before {tries} can: all tries take {shown(needed)}"
    fix = Fix.replace(timeout, shown(needed), title=f"raise to '{shown(needed)}'")
    return timeout.finding(message, fix=fix, related=(attempts.note("counts the tries after the first"),))
