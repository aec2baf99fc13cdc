"""Canary binds its route to a gateway that does not exist.

## Why it matters
The route that Flagger writes is taken in by no gateway: requests from outside get 404, and the canary is judged without
them.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service:
    port: 80
    gateways:
    - publik
    - mesh
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
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
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
    gateways:
    - public
    - mesh
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
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
```

## When it stays quiet
The gateway is there; the name is `mesh`; the parent is of another kind than Gateway, such as the Service of a mesh.
`gateways` is read with Istio and `gatewayRefs` with the Gateway API alone. Where the namespace was not loaded as a
whole, the finding is reported as not checked.

## Fix safety
Offered when exactly one gateway of the namespace has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import find_gateway, gateway_name
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, DEPLOYMENT, GATEWAY, GATEWAY_API_GATEWAY, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._absent import is_known, missing
from service_mesh.rules.delivery._canaries import provider
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.rule import rule


@rule(
    "DL110",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(CANARY,),
    needs=("gateways", "gatewayRefs"),
    reads=(DEPLOYMENT, GATEWAY, GATEWAY_API_GATEWAY),
    sources=("fluxcd/flagger: pkg/router/istio.go", "fluxcd/flagger: pkg/router/gateway_api.go"),
)
def canary_gateway_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each gateway that is not there."""
    used = provider(mesh, resource)
    if used == "istio":
        for node in resource.each("spec.service.gateways[]"):
            wanted = gateway_name(node.text, resource.namespace)
            if wanted is not None and find_gateway(mesh, wanted, resource.cluster) is None:
                yield _missing(node, GATEWAY, wanted.namespace, wanted.name, mesh)
    elif used.startswith("gatewayapi"):
        for entry in resource.each("spec.service.gatewayRefs[]"):
            name, home = entry.get("name"), text(entry, "namespace") or resource.namespace
            if name is None or not name.text or not _is_gateway(entry):
                continue
            if mesh.find(GATEWAY_API_GATEWAY, home, name.text, resource.cluster) is None:
                yield _missing(name, GATEWAY_API_GATEWAY, home, name.text, mesh)


def _is_gateway(entry: Node) -> bool:
    kind, group = present(entry, "kind"), present(entry, "group")
    return (kind is None or kind.text == GATEWAY_API_GATEWAY.name) and (
        group is None or group.text == GATEWAY_API_GATEWAY.group
    )


def _missing(node: Node, kind: Kind, namespace: str, name: str, mesh: MeshView) -> Draft:
    message = f"gateway '{name}' does not exist in namespace '{namespace}'"
    if name == node.text:
        return missing(node, kind, namespace, mesh, message)
    return node.finding(message, partial=not is_known(node, kind, namespace, mesh))
