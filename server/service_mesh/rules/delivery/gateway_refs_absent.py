"""Canary for the Gateway API names no parent of its route.

## Why it matters
Flagger makes an HTTPRoute and needs its parents from `service.gatewayRefs`. Without them it reports an error on every
turn, writes no route, and the Canary never leaves 'Initializing'.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service:
    port: 80
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

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service:
    port: 80
    gatewayRefs:
    - {group: "", kind: Service, name: shop}
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
Every other provider; a Canary without `service`, which is another fault.

## Fix safety
None is offered: whether a Gateway or, for a mesh, the Service itself is the parent only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, DEPLOYMENT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import provider
from service_mesh.rules.delivery._fields import filled, present
from service_mesh.rules.rule import rule


@rule(
    "DL109",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(CANARY,),
    needs=("service",),
    reads=(DEPLOYMENT,),
    sources=(
        "fluxcd/flagger: pkg/router/gateway_api.go",
        "https://docs.flagger.app/tutorials/gatewayapi-progressive-delivery",
    ),
)
def gateway_refs_absent(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a service without `gatewayRefs` where the router of the Gateway API reads it."""
    used, service = provider(mesh, resource), present(resource, "spec.service")
    if used.startswith("gatewayapi") and service is not None and filled(service, "gatewayRefs") is None:
        yield service.finding(f"provider '{used}' needs 'gatewayRefs' and makes no route without", anchor=Anchor.KEY)
