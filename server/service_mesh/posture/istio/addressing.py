"""How a client may address a port of a workload: by a service with an address, by a headless one, or the pod itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network

from service_mesh.mesh.ports import is_headless, port_number, target_number
from service_mesh.mesh.selection import entries_of, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.hosts import service_name
from service_mesh.model.kinds import SERVICE, WORKLOAD_ENTRY
from service_mesh.model.networks import Network
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Leading
from service_mesh.posture.istio.outbound import hosts_of

__all__ = ["Form", "Way", "connected_addresses", "ways_to"]

_UNCAPTURED = frozenset({"UDP", "SCTP"})
_MOST_ALIASES = 5


class Form(StrEnum):
    """What sort of address the client connects to.

    Attributes:
        SERVICE: One that stands for the service, so that the proxy chooses among its endpoints.
        HEADLESS: One of a pod, found by the name of a service without an address of its own.
        POD: One of a pod, known by itself.
    """

    SERVICE = "service"
    HEADLESS = "headless"
    POD = "pod"


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to a port; the same question gives the same object.

    Attributes:
        form: What sort of address it is.
        service: The Service or ServiceEntry; None for a pod's own address.
        entry: The port of it that leads to the port; None where none does.
        host: The host that rules for clients are about; empty for a pod's own address.
        port: The port that the client connects to.
        number: The port of the service.
        is_captured: Whether the protocol is one that proxies take at all.
    """

    form: Form
    service: Resource | None
    entry: Node | None
    host: str
    port: int
    number: int | None = None
    is_captured: bool = True


def ways_to(mesh: MeshView, server: Workload, port: int, service: Resource | Leading | None) -> tuple[Way, ...]:
    """The ways that a client may mean.

    Args:
        mesh: The objects.
        server: Who is connected to.
        port: Number of the container port.
        service: What the client addresses; None for the pod's own address. Left open: every Service that leads to the
            port, else every ServiceEntry that does, else the pod's own address.
    """
    return mesh.once(_ways, (server, port, service))


def connected_addresses(mesh: MeshView, server: Workload, way: Way) -> tuple[Network, ...]:
    """What a client connects to: addresses of the service, or of the server's pods; none where one is not known."""
    service = way.service
    if service is None or way.form is not Form.SERVICE:
        texts = [pod.root.text_at("status.podIP") for pod in pods_of(mesh, server)]
    elif service.kind == SERVICE:
        texts = [service.root.text_at("spec.clusterIP")]
    else:
        texts = [node.text for node in service.each("spec.addresses[]")]
    found = [network for text in texts if (network := _network(text)) is not None]
    return tuple(found) if len(found) == len(texts) else ()


def _network(text: str) -> Network | None:
    try:
        return ip_network(text[:64], strict=False) if text else None
    except ValueError:
        return None


def _ways(mesh: MeshView, asked: tuple[Workload, int, Resource | Leading | None]) -> tuple[Way, ...]:
    server, port, service = asked
    if isinstance(service, Leading):
        for leading in (services_of, entries_of):
            ways = (way for one in leading(mesh, server) for way in _by_service(one, server, port))
            found = tuple(way for way in ways if way.entry is not None)
            if found:
                return found
        return (_to_pod(server, port),)
    if service is None:
        return (_to_pod(server, port),)
    real = _behind_alias(mesh, service)
    return tuple(_by_service(real, server, port)) or (_to_pod(server, port),)


def _to_pod(server: Workload, port: int) -> Way:
    declared = [one for one in server.container_ports if _is_number(one, port)]
    captured = not declared or any(one.text_at("protocol") not in _UNCAPTURED for one in declared)
    return Way(Form.POD, None, None, "", port, None, captured)


def _is_number(port: Node, number: int) -> bool:
    found = port.get("containerPort")
    return found is not None and found.value == number


def _by_service(service: Resource, server: Workload, port: int) -> Iterator[Way]:
    form = Form.HEADLESS if _has_no_address(service) else Form.SERVICE
    entries = [one for one in service.each("spec.ports[]") if _leads_to(one, server) == port]
    entry = next((one for one in entries if one.text_at("protocol") not in _UNCAPTURED), None)
    captured = entry is not None or not entries
    entry = entry or next(iter(entries), None)
    if entry is None and form is Form.HEADLESS:
        yield _to_pod(server, port)
        return
    number = port_number(entry) if entry is not None else None
    connected = port if form is Form.HEADLESS else number or port
    for host in hosts_of(service):
        yield Way(form, service, entry, host, connected, number, captured)


def _leads_to(entry: Node, server: Workload) -> int | None:
    """The port of the server that a port of a service leads to; machines may say their own by the port's name.

    (`istio/api: networking/v1alpha3/workload_entry.proto`)
    """
    if server.resource.kind == WORKLOAD_ENTRY:
        ports = server.resource.get("spec.ports")
        own = ports.key(entry.text_at("name")) if ports is not None else None
        if own is not None and type(own.value) is int:
            return own.value
    return target_number(entry, server)


def _has_no_address(service: Resource) -> bool:
    if service.kind == SERVICE:
        return is_headless(service)
    return (service.root.text_at("spec.resolution") or "NONE") == "NONE"


def _behind_alias(mesh: MeshView, service: Resource) -> Resource:
    """The Service that an ExternalName stands for in the end; itself for any other, or where that is not loaded.

    (`istio/istio: pilot/pkg/serviceregistry/kube/conversion.go`, since 1.21 an alias and no service of its own)
    """
    for _ in range(_MOST_ALIASES):
        if service.root.text_at("spec.type") != "ExternalName":
            break
        named = service_name(service.root.text_at("spec.externalName").rstrip("."))
        found = mesh.find(SERVICE, named.namespace, named.name, service.cluster) if named is not None else None
        if found is None:
            break
        service = found
    return service
