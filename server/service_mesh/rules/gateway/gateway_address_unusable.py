"""Gateway of Istio names an address that Istio cannot use, or a Service that does not carry its listeners.

## Why it matters
A Gateway with an address of type Hostname is served by a gateway that was deployed by hand: the one behind the Service
of that name in the Gateway's own namespace. Where the Service is not there, lives in another namespace or lacks the
listener's port, the Gateway is accepted and its listeners get no traffic. Of several addresses, and of other types than
IPAddress and Hostname, Istio takes host names alone.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  addresses: [{type: Hostname, value: ingress.edge.svc.cluster.local}]
  listeners: [{name: http, port: 8080, protocol: HTTP}]
---
apiVersion: v1
kind: Service
metadata: {name: ingress, namespace: edge}
spec: {ports: [{name: http, port: 80}]}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  addresses: [{type: Hostname, value: ingress.edge.svc.cluster.local}]
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: v1
kind: Service
metadata: {name: ingress, namespace: edge}
spec: {ports: [{name: http, port: 80}]}
```

## When it stays quiet
Gateways of other implementations and of classes that Istio does not serve itself; host names outside the cluster; one
address of type IPAddress. Where the namespace was not loaded as a whole, or no Service is in the input, a Service that
is not here is reported as not checked, and so is one of another namespace where the Gateway names none of its own,
since that is chosen when it is applied. With several host names a port is enough in one of the Services.

## Fix safety
No fix is offered: whether the Gateway or the Service is to change is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import listeners_of
from service_mesh.mesh.gateway_classes import ISTIO, implementation
from service_mesh.mesh.known_names import is_surely_absent
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import ServiceName, resolve_host, service_name
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_REMOTE = "istio-remote"
_ADDRESS, _HOST = "IPAddress", "Hostname"


@rule(
    "GW126",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY,),
    reads=(GATEWAY_CLASS, SERVICE),
    needs=("addresses",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "istio/istio: pilot/pkg/model/push_context.go",
        "https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/",
    ),
)
def gateway_address_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each address that gives the Gateway no traffic, and each listener that no named Service carries."""
    class_name = resource.get("spec.gatewayClassName")
    if class_name is None or class_name.text == _REMOTE or implementation(mesh, resource) != ISTIO:
        return
    addresses = [node for node in resource.each("spec.addresses[]") if isinstance(node.value, dict)]
    hosts = [node for node in addresses if _type(node) == _HOST]
    if len(addresses) > 1 or not all(_type(node) == _ADDRESS for node in addresses):
        yield from (_ignored(node, len(addresses)) for node in addresses if node not in hosts)
    named = [(node, service) for node in hosts if (service := _service(node)) is not None]
    for node, service in named:
        yield from _unfound(node, service, mesh)
    if named and len(named) == len(hosts):
        yield from _ports(resource, [service for _, service in named], mesh)


def _type(address: Node) -> str:
    kind = address.get("type")
    return kind.text if kind is not None else _ADDRESS


def _ignored(address: Node, number: int) -> Draft:
    value, kind = address.get("value"), address.get("type")
    what = "beside other addresses" if number > 1 and _type(address) == _ADDRESS else f"of type '{_type(address)}'"
    message = f"Istio ignores the address '{value.text if value is not None else ''}' {what}"
    return (kind or value or address).finding(message, severity=Severity.WARNING)


def _service(address: Node) -> ServiceName | None:
    """The Service that a host name means; None for a name outside the cluster."""
    value = address.get("value")
    if value is None or not value.text:
        return None
    return service_name(resolve_host(value.text, address.resource.namespace))


def _unfound(address: Node, service: ServiceName, mesh: MeshView) -> Iterator[Draft]:
    gateway, value = address.resource, address.get("value") or address
    if service.namespace != gateway.namespace:
        message = (
            f"Service '{service.namespace}/{service.name}' is not in the namespace of the Gateway,"
            f" '{gateway.namespace}', so its pods do not serve the listeners"
        )
        yield value.finding(message, partial=gateway.get("metadata.namespace") is None)
    elif mesh.find(SERVICE, service.namespace, service.name, gateway.cluster) is None:
        partial = not is_surely_absent(mesh, SERVICE, service.namespace, gateway.cluster)
        message = f"Service '{service.namespace}/{service.name}' does not exist, so nothing serves the listeners"
        yield value.finding(message, partial=partial)


def _ports(gateway: Resource, named: list[ServiceName], mesh: MeshView) -> Iterator[Draft]:
    found = [mesh.find(SERVICE, place.namespace, place.name, gateway.cluster) for place in named]
    services = [service for service in found if service is not None]
    if len(services) != len(named) or any(place.namespace != gateway.namespace for place in named):
        return
    numbers = {port_number(port) for service in services for port in service.each("spec.ports[]")}
    for listener in listeners_of(gateway):
        port = listener.get("port")
        if port is not None and type(port.value) is int and port.value not in numbers:
            message = f"'{services[0].title}' has no port {port.value}, so this listener gets no traffic"
            place = services[0].get("spec.ports") or services[0].root
            yield port.finding(message, related=(place.note("its ports"),))
