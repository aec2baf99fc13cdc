"""DestinationRule is for a host that a Canary sends no traffic to.

## Why it matters
With Istio Flagger routes the host NAME to the hosts NAME-primary and NAME-canary. The proxy takes the settings of the
host that it sends to: a DestinationRule for NAME itself (connection pools, outlier detection, TLS) is in force for
nobody any more.

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
kind: DestinationRule
metadata: {name: shop, namespace: web}
spec:
  host: shop
  trafficPolicy:
    connectionPool: {http: {http1MaxPendingRequests: 10}}
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service:
    port: 80
    trafficPolicy:
      connectionPool: {http: {http1MaxPendingRequests: 10}}
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
The Canary has a `trafficPolicy` of its own; it is not released by Istio, or its route is not for sidecars; the rule is
for a wildcard, which is for the other two hosts too.

## Fix safety
None is offered: the settings have to move into `service.trafficPolicy`, which knows fewer fields.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.destination_rules import rule_host
from service_mesh.mesh.presence import holds
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_host
from service_mesh.model.kinds import CANARY, DEPLOYMENT, DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import by_apex, provider, service_names
from service_mesh.rules.delivery._fields import filled, present
from service_mesh.rules.rule import rule


@rule(
    "DL126",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    where=holds(CANARY),
    needs=("trafficPolicy", "subsets"),
    reads=(CANARY, DEPLOYMENT),
    sources=("fluxcd/flagger: pkg/router/istio.go", "istio/istio: pilot/pkg/model/push_context.go"),
)
def destination_rule_bypassed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a rule for the apex host of a Canary."""
    at = filled(resource, "spec.trafficPolicy") or filled(resource, "spec.subsets")
    canary = mesh.index(_by_host).get((resource.cluster, rule_host(resource)))
    if at is None or canary is None or provider(mesh, canary) != "istio":
        return
    names = service_names(canary)
    if names is not None and present(canary, "spec.service.trafficPolicy") is None:
        message = (
            f"Canary '{canary.name}' sends requests for '{names.apex}' to '{names.primary}' and '{names.canary}', "
            "which this is not for"
        )
        related = ((canary.get("spec.service") or canary.root).note("the Canary"),)
        yield at.finding(message, related=related, anchor=Anchor.KEY)


def _by_host(mesh: MeshView) -> Mapping[tuple[str, str], Resource]:
    """Cluster and full host -> the Canary that routes it for sidecars."""
    found: dict[tuple[str, str], Resource] = {}
    for (cluster, namespace, apex), canary in by_apex(mesh).items():
        gateways = [node.text for node in canary.each("spec.service.gateways[]")]
        if not gateways or "mesh" in gateways:
            found[cluster, service_host(apex, namespace)] = canary
    return found
