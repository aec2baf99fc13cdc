"""Backend's port is one of UDP for a route of TCP, or the other way round.

## Why it matters
Routes of HTTP, gRPC, TLS and TCP send over TCP, a UDPRoute sends datagrams. A port of the other transport is not
listened on for them, so that connections are refused and datagrams are lost.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: UDPRoute
metadata: {name: dns}
spec:
  rules: [{backendRefs: [{name: dns, port: 53}]}]
---
apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {ports: [{name: dns-tcp, port: 53, protocol: TCP}]}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: UDPRoute
metadata: {name: dns}
spec:
  rules: [{backendRefs: [{name: dns, port: 53}]}]
---
apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {ports: [{name: dns, port: 53, protocol: UDP}]}
```

## When it stays quiet
The Service has the port for both transports; SCTP; Services and ports that are not there, which is reported as such.

## Fix safety
No fix is offered: whether the route or the Service is to change is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import port_number
from service_mesh.mesh.route_references import ROUTES, backends
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, UDP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_OTHER = {"TCP": "UDP", "UDP": "TCP"}


@rule(
    "GW128",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=ROUTES,
    reads=(SERVICE,),
    needs=("backendRefs", "backendRef"),
    sources=(
        "https://gateway-api.sigs.k8s.io/reference/spec/#udproute",
        "https://kubernetes.io/docs/reference/networking/service-protocols/",
    ),
)
def backend_transport_unfit(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each backend whose port exists for the other transport alone."""
    needed = "UDP" if resource.kind == UDP_ROUTE else "TCP"
    for backend in backends(resource):
        port = backend.node.get("port")
        if backend.kind != SERVICE or port is None:
            continue
        service = mesh.find(SERVICE, backend.namespace, backend.name, resource.cluster)
        entries = tuple(service.each("spec.ports[]")) if service is not None else ()
        found = [node for node in entries if port_number(node) == port.value]
        if service is not None and found and all(_transport(node) == _OTHER[needed] for node in found):
            what = f"is one of {_OTHER[needed]}, and routes of this kind send over {needed}"
            message = f"port {port.value} of '{service.title}' {what}"
            yield port.finding(message, related=((found[0].get("protocol") or found[0]).note("its transport"),))


def _transport(port: Node) -> str:
    protocol = port.get("protocol")
    return protocol.text if protocol is not None and protocol.text else "TCP"
