"""Which proxy's routes a call to a host meets, and what they make of it: the one place to ask where a request goes."""

from dataclasses import dataclass
from ipaddress import ip_network

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import SERVICE
from service_mesh.model.networks import Network
from service_mesh.model.resource import Resource
from service_mesh.posture.access.connections import mesh_of
from service_mesh.posture.access.networks import enforces_cilium
from service_mesh.posture.access.targets import Sender
from service_mesh.posture.access.ways import with_address
from service_mesh.posture.cilium.routes import cilium_routing
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.bypass import captures_all, outbound_bypass
from service_mesh.posture.istio.enrolment import Enrolled, enrolment
from service_mesh.posture.istio.outbound import Passage, hosts_of, outbound
from service_mesh.posture.istio.routes import sidecar_routing, waypoint_routing
from service_mesh.posture.istio.waypoints import ingress_waypoint, service_waypoint
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.linkerd.routes import linkerd_routing
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import UNROUTED, Addressed, Routing

__all__ = ["Routed", "addressed_at", "routing_of"]

_SILENT = Routing((UNROUTED,))
_HTTP_PORT = 80
_UNKNOWN_HOST = "whether routes count for a host that the client's Sidecar does not import, as they may at port 80"


@dataclass(frozen=True, slots=True)
class Routed:
    """What routes make of a call.

    Attributes:
        routing: Every outcome that is possible; one that is forwarded names the destinations with host, subset, port
            and weight, and the request as each of them gets it.
        waypoint: The waypoint whose routes these are; None for those of the client's proxy.
        sender: The proxy that sends to the destinations.
    """

    routing: Routing
    sender: Sender
    waypoint: Resource | None = None


def addressed_at(service: Resource, number: int, request: HttpRequest | None = None, host: str = "") -> Addressed:
    """A port of a Service or ServiceEntry as what a client addresses.

    Args:
        service: The Service or ServiceEntry.
        number: Its port.
        request: The request, as far as it is told.
        host: Which of its hosts; the first where it is left out.
    """
    named = host or next(iter(hosts_of(service)), "")
    return Addressed(named, number, service, request or HttpRequest())


def routing_of(mesh: MeshView, client: End, addressed: Addressed) -> Routed:
    """Tell where the proxies send a call of a client to a host.

    The client's sidecar asks VirtualServices and routes of the Gateway API on the Service. ztunnel asks none, but the
    waypoint of what is addressed does. Linkerd's proxy asks ServiceProfiles and routes on the Service, and for clients
    without a proxy Cilium may. A gateway's own routes are not asked: what it sends is taken to be sent. A connection to
    a pod's own address meets no route.

    Args:
        mesh: The objects.
        client: Who calls.
        addressed: What it calls: see `addressed_at`.
    """
    workload = client.workload
    sender = Sender(client.namespace, client.cluster)
    if workload is None:
        return Routed(_SILENT, sender)
    found, service = mesh_of(mesh, client), addressed.service
    if found.istio:
        routed = _of_istio(mesh, workload, addressed)
        if not routed.routing.is_silent or not found.linkerd:
            return routed
    plain = Sender(client.namespace, client.cluster, is_istio=False)
    if found.linkerd:
        return Routed(linkerd_routing(mesh, workload, addressed), plain)
    if not found.istio and service is not None and enforces_cilium(mesh, client.cluster):
        return Routed(cilium_routing(mesh, addressed), plain)
    return Routed(_SILENT, sender)


def _of_istio(mesh: MeshView, client: Workload, addressed: Addressed) -> Routed:
    sender = Sender(client.namespace, client.cluster, client.labels)
    service = with_address(addressed.service)
    mode = enrolment(mesh, client).mode
    is_gateway = is_gateway_workload(mesh, client)
    if is_gateway or mode is Enrolled.AMBIENT:
        if service is None:
            return Routed(_SILENT, sender)
        use = ingress_waypoint(mesh, service) if is_gateway else service_waypoint(mesh, service)
        if use is None or use.gateway is None or not use.serves:
            return Routed(_SILENT, sender)
        at = Sender(use.gateway.namespace, use.gateway.cluster)
        return Routed(waypoint_routing(mesh, use.gateway, addressed), at, use.gateway)
    if mode is Enrolled.NONE:
        return Routed(_SILENT, sender)
    return Routed(_at_sidecar(mesh, client, addressed), sender)


def _at_sidecar(mesh: MeshView, client: Workload, addressed: Addressed) -> Routing:
    """What routes at a sidecar come to, where it is there, sees the connection and knows the host."""
    routing = sidecar_routing(mesh, client, addressed)
    if routing.is_silent:
        return routing
    known = outbound(mesh, client, addressed.service or addressed.host, addressed.number)
    if known.passage in (Passage.PASSED_THROUGH, Passage.BLOCKED):
        if addressed.number != _HTTP_PORT:
            return _SILENT
        routing = routing.unless(_UNKNOWN_HOST)
    past = None if captures_all(mesh, client) else outbound_bypass(mesh, client, addressed.number, _networks(addressed))
    if past is not None and not past.missing:
        return _SILENT
    for missing in (known.missing, past.missing if past is not None else "", enrolment(mesh, client).missing):
        routing = routing.unless(missing)
    return routing


def _networks(addressed: Addressed) -> tuple[Network, ...]:
    """The addresses of what is called; none where one is not known."""
    service = addressed.service
    if service is None:
        return ()
    place = "spec.clusterIP" if service.kind == SERVICE else "spec.addresses[]"
    try:
        return tuple(ip_network(node.text[:64], strict=False) for node in service.each(place) if node.text)
    except ValueError:
        return ()
