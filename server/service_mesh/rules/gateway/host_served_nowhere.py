"""Host of a route is one that no listener of its Gateways serves.

## Why it matters
Of a route's hosts only those count that a listener has too. A host that none of them has is left out without a word in
the status, because the route is accepted for the other hosts; requests for it get 404, or no answer to TLS.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com, shop.example.org]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: "*.example.com"}]
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
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: "*.example.com"}]
```

## When it stays quiet
None of the hosts is served, which is reported as such; a parent is not loaded or is no Gateway, since it may serve the
host; the host is served at one parent and not at another.

## Fix safety
No fix is offered: whether the host or the listener is to change is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, attachments, parent_with_listeners
from service_mesh.mesh.listeners import takes_hosts
from service_mesh.mesh.route_references import parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, TLS_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW129",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE, TLS_ROUTE),
    reads=ATTACHMENT_KINDS,
    needs=("hostnames",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec",
    ),
)
def host_served_nowhere(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each host of a route that no listener, which takes the route, has."""
    hosts = [node for node in resource.each("spec.hostnames[]") if node.text]
    if len(hosts) < 2 or any(parent_with_listeners(mesh, parent) is None for parent in parents(resource)):
        return
    listeners = [found.listener for found in attachments(mesh, resource)]
    for host in hosts if listeners else ():
        if not any(takes_hosts(listener, [host.text]) for listener in listeners):
            title = listeners[0].resource.title
            message = f"no listener of '{title}' serves host '{host.text}', so the route does nothing for it"
            yield host.finding(message, related=_notes(listeners))


def _notes(listeners: list[Node]) -> tuple[Note, ...]:
    return tuple((node.get("hostname") or node).note("what is served") for node in listeners[:3])
