"""Weights of a route are refused.

## Why it matters
Istio's webhook refuses the whole VirtualService: a weight must not be below 0, and the weights of several destinations
must not add up to 0, which is what happens when they are left out. The API server alone does not see it.

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
Any sum above 0; a sole destination, whose weight does not count.

## Fix safety
No fix is offered: the shares are not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._weights import weighted
from service_mesh.rules.rule import rule


@rule(
    "IS191",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    sources=("istio/istio: pkg/config/validation/validation.go",),
    upstream=("IST0106",),
)
def route_weights_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report weights below 0, and those of several destinations that add up to 0."""
    for route in weighted(resource):
        for weight in route.negative:
            yield weight.finding(f"weight {weight.number} is below 0, which the webhook refuses")
        if len(route.shares) > 1 and not route.negative and route.total == 0:
            message = f"weights of {len(route.shares)} destinations add up to 0, which the webhook refuses"
            yield route.node.finding(message, anchor=Anchor.KEY)
