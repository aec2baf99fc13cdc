"""What one edge of the mesh really carries: mTLS, plaintext, other TLS, nothing, or not to be told from the input."""

from dataclasses import replace
from typing import NamedTuple

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.destination_rules import rules_about
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Edge, Leading, Transport, one_of, unknown_edge
from service_mesh.posture.istio.addressing import Way, ways_to
from service_mesh.posture.istio.bypass import inbound_bypass, is_on_own_node, own_node_bypass
from service_mesh.posture.istio.client_tls import CLIENT_KINDS, shapes_connections
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, Enrolment, enrolment
from service_mesh.posture.istio.from_ambient import is_waypoint_proxy, sent_by_waypoint, sent_by_ztunnel
from service_mesh.posture.istio.from_sidecar import Sender, is_told_apart, sent_by_sidecar
from service_mesh.posture.istio.gateway_servers import GATEWAY_KINDS, gateway_takes, is_gateway_proxy
from service_mesh.posture.istio.hbone import HBONE_KINDS
from service_mesh.posture.istio.machines import unknown_proxy
from service_mesh.posture.istio.outbound import OUTBOUND_KINDS
from service_mesh.posture.istio.peer_authentication import MODE_KINDS, MtlsMode, ServerMode, server_mode
from service_mesh.posture.istio.received import Cargo, Choices, Receiver, Sent, received
from service_mesh.posture.istio.strictness import ambient_mode

__all__ = [
    "TRANSPORT_KINDS",
    "Edge",
    "Leading",
    "Transport",
    "accepted",
    "from_namespace",
    "from_waypoint",
    "transport",
]

TRANSPORT_KINDS = tuple(
    dict.fromkeys(
        (*ENROLMENT_KINDS, *CLIENT_KINDS, *MODE_KINDS, *OUTBOUND_KINDS, *GATEWAY_KINDS, *HBONE_KINDS, VIRTUAL_SERVICE)
    )
)
"""The kinds that are read here."""

_TEMPLATES = "inject.istio.io/templates"
_GRPC = "grpc-"
_PLANES = (Enrolled.NONE, Enrolled.SIDECAR, Enrolled.AMBIENT)
_OF_MACHINES = (Enrolled.NONE, Enrolled.SIDECAR)


class _Origin(NamedTuple):
    """Where a connection comes from, alike for all clients that nothing tells apart.

    `waypoint` is the namespace of one, else None; `is_near` tells whether it is in the network of the server's node.
    """

    plane: Enrolled
    sender: Sender | None = None
    waypoint: str | None = None
    is_near: bool | None = False


_OUTSIDE = _Origin(Enrolled.NONE)


def accepted(mesh: MeshView, workload: Workload, port: int | None) -> ServerMode | None:
    """What a workload accepts on a container port by its data plane; None where it is not in the mesh.

    Unknown where its enrolment is unknown. No policy is asked at a gateway, where the `tls` of its servers decides:
    they take everything here. DISABLE where connections pass the workload's proxy by.
    """
    return mesh.once(_accepted, (workload, port))


def _accepted(mesh: MeshView, asked: tuple[Workload, int | None]) -> ServerMode | None:
    workload, port = asked
    if port is not None and (bypass := inbound_bypass(mesh, workload, port)) is not None:
        return ServerMode(MtlsMode.DISABLE, bypass.chain)
    return _by_policy(mesh, workload, port)


def _by_policy(mesh: MeshView, workload: Workload, port: int | None) -> ServerMode | None:
    """What policies make a workload accept, whether its proxy sees the connection or not."""
    return mesh.once(_policy_mode, (workload, port))


def _policy_mode(mesh: MeshView, asked: tuple[Workload, int | None]) -> ServerMode | None:
    workload, port = asked
    enrolled = enrolment(mesh, workload)
    match enrolled.mode:
        case Enrolled.SIDECAR if is_gateway_proxy(workload):
            return ServerMode(MtlsMode.PERMISSIVE)
        case Enrolled.SIDECAR:
            return server_mode(mesh, workload, port)
        case Enrolled.AMBIENT:
            return ambient_mode(mesh, workload, port)
        case Enrolled.NONE:
            return None
        case Enrolled.UNKNOWN:
            return ServerMode(MtlsMode.UNKNOWN, enrolled.chain, enrolled.missing)


def transport(
    mesh: MeshView,
    client: Workload | None,
    server: Workload,
    port: int,
    service: Resource | Leading | None = Leading.SERVICES,
    *,
    is_near: bool | None = False,
    routed: str | None = None,
) -> Edge:
    """Tell what a connection carries to a container port of a workload.

    Waypoints are left out: it is the connection straight to the workload. Where the input leaves several answers and
    the server takes all of them, it is `either`; where one would fail, unknown. Both name what would settle it.

    Args:
        mesh: The objects.
        client: Who connects; None for somebody outside the mesh.
        server: Who is connected to.
        port: Number of the container port.
        service: The Service or ServiceEntry that the client addresses; None for the pod's own address. Left out, it is
            whichever leads to the port, and the pod's own address where none does.
        is_near: Whether the client is a process in the network of the server's own node, as the kubelet is; None where
            that is not known. Left out, the pods of a workload tell it, and where none are loaded it is taken to run
            on another node.
        routed: Which subset of the service a route of the client's sidecar sends it to, empty for all of it; None where
            that is not asked.
    """
    sender = enrolment(mesh, client) if client is not None else Enrolment(Enrolled.NONE)
    receiver = enrolment(mesh, server)
    if receiver.mode is Enrolled.UNKNOWN:
        return unknown_edge("it is not known who is in the mesh", receiver.chain, receiver.missing)
    near = is_near
    if client is not None and near is False and pods_of(mesh, client) and pods_of(mesh, server):
        near = is_on_own_node(mesh, client, server)
    origins = mesh.once(_origins, client) if client is not None else (_OUTSIDE,)
    origins = origins if near is False else tuple(one._replace(is_near=near) for one in origins)
    if routed is not None:
        origins = tuple(_as_routed(one, routed) for one in origins)
    ways = ways_to(mesh, server, port, service)
    for end in (client, server):
        if end is not None and ways[0].is_captured and (speaks := mesh.once(_as_grpc, end)) is not None:
            return speaks
    found = [mesh.once(_met_way, (origin, server, port, way)) for origin in origins for way in ways]
    who = (sender.missing or unknown_proxy(mesh, client)) if client is not None else ""
    edge = found[0] if len(found) == 1 else one_of(found, who if len(origins) > 1 else _which(ways))
    return _led((*sender.chain, *receiver.chain), edge)


def from_namespace(mesh: MeshView, namespace: str, server: Workload, port: int) -> Edge:
    """Tell what clients with a sidecar in a namespace, whichever they are, reach a container port of a workload with.

    Rules for chosen client pods are left out. So is every Sidecar: a client that does not know the host is taken not to
    call it, rather than to call it past its proxy.
    """
    differing = mesh.once(_differing, (server, port))
    alike = differing is not None and namespace not in differing
    return mesh.once(_from_clients, ("" if alike else namespace, server, port))


def from_waypoint(
    mesh: MeshView, server: Workload, port: int, service: Resource | None = None, namespace: str = ""
) -> Edge:
    """Tell what a waypoint reaches a container port of a workload with: the second hop of what passes it.

    (`istio/istio: pilot/pkg/networking/core/cluster_waypoint.go`)

    Args:
        mesh: The objects.
        server: Who is connected to.
        port: Number of the container port.
        service: The Service or ServiceEntry that it sees addressed, whose DestinationRules count; None for a pod.
        namespace: The namespace of the waypoint.
    """
    return mesh.once(_from_waypoint, (server, port, service, namespace))


def _differing(mesh: MeshView, asked: tuple[Workload, int]) -> frozenset[str] | None:
    """The namespaces whose clients may reach a port otherwise than those of all the rest; None where every one may."""
    mesh.mark_read(*TRANSPORT_KINDS)
    server, port = asked
    hosts = {way.host for way in ways_to(mesh, server, port, Leading.SERVICES) if way.service is not None}
    about = (rules_about(mesh, host, server.cluster) for host in hosts)
    # One rule hides another of its host, so that those without a word count beside those that have one.
    rules = [rule for found in about if any(map(shapes_connections, found)) for rule in found]
    declared = [one for host in hosts for one in declared_anywhere(mesh, host, server.cluster)]
    if not all(visibility(mesh, one).is_public for one in (*rules, *declared)):
        return None
    return frozenset((root_namespace(mesh, server.cluster), *(rule.namespace for rule in rules)) if rules else ())


def _from_clients(mesh: MeshView, edge: tuple[str, Workload, int]) -> Edge:
    namespace, server, port = edge
    receiver = enrolment(mesh, server)
    if receiver.mode is Enrolled.UNKNOWN:
        return unknown_edge("it is not known whether the server is in the mesh", receiver.chain, receiver.missing)
    origin = _Origin(Enrolled.SIDECAR, Sender(namespace, server.cluster, knows_host=True))
    ways = ways_to(mesh, server, port, Leading.SERVICES)
    found = [mesh.once(_met_way, (origin, server, port, way)) for way in ways]
    return _led(receiver.chain, one_of(found, _which(ways)))


def _from_waypoint(mesh: MeshView, asked: tuple[Workload, int, Resource | None, str]) -> Edge:
    server, port, service, namespace = asked
    receiver = enrolment(mesh, server)
    if receiver.mode is Enrolled.UNKNOWN:
        return unknown_edge("it is not known whether the server is in the mesh", receiver.chain, receiver.missing)
    origin = _Origin(Enrolled.SIDECAR, waypoint=namespace)
    found = [_met_way(mesh, (origin, server, port, way)) for way in ways_to(mesh, server, port, service)]
    return _led(receiver.chain, one_of(found, ""))


def _origins(mesh: MeshView, client: Workload) -> tuple[_Origin, ...]:
    """Where a client's connections come from: one answer for each data plane that it may be in."""
    plane = enrolment(mesh, client).mode
    planes: tuple[Enrolled, ...] = _PLANES if plane is Enrolled.UNKNOWN else (plane,)
    if unknown_proxy(mesh, client):
        planes = _OF_MACHINES
    return tuple(_Origin(one) if one is not Enrolled.SIDECAR else _of_proxy(mesh, client) for one in planes)


def _of_proxy(mesh: MeshView, client: Workload) -> _Origin:
    if is_waypoint_proxy(client):
        return _Origin(Enrolled.SIDECAR, waypoint=client.namespace)
    gateway = is_gateway_proxy(client)
    own = client if gateway or is_told_apart(mesh, client) else None
    return _Origin(Enrolled.SIDECAR, Sender(client.namespace, client.cluster, own, gateway))


def _as_routed(origin: _Origin, subset: str) -> _Origin:
    """The same client where its own route names what it sends to, which makes the host known to it."""
    sender = origin.sender
    if sender is None or sender.is_gateway:
        return origin
    return origin._replace(sender=replace(sender, knows_host=True, subset=subset))


def _met_way(mesh: MeshView, asked: tuple[_Origin, Workload, int, Way]) -> Edge:
    """What clients of one origin carry on one way."""
    origin, server, port, way = asked
    if not way.is_captured:
        reason = "proxies take TCP alone, and the port is of another protocol"
        return Edge(Transport.PLAINTEXT, reason, (way.entry.note("is the port"),) if way.entry is not None else ())
    receivers = mesh.once(_receivers, (server, port))
    missing = unknown_proxy(mesh, server)
    # What clients send to a machine is settled by what they take it for, whatever runs there.
    found = [_met(one, _sent(mesh, origin, server, receivers[0] if missing else one, way), way) for one in receivers]
    mode = _by_policy(mesh, server, port) if len(found) > 1 else None
    edge = one_of(found, mode.missing if mode is not None else missing)
    past = own_node_bypass(mesh, server, is_near=origin.is_near)
    if past is None:
        return edge
    passing = Edge(Transport.PLAINTEXT, past.reason, past.chain)
    return one_of((passing, edge), past.missing) if past.missing else passing


def _sent(mesh: MeshView, origin: _Origin, server: Workload, receiver: Receiver, way: Way) -> Choices:
    if origin.plane is Enrolled.NONE:
        return Choices((Sent(Cargo.PLAINTEXT, "the client is not in the mesh", by_proxy=False),))
    if origin.waypoint is not None:
        return sent_by_waypoint(mesh, origin.waypoint, server, receiver, way)
    if origin.sender is None:
        return sent_by_ztunnel(mesh, server, receiver)
    return sent_by_sidecar(mesh, origin.sender, server, receiver, way)


def _met(receiver: Receiver, choices: Choices, way: Way) -> Edge:
    """What becomes of what may be sent, at one receiver."""
    if not choices.sent:
        return unknown_edge("what the client sends is not known", choices.chain, choices.missing)
    return one_of((received(receiver, sent, way.entry) for sent in choices.sent), choices.missing)


def _receivers(mesh: MeshView, asked: tuple[Workload, int]) -> tuple[Receiver, ...]:
    """The server's port, once for every mode that it may have."""
    server, port = asked
    plane = enrolment(mesh, server).mode
    if plane is Enrolled.SIDECAR and is_gateway_proxy(server):
        takes, listeners = gateway_takes(mesh, server, port)
        return (Receiver(plane, None, None, takes, listeners, server.title),)
    if unknown_proxy(mesh, server):
        proxied = server_mode(mesh, server, port)
        with_proxy = (ServerMode(one, proxied.chain) for one in proxied.possible)
        found = (Receiver(Enrolled.SIDECAR, one, title=server.title) for one in with_proxy)
        return (Receiver(plane, title=server.title), *found)
    mode, bypass = _by_policy(mesh, server, port), inbound_bypass(mesh, server, port)
    if mode is None or mode.mode is not MtlsMode.UNKNOWN:
        return (Receiver(plane, mode, bypass, title=server.title),)
    modes = [one for one in mode.possible if plane is Enrolled.SIDECAR or one is not MtlsMode.DISABLE]
    return tuple(Receiver(plane, ServerMode(one, mode.chain), bypass, title=server.title) for one in modes)


def _which(ways: tuple[Way, ...]) -> str:
    titles = dict.fromkeys(f"'{way.service.title}'" for way in ways if way.service is not None)
    return f"which of {', '.join(list(titles)[:3])} the client addresses" if len(ways) > 1 else ""


def _as_grpc(mesh: MeshView, workload: Workload) -> Edge | None:
    """The answer where an application speaks for itself, without a proxy: it chooses whether to speak mesh TLS."""
    node = workload.template.get("metadata.annotations")
    templates = node.key(_TEMPLATES) if node is not None else None
    if templates is None or enrolment(mesh, workload).mode is not Enrolled.SIDECAR:
        return None
    if not any(part.strip().startswith(_GRPC) for part in templates.text.split(",", 20)):
        return None
    missing = f"which credentials the gRPC application of '{workload.title}' takes, since no proxy speaks for it"
    return unknown_edge("an application without a proxy chooses for itself", (templates.note("injects none"),), missing)


def _led(chain: tuple[Note, ...], edge: Edge) -> Edge:
    """An edge with what says who is in the mesh put before the rest of its chain."""
    return Edge(edge.transport, edge.reason, (*chain, *edge.chain), edge.missing, edge.may_be)
