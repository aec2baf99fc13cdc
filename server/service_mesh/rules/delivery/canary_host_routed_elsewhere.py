"""Another VirtualService routes the host of a Canary.

## Why it matters
Flagger's own VirtualService is for the same host and the same sidecars. Istio takes the routes of the older object and
drops those of the other: either the weights of the Canary move nothing, or these routes are never used.

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
metadata: {name: shop-rollback, namespace: web}
spec:
  hosts:
  - shop
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
  service: {port: 80, delegation: true}
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
metadata: {name: shop-root, namespace: web}
spec:
  hosts: [shop]
  http:
  - delegate: {name: shop, namespace: web}
```

## When it stays quiet
The Canary delegates (`service.delegation`), has gateways without `mesh`, or is not released by Istio; the route is
bound to gateways alone; the Canary's own VirtualService is loaded too, for then the two objects are compared as any
others are.

## Fix safety
None is offered: what the route says has to move into `spec.service` of the Canary.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.gateways import binds_sidecars
from service_mesh.mesh.presence import holds
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host, service_host
from service_mesh.model.kinds import CANARY, DEPLOYMENT, VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import by_apex, provider, service_names
from service_mesh.rules.delivery._fields import is_true
from service_mesh.rules.rule import rule


@rule(
    "DL106",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    where=holds(CANARY),
    needs=("hosts",),
    reads=(CANARY, DEPLOYMENT),
    sources=("fluxcd/flagger: pkg/router/istio.go", "istio/istio: pilot/pkg/model/push_context.go"),
)
def canary_host_routed_elsewhere(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each host that a Canary's VirtualService is for."""
    if not binds_sidecars(resource):
        return
    for host in resource.each("spec.hosts[]"):
        canary = mesh.index(_by_host).get((resource.cluster, resolve_host(host.text, resource.namespace)))
        if canary is None or (canary.namespace, _apex(canary)) == (resource.namespace, resource.name):
            continue
        if provider(mesh, canary) == "istio" and not _has_own(mesh, canary):
            message = f"Canary '{canary.name}' has a VirtualService of its own for host '{host.text}'"
            related = ((canary.get("spec.service") or canary.root).note("the Canary"),)
            yield host.finding(f"{message}, and the routes of one of the two are dropped", related=related)


def _has_own(mesh: MeshView, canary: Resource) -> bool:
    return mesh.find(VIRTUAL_SERVICE, canary.namespace, _apex(canary), canary.cluster) is not None


def _apex(canary: Resource) -> str:
    names = service_names(canary)
    return names.apex if names is not None else ""


def _by_host(mesh: MeshView) -> Mapping[tuple[str, str], Resource]:
    """Cluster and full host -> the Canary that routes it for sidecars."""
    found: dict[tuple[str, str], Resource] = {}
    for (cluster, namespace, apex), canary in by_apex(mesh).items():
        gateways = [node.text for node in canary.each("spec.service.gateways[]")]
        if not is_true(canary, "spec.service.delegation") and (not gateways or "mesh" in gateways):
            found[cluster, service_host(apex, namespace)] = canary
    return found
