"""Several routes of TCP, UDP or TLS want the same connections of one listener.

## Why it matters
Nothing in a connection of TCP or UDP tells which route it is for, and of TLS only the host does. Where several routes
are attached to one listener, the oldest gets all connections; the others are shown as accepted and get none.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: {name: database}
spec:
  parentRefs: [{name: streams}]
  rules: [{backendRefs: [{name: database, port: 5432}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: {name: queue}
spec:
  parentRefs: [{name: streams}]
  rules: [{backendRefs: [{name: queue, port: 5672}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: streams}
spec:
  gatewayClassName: istio
  listeners:
  - {name: database, port: 5432, protocol: TCP}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: {name: database}
spec:
  parentRefs: [{name: streams, sectionName: database}]
  rules: [{backendRefs: [{name: database, port: 5432}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: {name: queue}
spec:
  parentRefs: [{name: streams, sectionName: queue}]
  rules: [{backendRefs: [{name: queue, port: 5672}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: streams}
spec:
  gatewayClassName: istio
  listeners:
  - {name: database, port: 5432, protocol: TCP}
  - {name: queue, port: 5672, protocol: TCP}
```

## When it stays quiet
TLSRoutes whose hosts differ; routes of different kinds; routes with the same backends. Where the objects do not tell
their age, the one that comes later by namespace and name is pointed at.

## Fix safety
No fix is offered: which route goes to which listener is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, Attachment, Place, attached, attachments, older_first
from service_mesh.mesh.route_references import ROUTES
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import TCP_ROUTE, TLS_ROUTE, UDP_ROUTE, Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_STREAMS = (TCP_ROUTE, TLS_ROUTE, UDP_ROUTE)


@rule(
    "GW114",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=_STREAMS,
    reads=(*ROUTES, *ATTACHMENT_KINDS),
    needs=("parentRefs",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/route_collections.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listener",
        "https://gateway-api.sigs.k8s.io/reference/api-types/tcproute/",
    ),
)
def stream_routes_compete(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each reference that attaches a route where an older one of its kind gets all connections."""
    seen: set[object] = set()
    for found in attachments(mesh, resource):
        hosts = found.hosts if found.is_certain and found.parent.node.path not in seen else ()
        for host in hosts:
            oldest = mesh.index(_oldest)[found.place, resource.kind, host]
            if oldest.route is not resource and not _same_backends(oldest.route, resource):
                seen.add(found.parent.node.path)
                yield _draft(found, host, oldest)
                break


def _oldest(mesh: MeshView) -> Mapping[tuple[Place, Kind, str], Attachment]:
    held: dict[tuple[Place, Kind, str], Attachment] = {}
    for place, routes in attached(mesh).items():
        known = [one for one in routes if one.is_certain and one.route.kind in _STREAMS]
        for one in sorted(known, key=lambda found: older_first(found.route)):
            for host in one.hosts:
                held.setdefault((place, one.route.kind, host), one)
    return held


def _same_backends(one: Resource, other: Resource) -> bool:
    left, right = one.get("spec.rules"), other.get("spec.rules")
    return left is not None and right is not None and left.value == right.value


def _draft(found: Attachment, host: str, oldest: Attachment) -> Draft:
    kind, place = found.route.kind.name, f"listener '{found.listener_name}' of '{found.listener.resource.title}'"
    what = f" for host '{host}'" if host and found.route.kind == TLS_ROUTE else ""
    message = f"'{oldest.route.title}' is attached to {place}{what} too, and only the older {kind} gets connections"
    node = found.parent.node.get("sectionName") or found.parent.name_node
    return node.finding(message, related=(oldest.parent.name_node.note("attaches the other route"),))
