"""Manifests hold a route that Flagger writes itself.

## Why it matters
With Istio Flagger writes the VirtualService NAME and the DestinationRules NAME-primary and NAME-canary, with the
Gateway API the HTTPRoute NAME, weights included. What Git says under that name is overwritten; each time it is applied
again the weights jump back in the middle of a release, and what the route had of its own (timeouts, matches, further
rules) is gone as soon as Flagger wrote.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
  namespace: web
spec:
  hosts: [shop]
  http:
  - route:
    - destination: {host: shop}
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80, timeout: 5s}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## When it stays quiet
The provider of the Canary is neither Istio nor the Gateway API, or is not known; the object came from a cluster, has an
owner, or is marked for Flux to be left as it is.

## Fix safety
None is offered: what the route says has to move into `spec.service` of the Canary.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import holds
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, DEPLOYMENT, DESTINATION_RULE, HTTP_ROUTE, VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import by_apex, provider
from service_mesh.rules.delivery._fields import is_left_alone
from service_mesh.rules.rule import rule

_ROUTES = {VIRTUAL_SERVICE: "istio", DESTINATION_RULE: "istio", HTTP_ROUTE: "gatewayapi"}


@rule(
    "DL105",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE, DESTINATION_RULE, HTTP_ROUTE),
    where=holds(CANARY),
    reads=(CANARY, DEPLOYMENT),
    sources=(
        "fluxcd/flagger: pkg/router/istio.go",
        "fluxcd/flagger: pkg/router/gateway_api.go",
        "https://docs.flagger.app/usage/how-it-works#canary-service",
    ),
)
def generated_route_rendered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a route or a traffic policy with the name of one that Flagger writes."""
    canary = _canary_of(resource, mesh)
    if canary is None or is_left_alone(resource):
        return
    if provider(mesh, canary).partition(":")[0] == _ROUTES[resource.kind]:
        at = resource.get("metadata.name") or resource.root
        message = f"Flagger writes {resource.kind.name} '{resource.name}' for Canary '{canary.name}'"
        related = ((canary.get("spec.service") or canary.root).note("the Canary"),)
        yield at.finding(f"{message}, so that what stands here and what it needs undo each other", related=related)


def _canary_of(resource: Resource, mesh: MeshView) -> Resource | None:
    """The Canary whose route has this name."""
    known = by_apex(mesh)
    if resource.kind != DESTINATION_RULE:
        return known.get((resource.cluster, resource.namespace, resource.name))
    for ending in ("-primary", "-canary"):
        if resource.name.endswith(ending):
            return known.get((resource.cluster, resource.namespace, resource.name.removesuffix(ending)))
    return None
