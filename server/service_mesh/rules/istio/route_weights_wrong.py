"""Weights of a route do not say what happens.

## Why it matters
Weights are proportions and need not add up to 100. A destination without a weight beside weighted ones gets no
requests. A sole destination gets all of them, whatever its weight is.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews}
      weight: 90
    - destination: {host: reviews-next}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews}
      weight: 3
    - destination: {host: reviews-next}
      weight: 1
```

## When it stays quiet
`weight: 0` that is written out, a sole destination without a weight or with 100. Weights that the webhook refuses are
reported for their own sake.

## Fix safety
Filling up to 100 is offered where exactly one weight is missing, and removing the weight of a sole destination; both
are unsafe, because a part of the route may be what is missing.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._weights import Weighted, weighted
from service_mesh.rules.rule import rule


@rule(
    "IS107",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    needs=("weight",),
    sources=(
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
    ),
    upstream=("KIA1104",),
)
def route_weights_wrong(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report weights that are missing beside others, or without effect."""
    for route in weighted(resource):
        if route.negative:
            continue
        if len(route.shares) == 1:
            yield from _sole(route.weights[0])
        elif route.total:
            yield from _unweighted(route)


def _sole(weight: Node | None) -> Iterator[Draft]:
    if weight is None or weight.number in (None, 100):
        return
    message = f"weight {weight.number} of the sole destination has no effect: it gets every request"
    severity = Severity.INFO if weight.number else None
    yield weight.finding(message, fix=Fix.remove(weight), severity=severity, anchor=Anchor.KEY)


def _unweighted(route: Weighted) -> Iterator[Draft]:
    missing = [share for share, weight in zip(route.shares, route.weights, strict=True) if weight is None]
    for share in missing:
        fix = None
        if len(missing) == 1 and 0 < route.total < 100:
            rest = 100 - int(route.total)
            fix = Fix(f"set weight {rest}", False, (Insert(share.resource, share.path, "weight", rest),))
        host = share.get("destination.host")
        name = host.text if host is not None else ""
        message = f"destination '{name}' has no weight beside weighted ones, so it gets no requests"
        yield (host or share).finding(message, fix=fix)
