"""ListenerSet extends a Gateway of an implementation that reads no ListenerSets.

## Why it matters
The API server takes the object and nothing opens its listeners: Cilium reads ListenerSets since 1.20, and Istio does
not add any to a waypoint or an east-west gateway. Routes that are attached to it serve nothing.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: web, namespace: shop}
spec:
  parentRef: {name: waypoint}
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  allowedListeners: {namespaces: {from: Same}}
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: web, namespace: shop}
spec:
  parentRef: {name: public}
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  allowedListeners: {namespaces: {from: Same}}
  listeners: [{name: plain, port: 8080, protocol: HTTP}]
```

## When it stays quiet
The Gateway is not loaded, does not allow the ListenerSet, which is reported as such, or is of another implementation.

## Fix safety
There is no fix: the listeners belong into a Gateway.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import gateway_of
from service_mesh.mesh.gateway_classes import implementation
from service_mesh.mesh.listeners import LISTENER_SETS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import TITLES, unserved_by
from service_mesh.rules.rule import rule

_TUNNEL_CLASSES = ("istio-waypoint", "istio-east-west", "istio-agentgateway-waypoint")


@rule(
    "GW135",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=LISTENER_SETS,
    reads=(GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/gateway_collection.go (ListenerSetCollection)",
        "istio/istio: pilot/pkg/config/kube/gateway/gatewayclass.go (supportsListenerSet)",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/",
    ),
)
def listener_set_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a ListenerSet whose Gateway is served by somebody who does not read it."""
    gateway, named = gateway_of(mesh, resource), resource.get("spec.parentRef.name")
    if gateway is None or named is None:
        return
    name, served = gateway.get("spec.gatewayClassName"), implementation(mesh, gateway)
    if name is not None and name.text in _TUNNEL_CLASSES:
        related = (name.note("chooses a class without ListenerSets"),)
        message = f"Istio adds no listeners to a Gateway of class '{name.text}', so these are not opened"
        yield named.finding(message, related=related)
    elif unserved_by(mesh, served, "ListenerSet") is not None:
        message = f"{TITLES[served]} of this release reads no {resource.kind.name}, so its listeners are not opened"
        yield named.finding(message)
