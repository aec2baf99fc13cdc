"""Weights of a route do not say what happens.

## Why it matters
Weights are proportions and need not add up to 100, but they must not add up to 0 where there are several destinations:
the webhook refuses that, which is what happens when they are left out. A destination without a weight beside weighted
ones gets no requests. A sole destination gets all of them, whatever its weight is.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews}
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
Any sum above 0, `weight: 0` that is written out, a sole destination without a weight or with 100.

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
from service_mesh.rules.istio._routes import SECTIONS
from service_mesh.rules.rule import rule


@rule(
    "IS107",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
    ),
    upstream=("IST0106", "KIA1104"),
)
def route_weights_wrong(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report weights that are refused, missing beside others, or without effect."""
    for section in SECTIONS:
        for route in resource.each(f"spec.{section}[].route"):
            shares = [item for item in route.items if isinstance(item.value, dict)]
            if len(shares) == 1:
                yield from _sole(shares[0])
            elif len(shares) > 1:
                yield from _several(route, shares)


def _sole(share: Node) -> Iterator[Draft]:
    weight = share.get("weight")
    if weight is None or weight.number in (None, 100):
        return
    if weight.number < 0:
        yield _negative(weight)
        return
    message = f"weight {weight.number} of the sole destination has no effect: it gets every request"
    severity = Severity.INFO if weight.number else Severity.WARNING
    yield weight.finding(message, fix=Fix.remove(weight), severity=severity, anchor=Anchor.KEY)


def _several(route: Node, shares: list[Node]) -> Iterator[Draft]:
    weights = [share.get("weight") for share in shares]
    numbers = [weight.number if weight is not None else 0 for weight in weights]
    if None in numbers:
        return
    total = sum(number for number in numbers if number is not None)
    negative = [w for w in weights if w is not None and w.number is not None and w.number < 0]
    if negative:
        yield from map(_negative, negative)
    elif total == 0:
        message = f"weights of {len(shares)} destinations add up to 0, which the webhook refuses"
        yield route.finding(message, anchor=Anchor.KEY)
    else:
        yield from _unweighted(shares, weights, total)


def _unweighted(shares: list[Node], weights: list[Node | None], total: float) -> Iterator[Draft]:
    missing = [share for share, weight in zip(shares, weights, strict=True) if weight is None]
    for share in missing:
        fix = None
        if len(missing) == 1 and 0 < total < 100:
            rest = 100 - int(total)
            fix = Fix(f"set weight {rest}", False, (Insert(share.resource, share.path, "weight", rest),))
        host = share.get("destination.host")
        name = host.text if host is not None else ""
        message = f"destination '{name}' has no weight beside weighted ones, so it gets no requests"
        yield (host or share).finding(message, fix=fix, severity=Severity.WARNING)


def _negative(weight: Node) -> Draft:
    return weight.finding(f"weight {weight.number} is below 0, which the webhook refuses")
