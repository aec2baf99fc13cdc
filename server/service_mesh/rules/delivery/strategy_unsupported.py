"""Provider of a Canary cannot do what its analysis asks for.

## Why it matters
What a router does not know it leaves out without a word. Without mirroring Flagger waits for a mirror that never
begins, or judges a canary that gets no requests; without matches an A/B test sends everybody to the canary at once;
without cookies users change versions from request to request; without any router weights become ten rounds without
traffic.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: nginx
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  ingressRef: {apiVersion: networking.k8s.io/v1, kind: Ingress, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
    mirror: true
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
    mirror: true
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
The provider is not known, or does what is asked for.

## Fix safety
None is offered: either the provider or the strategy has to be another one.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, DEPLOYMENT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import SCHEDULER, analysis, provider
from service_mesh.rules.delivery._fields import filled, is_true, present
from service_mesh.rules.rule import rule

_MATCHLESS = ("kubernetes", "linkerd", "osm", "smi:", "kuma", "skipper", "traefik", "knative")
_SHIFTING = ("stepWeight", "stepWeights")


@rule(
    "DL113",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("mirror", "match", "sessionAffinity", "stepWeight", "stepWeights"),
    reads=(DEPLOYMENT,),
    sources=(
        SCHEDULER,
        "fluxcd/flagger: pkg/router/gateway_api.go",
        "https://docs.flagger.app/usage/deployment-strategies",
        "https://docs.flagger.app/faq",
    ),
)
def strategy_unsupported(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each part of the analysis that the router leaves out."""
    used, found = provider(mesh, resource), analysis(resource)
    if not used or found is None:
        return
    is_able = used == "istio" or used.startswith("gatewayapi")
    if is_true(found, "mirror"):
        yield from _mirror(found, used)
    match, sticky = filled(found, "match"), present(found, "sessionAffinity")
    if match is not None and used.startswith(_MATCHLESS):
        yield match.finding(f"provider '{used}' matches no requests, so that nobody is told apart", anchor=Anchor.KEY)
    if sticky is not None and not is_able:
        message = f"provider '{used}' sets no cookie, so that requests of one user go to both versions"
        yield sticky.finding(message, anchor=Anchor.KEY)
    shifting = next(filter(None, (present(found, name) for name in _SHIFTING)), None)
    if used == "kubernetes" and shifting is not None and present(found, "iterations") is None:
        yield shifting.finding("provider 'kubernetes' shifts no traffic: ten rounds without any are run instead")


def _mirror(found: Node, used: str) -> Iterator[Draft]:
    at = found.get("mirror") or found
    has_rounds = present(found, "iterations") is not None
    if used == "istio" or (used.startswith("gatewayapi") and has_rounds):
        return
    if used.startswith("gatewayapi"):
        yield at.finding(f"provider '{used}' mirrors only with 'iterations', so that the first step never begins")
    elif has_rounds:
        yield at.finding(f"provider '{used}' mirrors no requests, so that the canary is judged without any")
    elif used != "kubernetes":
        yield at.finding(f"provider '{used}' mirrors no requests, and the first step waits for that for ever")
