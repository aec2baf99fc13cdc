"""Route leaves open which of several ports of a service is meant.

## Why it matters
Where a service has several ports and none is chosen, the proxy takes the port that the request arrived at. A gateway
that listens on 443 then looks for port 443 of the service, and requests fail with 503 if it has none.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  ports:
  - {name: http, port: 80}
  - {name: http-admin, port: 8081}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination:
        host: shop
        port: {number: 80}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  ports:
  - {name: http, port: 80}
  - {name: http-admin, port: 8081}
```

## When it stays quiet
The service has one port; every port at which the route receives requests is a port of the service too, as for a route
inside the mesh whose host is the destination itself, which Istio's own analyzer reports nevertheless.

## Fix safety
No fix is offered: which port is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.gateways import binds_sidecars
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.services import declaring
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.path import ABSENT, descend
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._bindings import bound_gateways
from service_mesh.rules.istio._destinations import destinations_by_host, offered_ports
from service_mesh.rules.rule import rule

_SHOWN = 5


@rule(
    "IS120",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    reads=(SERVICE, SERVICE_ENTRY, GATEWAY, GATEWAY_API_GATEWAY, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "istio/istio: pkg/config/analysis/analyzers/virtualservice/destinationhosts.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
    ),
    upstream=("IST0112",),
)
def destination_port_unchosen(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first destination without a port of each host that has several."""
    received: frozenset[int] | None = None
    for host, destinations in destinations_by_host(mesh, resource).items():
        found = declared_anywhere(mesh, host, resource.cluster)
        ports = sorted(set(found[0].once(offered_ports))) if found else []
        open_ones = [node for node in destinations if not _has_port(node)] if len(ports) > 1 else []
        if not open_ones:
            continue
        received = _received(mesh, resource) if received is None else received
        if not received or not received.issubset(ports):
            yield _draft(open_ones[0], host, ports, sorted(received.difference(ports)), found[0])


def _draft(destination: Node, host: str, ports: list[int], strange: list[int], declared: Resource) -> Draft:
    listed = ", ".join(map(str, ports[:_SHOWN])) + (" and more" if len(ports) > _SHOWN else "")
    what = f", and requests arrive at port {strange[0]}, which is none of them" if strange else ""
    message = f"'{host}' has several ports ({listed}) and none is chosen{what}"
    note = (declared.get("spec.ports") or declared.root).note("are the ports of the host")
    return (destination.get("host") or destination).finding(message, related=(note,))


def _has_port(destination: Node) -> bool:
    return descend(destination.value, ("port", "number")) is not ABSENT


def _received(mesh: MeshView, route: Resource) -> frozenset[int]:
    """The ports at which a route receives requests; nothing where that is not known."""
    if is_delegate(route):
        return frozenset()
    parts = [_of_gateway(bound.gateway) for bound in bound_gateways(mesh, route)]
    if binds_sidecars(route):
        parts += [_of_host(mesh, host) for host in route.each("spec.hosts[]")]
    return frozenset().union(*parts) if all(parts) else frozenset()


def _of_gateway(gateway: Resource | None) -> frozenset[int]:
    path = "spec.servers[].port.number" if gateway is not None and gateway.kind == GATEWAY else "spec.listeners[].port"
    nodes = gateway.each(path) if gateway is not None else ()
    return frozenset(node.value for node in nodes if type(node.value) is int)


def _of_host(mesh: MeshView, host: Node) -> frozenset[int]:
    route = host.resource
    found = declaring(mesh, resolve_host(host.text, route.namespace), route.namespace, route.cluster)
    return frozenset(port for one in found[:1] for port in offered_ports(one))
