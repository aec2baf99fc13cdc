"""The way that a call takes: straight to the pod, to the port of a proxy there, or by a waypoint."""

from dataclasses import dataclass

from service_mesh.mesh.ports import is_headless
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads_in
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.networks import Hop
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.istio.attachment import GATEWAY_NAME, is_gateway_workload
from service_mesh.posture.istio.enrolment import Enrolled, enrolment
from service_mesh.posture.istio.transport import from_waypoint
from service_mesh.posture.istio.waypoints import WAYPOINT_KINDS, WaypointUse, ingress_waypoint, passed_waypoint
from service_mesh.posture.kubernetes.ends import End, of_workload
from service_mesh.posture.linkerd.enrolment import enrolment as linkerd_enrolment
from service_mesh.posture.linkerd.transport import arrival_port

__all__ = ["HBONE_PORT", "WAYPOINT_KINDS", "Way", "end_of_waypoint", "hops", "way_of"]

HBONE_PORT = 15008
_MANAGED = "gateway.istio.io/managed"


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a call.

    Attributes:
        edge: What the client's connection carries.
        last: What arrives at the server: the same, or what the waypoint sends.
        waypoint: The waypoint that it passes.
        service: What that waypoint sees addressed: a Service or ServiceEntry with an address of its own; None for
            a pod.
        missing: What would have to be known to tell the way; empty where it is known.
    """

    edge: Edge
    last: Edge
    waypoint: WaypointUse | None = None
    service: Resource | None = None
    missing: str = ""


def way_of(mesh: MeshView, call: Call, edge: Edge) -> Way:
    """Tell which way a call takes.

    ztunnel sends calls to waypoints, see `passed_waypoint`, and gateways do where a label asks for it, see
    `ingress_waypoint`. Sidecars and clients outside of the mesh reach the pod's own ztunnel past it.

    Args:
        mesh: The objects.
        call: The call.
        edge: What a connection straight to the server carries.
    """
    client, server = call.client.workload, call.server.workload
    if client is None or server is None or call.protocol != "TCP":
        return Way(edge, edge)
    use = _waypoint(mesh, client, server, call.service)
    if use is None:
        return Way(edge, edge)
    if use.gateway is None:
        is_absent = mesh.is_complete(use.namespace, call.server.cluster)
        return Way(edge, edge, missing="" if is_absent else f"waypoint '{use.namespace}/{use.name}'")
    if not use.serves or _is_waypoint(server.labels, use):
        return Way(edge, edge)
    chain = (*edge.chain, use.node.note("chooses the waypoint"))
    first = Edge(Transport.HBONE, "it goes to the waypoint through a tunnel", chain)
    service = _addressed(call.service)
    return Way(first, from_waypoint(mesh, server, call.port, service, use.gateway.namespace), use, service)


def _waypoint(mesh: MeshView, client: Workload, server: Workload, service: Resource | None) -> WaypointUse | None:
    """The waypoint that a client sends calls to."""
    if is_gateway_workload(mesh, client):
        return ingress_waypoint(mesh, service) if service is not None else None
    if enrolment(mesh, client).mode is not Enrolled.AMBIENT:
        return None
    return passed_waypoint(mesh, server, service)


def hops(mesh: MeshView, call: Call, way: Way) -> tuple[Hop, ...]:
    """The connections that the network sees of a call.

    Args:
        mesh: The objects.
        call: The call.
        way: Its way.
    """
    if way.waypoint is None or way.waypoint.gateway is None:
        return (_hop(mesh, call, call.client, way.edge, ""),)
    between = end_of_waypoint(mesh, way.waypoint.gateway)
    title = f"to the waypoint, at port {HBONE_PORT}"
    first = Hop(call.client, between, HBONE_PORT, call.protocol, call.request, True, title)
    return first, _hop(mesh, call, between, way.last, "from the waypoint")


def end_of_waypoint(mesh: MeshView, gateway: Resource) -> End:
    """The pods of a waypoint; where they are not loaded, as istiod makes them.

    (`istio/istio: manifests/charts/istio-control/istio-discovery/files/waypoint.yaml`)
    """
    for one in workloads_in(mesh, gateway.namespace, gateway.cluster):
        if one.labels.get(GATEWAY_NAME) == gateway.name:
            return of_workload(one)
    labels = {**gateway.labels, GATEWAY_NAME: gateway.name, _MANAGED: "istio.io-mesh-controller"}
    return End(gateway.cluster, gateway.namespace, labels, gateway.name)


def _hop(mesh: MeshView, call: Call, client: End, edge: Edge, title: str) -> Hop:
    port = _arrival(mesh, call, edge)
    place = f"at port {port}" if port != call.port else ""
    said = ", ".join(filter(None, (title, place)))
    return Hop(client, call.server, port, call.protocol, call.request, bool(edge.is_authenticated), said)


def _arrival(mesh: MeshView, call: Call, edge: Edge) -> int:
    """The port at the server's pod that a connection arrives at."""
    server = call.server.workload
    if edge.transport is Transport.HBONE:
        return HBONE_PORT
    if edge.transport is Transport.MTLS and server is not None and linkerd_enrolment(mesh, server).is_meshed:
        return arrival_port(mesh, server, call.port) or call.port
    return call.port


def _addressed(service: Resource | None) -> Resource | None:
    """The service that an address stands for: a headless one has none but those of its pods."""
    if service is None or service.kind == SERVICE:
        return None if service is None or is_headless(service) else service
    has_own = service.root.text_at("spec.resolution") not in ("", "NONE") or any(service.each("spec.addresses[]"))
    return service if has_own else None


def _is_waypoint(labels: object, use: WaypointUse) -> bool:
    """Whether the server is the waypoint itself."""
    return isinstance(labels, dict) and labels.get(GATEWAY_NAME) == use.name
