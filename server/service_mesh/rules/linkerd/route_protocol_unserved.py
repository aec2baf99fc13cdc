"""Route is of a kind that its Server's protocol passes over.

## Why it matters
A Server asks HTTPRoutes where its protocol is HTTP or is found out by looking, GRPCRoutes where it is `gRPC`, and no
routes at all where it is `opaque` or `TLS`. Other routes count for nothing: what is authorized on them is granted to
nobody, and paths that they were to guard are open to whoever the Server lets in.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: grpc
  proxyProtocol: gRPC
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - path: {value: /cart.Admin}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: grpc
  proxyProtocol: gRPC
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - method: {service: cart.Admin}
```

## When it stays quiet
The kinds fit; the Server is not loaded; the route is dropped for another reason.

## Fix safety
None is offered: another protocol or another kind of route are choices.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.server_routes import (
    SERVER_ROUTE_KINDS,
    dropped_from_servers,
    routes_of_server,
    server_parents,
    taking_over,
)
from service_mesh.posture.linkerd.servers import ProxyProtocol
from service_mesh.rules.rule import rule


@rule(
    "LD144",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=SERVER_ROUTE_KINDS,
    reads=(LINKERD_SERVER,),
    needs=("parentRefs",),
    sources=(
        "linkerd/linkerd2: policy-controller/grpc/src/inbound.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def route_protocol_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Server of a route that does not ask it."""
    if dropped_from_servers(resource) is not None:
        return
    for parent in server_parents(resource):
        server = mesh.find(LINKERD_SERVER, resource.namespace, parent.text_at("name"), resource.cluster)
        if server is None or resource not in routes_of_server(mesh, server) or resource in taking_over(mesh, server):
            continue
        node = server.get("spec.proxyProtocol")
        spoken = node.text if node is not None and node.text else ProxyProtocol.UNKNOWN.value
        message = (
            f"'{server.title}', whose protocol is '{spoken}', asks no {resource.kind.name}, so it counts for nothing"
        )
        related = (node.note("is the Server's protocol"),) if node is not None else ()
        yield (parent.get("name") or parent).finding(message, related=related)
