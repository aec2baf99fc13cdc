"""The way that a call takes: straight to the pod, to the port of a proxy there, or by a waypoint."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import is_headless, port_number
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads_in
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.connections import mesh_of
from service_mesh.posture.access.networks import Arrival, Hop
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.istio.attachment import GATEWAY_NAME, is_gateway_workload
from service_mesh.posture.istio.enrolment import Enrolled, enrolment
from service_mesh.posture.istio.hbone import Tunnels, takes_hbone
from service_mesh.posture.istio.machines import unknown_proxy
from service_mesh.posture.istio.transport import from_waypoint
from service_mesh.posture.istio.waypoints import (
    WAYPOINT_KINDS,
    WaypointUse,
    ingress_waypoint,
    passed_waypoint,
    unknown_use,
)
from service_mesh.posture.kubernetes.ends import End, of_workload
from service_mesh.posture.linkerd.enrolment import Enrolled as Meshed
from service_mesh.posture.linkerd.enrolment import enrolment as linkerd_enrolment
from service_mesh.posture.linkerd.transport import arrival_port

__all__ = ["HBONE_PORT", "WAYPOINT_KINDS", "Way", "arrivals", "end_of_waypoint", "hops", "way_of", "with_address"]

HBONE_PORT = 15008
_LINKERD_PORT = 4143
_SEALED = frozenset({Transport.MTLS, Transport.ZTUNNEL, Transport.APP_TLS})
_MANAGED = "gateway.istio.io/managed"
_ALLOCATE = "PILOT_ENABLE_IP_AUTOALLOCATE"
_ALLOCATED_SINCE = (1, 25)


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
    `ingress_waypoint`. Sidecars and clients outside of the mesh reach the pod's own ztunnel past it. Hosts outside of
    the cluster have a waypoint through the ServiceEntry that declares them.
    (https://istio.io/latest/docs/ambient/usage/egress-gateway/)

    Args:
        mesh: The objects.
        call: The call.
        edge: What a connection straight to the server carries.
    """
    asked = call.service if call.via is None else call.via.service
    client, server, service = call.client.workload, call.server.workload, with_address(asked)
    is_outward = server is None and service is not None and not call.server.is_pod and _has_port(service, call.port)
    if client is None or call.protocol != "TCP" or not (server is not None or is_outward):
        return Way(edge, edge)
    use = _waypoint(mesh, client, server, asked)
    missing = _missing(mesh, client, server, asked, use)
    if missing or use is None or use.gateway is None or not use.serves or _is_waypoint(server, use):
        return Way(edge, edge, missing=missing)
    chain = (*edge.chain, use.node.note("chooses the waypoint"))
    first = Edge(Transport.HBONE, "it goes to the waypoint through a tunnel", chain)
    if server is None:
        return Way(first, edge, use, service)
    last = from_waypoint(mesh, server, call.port, with_address(call.service), use.gateway.namespace)
    return Way(first, last, use, service)


def _waypoint(
    mesh: MeshView, client: Workload, server: Workload | None, service: Resource | None
) -> WaypointUse | None:
    """The waypoint that a client sends calls to, or may where it is not known how it is enrolled."""
    if is_gateway_workload(mesh, client):
        return ingress_waypoint(mesh, service) if service is not None else None
    if not _may_be_ambient(mesh, client):
        return None
    return passed_waypoint(mesh, server, service)


def _missing(
    mesh: MeshView, client: Workload, server: Workload | None, service: Resource | None, use: WaypointUse | None
) -> str:
    """What would have to be known to tell whether a call takes the way by a waypoint; empty where that is known."""
    is_gateway = is_gateway_workload(mesh, client)
    if use is None:
        where = "" if is_gateway or not _may_be_ambient(mesh, client) else unknown_use(mesh, server, service)
    elif _is_waypoint(server, use) or not (use.gateway is None or use.serves):
        return ""
    else:
        is_open = use.gateway is None and not mesh.is_complete(use.namespace, client.cluster)
        where = f"waypoint '{use.namespace}/{use.name}'" if is_open else _unknown_address(mesh, server, service)
    may_pass = bool(where) or (use is not None and use.gateway is not None)
    who = enrolment(mesh, client).missing if may_pass and not is_gateway else ""
    return "; ".join(dict.fromkeys(filter(None, (who, where))))


def _unknown_address(mesh: MeshView, server: Workload | None, service: Resource | None) -> str:
    """What would have to be known to tell that ztunnel knows a host outside by an address; empty where it does.

    (`istio/istio: pilot/pkg/features/pilot.go`, EnableIPAutoallocate)
    """
    if server is not None or service is None or any(service.each("spec.addresses[]")):
        return ""
    is_given = mesh_config(mesh, service.cluster).flag(_ALLOCATE, default=mesh.release("istio") >= _ALLOCATED_SINCE)
    return "" if is_given else f"whether the hosts of '{service.title}' are given addresses for ztunnel to know them by"


def _may_be_ambient(mesh: MeshView, client: Workload) -> bool:
    mode = enrolment(mesh, client).mode
    return mode is Enrolled.AMBIENT or (mode is Enrolled.UNKNOWN and mesh_of(mesh, of_workload(client)).istio)


def hops(mesh: MeshView, call: Call, way: Way) -> tuple[Hop, ...]:
    """The connections that the network sees of a call.

    Args:
        mesh: The objects.
        call: The call.
        way: Its way.
    """
    if way.waypoint is None or way.waypoint.gateway is None:
        straight = _hop(mesh, call, call.client, way.edge, "")
        return (replace(straight, other_way=way.missing) if way.missing else straight,)
    between = end_of_waypoint(mesh, way.waypoint.gateway)
    title = f"to the waypoint, at port {HBONE_PORT}"
    arrival = Arrival(HBONE_PORT, is_sealed=True)
    first = Hop(call.client, between, (arrival,), call.protocol, call.request, title)
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
    found = arrivals(mesh, call, edge)
    ports = tuple(dict.fromkeys(one.port for one in found))
    place = f"at port {' or '.join(map(str, ports))}" if ports != (call.port,) else ""
    said = ", ".join(filter(None, (title, place)))
    return Hop(client, call.server, found, call.protocol, call.request, said, edge.missing if len(found) > 1 else "")


def arrivals(mesh: MeshView, call: Call, edge: Edge) -> tuple[Arrival, ...]:
    """How a connection may arrive at the server's pod: one answer where it is known what it carries.

    Args:
        mesh: The objects.
        call: The call.
        edge: What the connection carries.
    """
    carries = edge.carries or tuple(_any_transport(mesh, call))
    found = (one for transport in carries for one in _arriving(mesh, call, transport))
    return tuple(dict.fromkeys(found)) or (Arrival(call.port),)


def _any_transport(mesh: MeshView, call: Call) -> Iterator[Transport]:
    """What a connection may carry of which nothing is told."""
    server, found = call.server.workload, mesh_of(mesh, call.client, call.server)
    yield Transport.PLAINTEXT
    if server is None:
        return
    mode = enrolment(mesh, server).mode
    is_meshed = mode is not Enrolled.NONE or bool(unknown_proxy(mesh, server))
    if (found.istio and is_meshed) or (found.linkerd and linkerd_enrolment(mesh, server).mode is not Meshed.NONE):
        yield Transport.MTLS
    if found.istio and (mode in (Enrolled.AMBIENT, Enrolled.UNKNOWN) or takes_hbone(mesh, server)[0] is not Tunnels.NO):
        yield Transport.HBONE


def _arriving(mesh: MeshView, call: Call, transport: Transport) -> Iterator[Arrival]:
    """How a connection arrives that carries this; not at all where none comes about."""
    server = call.server.workload
    if transport is Transport.BROKEN:
        return
    if transport is Transport.HBONE:
        yield Arrival(HBONE_PORT, is_sealed=True)
        return
    mode = linkerd_enrolment(mesh, server).mode if server is not None else Meshed.NONE
    if transport is not Transport.MTLS or server is None or mode is Meshed.NONE:
        yield Arrival(call.port, transport in _SEALED)
        return
    port = arrival_port(mesh, server, call.port)
    if port is None or mode is Meshed.UNKNOWN:
        yield Arrival(call.port, is_sealed=True)
    yield Arrival(port or _LINKERD_PORT, is_sealed=True)


def with_address(service: Resource | None) -> Resource | None:
    """The service that an address stands for: a headless one has none but those of its pods."""
    if service is None or service.kind == SERVICE:
        return None if service is None or is_headless(service) else service
    has_own = service.root.text_at("spec.resolution") not in ("", "NONE") or any(service.each("spec.addresses[]"))
    return service if has_own else None


def _has_port(service: Resource, number: int) -> bool:
    """Whether a ServiceEntry has a port; ztunnel passes on what is called at another one."""
    return service.kind == SERVICE_ENTRY and any(port_number(one) == number for one in service.each("spec.ports[]"))


def _is_waypoint(server: Workload | None, use: WaypointUse) -> bool:
    """Whether the server is the waypoint itself."""
    return server is not None and server.labels.get(GATEWAY_NAME) == use.name
