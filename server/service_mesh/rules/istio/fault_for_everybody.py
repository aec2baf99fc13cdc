"""Injected faults hit every request of a route, not only those of a test.

## Why it matters
A fault is meant for trying out what callers do when a service fails. Without a match on a header or on the caller it
hits real users too, and while a rule has a fault its own timeout and retries are switched off. Percentages go to 100:
`0.1` is one request in a thousand.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [ratings]
  http:
  - fault:
      delay:
        fixedDelay: 5s
        percentage: {value: 10}
    route:
    - destination: {host: ratings}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [ratings]
  http:
  - match:
    - headers:
        x-chaos: {exact: "on"}
    fault:
      delay:
        fixedDelay: 5s
        percentage: {value: 10}
    route:
    - destination: {host: ratings}
  - route:
    - destination: {host: ratings}
```

## When it stays quiet
Every match of the rule asks for a header, a query parameter, or labels or the namespace of the caller; the percentages
are 0; a delegate, whose roots may choose the requests.

## Fix safety
No fix is offered: which requests are meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import fault_share, is_delegate
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_CHOOSING = ("headers", "withoutHeaders", "queryParams", "sourceLabels", "sourceNamespace")


@rule(
    "IS189",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(VIRTUAL_SERVICE,),
    needs=("fault",),
    sources=("https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection",),
)
def fault_for_everybody(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each fault of a rule that does not choose its requests or callers."""
    if is_delegate(resource):
        return
    for entry in resource.each("spec.http[]"):
        fault = entry.get("fault")
        matches = list(entry.each("match[]"))
        if fault is None or not _is_active(fault) or (matches and all(map(_chooses, matches))):
            continue
        off = [name for name in ("timeout", "retries") if entry.get(name) is not None]
        also = f", and switches its {' and '.join(off)} off" if off else ""
        yield fault.finding(f"the fault hits requests of every caller of this route{also}", anchor=Anchor.KEY)


def _is_active(fault: Node) -> bool:
    kinds = [kind for name in ("delay", "abort") if (kind := fault.get(name)) is not None]
    return any(fault_share(kind) != 0 for kind in kinds)


def _chooses(match: Node) -> bool:
    return any((field := match.get(name)) is not None and bool(field.value) for name in _CHOOSING)
