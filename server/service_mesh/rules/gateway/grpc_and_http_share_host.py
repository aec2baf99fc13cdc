"""HTTPRoute and GRPCRoute serve one host at one listener, which only one of them can.

## Why it matters
Rules of the two kinds are not merged. An implementation takes the older route for the host and refuses the other one.
Istio shows both as accepted, and since 1.26.2 the rules of only one of them reach the proxy.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: api}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: api}
spec:
  parentRefs: [{name: public}]
  hostnames: [api.shop.example.com]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## When it stays quiet
One of the routes serves a wildcard over the host of the other one: the specification asks to refuse one of these too,
but implementations such as Istio serve both. Routes of one kind are another matter, and so are routes of a Service.
Where the objects do not tell their age, the one that comes later by namespace and name is pointed at.

## Fix safety
No fix is offered: a host of its own, or one kind of route for all, is a change for the clients.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, Attachment, Place, attached, attachments, older_first
from service_mesh.mesh.route_references import ROUTES
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW113",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    reads=(*ROUTES, *ATTACHMENT_KINDS),
    needs=("parentRefs",),
    sources=(
        "https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutespec",
        "https://github.com/istio/istio/issues/57172",
    ),
)
def grpc_and_http_share_host(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a route whose host at a listener an older route of the other kind has, once per route."""
    for found in attachments(mesh, resource):
        for host in found.hosts if found.is_certain else ():
            oldest = mesh.index(_oldest).get((found.place, host))
            if oldest is not None and oldest.route.kind != resource.kind:
                yield _draft(resource, found, host, oldest)
                return


def _oldest(mesh: MeshView) -> Mapping[tuple[Place, str], Attachment]:
    """Listener and host -> the route that was there first."""
    held: dict[tuple[Place, str], Attachment] = {}
    for place, routes in attached(mesh).items():
        known = [one for one in routes if one.is_certain and one.route.kind in (GRPC_ROUTE, HTTP_ROUTE)]
        for one in sorted(known, key=lambda found: older_first(found.route)):
            for host in one.hosts:
                held.setdefault((place, host), one)
    return held


def _draft(resource: Resource, found: Attachment, host: str, oldest: Attachment) -> Draft:
    named = next((node for node in resource.each("spec.hostnames[]") if node.text == host), None)
    node = named or resource.get("spec.hostnames") or found.parent.name_node
    place = f"listener '{found.listener_name}' of '{found.listener.resource.title}'"
    what = f"host '{host}'" if host else "every host"
    message = f"'{oldest.route.title}' serves {what} at {place} too, and only one of the two routes is served there"
    other = oldest.route.get("spec.hostnames") or oldest.parent.name_node
    return node.finding(message, related=(other.note("serves the same host"),))
