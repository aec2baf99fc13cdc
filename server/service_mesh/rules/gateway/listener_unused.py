"""Listener has no route, so all that it does is answer with an error.

## Why it matters
A port that is open without a route answers 404, or closes the connection. It may wait for a route of another team; it
may also be what is left of one, or what a route misses by its host, kind or namespace.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP, hostname: shop.example.com}
  - {name: old, port: 80, protocol: HTTP, hostname: old.example.com}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com]
---
apiVersion: v1
kind: Namespace
metadata: {name: default}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP, hostname: shop.example.com}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com]
---
apiVersion: v1
kind: Namespace
metadata: {name: default}
```

## When it stays quiet
It never speaks louder than a note, and only where a route that is not here does not exist: where the listener takes
routes of its own namespace alone and that is complete, or where everything is said to be here. Waypoints and gateways
between clusters need no routes; neither does a listener that allows none. A route names the listener and is not
taken, which is told of the route.

## Fix safety
No fix is offered: closing the port may be as wrong as the missing route.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import (
    ATTACHMENT_KINDS,
    Place,
    attached,
    attachments,
    candidates,
    gateway_of,
    listeners_of,
    parent_with_listeners,
)
from service_mesh.mesh.listeners import WITH_LISTENERS, fitting_kinds
from service_mesh.mesh.route_references import ROUTES, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_WITHOUT_ROUTES = frozenset({"istio-waypoint", "istio-remote", "istio-east-west", "istio-agentgateway-waypoint"})
_NETWORK = "topology.istio.io/network"
"""The label of gateways that pass connections of other networks on without routes."""


@rule(
    "GW120",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=WITH_LISTENERS,
    reads=(*ROUTES, *ATTACHMENT_KINDS, GATEWAY_API_GATEWAY),
    needs=("listeners",),
    sources=("https://gateway-api.sigs.k8s.io/reference/spec/#listenerstatus",),
)
def listener_unused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each listener that no route is attached to, where all routes are known."""
    gateway = gateway_of(mesh, resource)
    if gateway is None or _NETWORK in gateway.labels or _class(gateway) in _WITHOUT_ROUTES:
        return
    meant = mesh.index(_meant)
    for listener in listeners_of(resource):
        place = Place(resource.key, listener.path)
        if fitting_kinds(listener) and _is_known(mesh, listener) and not (place in attached(mesh) or place in meant):
            name = listener.get("name")
            node = name or listener
            yield node.finding(f"no route is attached to listener '{node.text}', so nothing is served there")


def _meant(mesh: MeshView) -> frozenset[Place]:
    """The listeners that a route names and that do not take it, which is told of the route."""
    places = (
        Place(owner.key, listener.path)
        for kind in ROUTES
        for route in mesh.of_kind(kind)
        if not attachments(mesh, route)
        for parent in parents(route)
        if (owner := parent_with_listeners(mesh, parent)) is not None
        for listener in candidates(parent, owner)
    )
    return frozenset(places)


def _class(gateway: Resource) -> str:
    name = gateway.get("spec.gatewayClassName")
    return name.text if name is not None else ""


def _is_known(mesh: MeshView, listener: Node) -> bool:
    """Whether every route that the listener might take would be here."""
    said = listener.get("allowedRoutes.namespaces.from")
    match said.text if said is not None else "":
        case "" | "Same":
            return mesh.is_complete(listener.resource.namespace, listener.resource.cluster)
        case "None":
            return False
        case _:
            return mesh.is_whole
