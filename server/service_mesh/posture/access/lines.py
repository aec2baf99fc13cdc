"""What connections carry between classes: asked once for all clients that send, and all servers that take, alike."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.namespaces import namespace_labels
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import (
    ADMIN_NETWORK_POLICY,
    AUTHORIZATION_POLICY,
    BASELINE_ADMIN_NETWORK_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    DESTINATION_RULE,
    ENVOY_FILTER,
    GATEWAY,
    LINKERD_SERVER,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
    SERVER_AUTHORIZATION,
    SERVICE,
    SERVICE_ENTRY,
    SERVICE_PROFILE,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
    WASM_PLUGIN,
)
from service_mesh.model.node import Node
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.connections import carried, is_near
from service_mesh.posture.access.engine import transported
from service_mesh.posture.access.facts import facts, sending, sends_by_node, service_number
from service_mesh.posture.access.groups import Crowd, first_of, grouped
from service_mesh.posture.access.looks import looks
from service_mesh.posture.access.outcomes import Outcomes, Weighed
from service_mesh.posture.access.ways import Way, way_of
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.enrolment import enrolment as of_istio
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.linkerd.enrolment import Enrolled as Meshed
from service_mesh.posture.linkerd.enrolment import enrolment as of_linkerd

__all__ = ["Line", "Lines", "server_key"]

_NO_TRANSPORT = frozenset(
    {
        ADMIN_NETWORK_POLICY,
        AUTHORIZATION_POLICY,
        BASELINE_ADMIN_NETWORK_POLICY,
        CILIUM_CLUSTERWIDE_NETWORK_POLICY,
        CILIUM_NETWORK_POLICY,
        NETWORK_POLICY,
        REQUEST_AUTHENTICATION,
    }
)
"""Kinds whose selectors say nothing about what connections carry."""

_OF_SERVERS = frozenset({GATEWAY, LINKERD_SERVER, PEER_AUTHENTICATION})
"""Kinds whose selectors say what servers take, and nothing about clients."""

_OF_CLIENTS = frozenset({DESTINATION_RULE, ENVOY_FILTER, SIDECAR, TELEMETRY, WASM_PLUGIN})
"""Kinds whose selectors say what clients send, or nothing that is asked about here."""

_OF_LINKERD = frozenset({LINKERD_SERVER, SERVER_AUTHORIZATION})
"""Kinds whose selectors say something about servers in Linkerd's mesh alone."""

_OF_CILIUM = "io.cilium/mtls-enabled"
"""The label of namespaces whose traffic Cilium's ztunnel encrypts."""

_FOR_CLIENTS = (DESTINATION_RULE, SERVICE_ENTRY, SERVICE_PROFILE, SIDECAR, VIRTUAL_SERVICE)
_EXPORTED = (DESTINATION_RULE, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE)


class _Everywhere(Enum):
    """Stands for all namespaces."""

    YES = True


@dataclass(frozen=True, slots=True)
class Line:
    """What some clients' connections carry.

    Attributes:
        clients: The clients.
        call: The call of one of them.
        way: The way that it takes.
        transport: What the layer of the transport says.
        near: Whether the client is in the network of the server's own node; None where that is not known.
        likeness: What other lines that come to the same agree in.
    """

    clients: int
    call: Call
    way: Way
    transport: Weighed
    near: bool | None
    likeness: Hashable


@dataclass(slots=True)
class Lines:
    """What connections of all clients carry, with every answer kept.

    Attributes:
        mesh: The objects.
        crowd: The clients.
        outcomes: What answers come to.
    """

    mesh: MeshView
    crowd: Crowd
    outcomes: Outcomes
    _senders: tuple[int, ...] = ()
    _lines: dict[Hashable, Line] = field(default_factory=dict)

    def into(self, call: Call) -> list[Line]:
        """What connections to a server carry, from all clients; the client of the call stands for any."""
        server = call.server.workload
        by_sender = server is not None and of_linkerd(self.mesh, server).mode is not Meshed.NONE
        found: dict[Hashable, Line] = {}
        masks: dict[Hashable, int] = {}
        for number, (clients, line) in enumerate(self.apart(call)):
            same = line.likeness, number if by_sender and self._is_in_linkerd(line.call.client) else None
            found.setdefault(same, line)
            masks[same] = masks.get(same, 0) | clients
        return [replace(one, clients=masks[key], call=_to(call, one.call.client)) for key, one in found.items()]

    def apart(self, call: Call) -> Iterator[tuple[int, Line]]:
        """The same, told apart by who sends and why it is so: the clients, and what holds for each of them."""
        if not self._senders:
            keys = (_sender(self.mesh, one.sample) for one in self.crowd.classes)
            self._senders = tuple(grouped((key, number) for number, key in enumerate(keys)).values())
        server = call.server.workload
        through = service_number(self.mesh, call.service) if call.service is not None else None
        where = server_key(self.mesh, server, call.port) if server is not None else None, call.protocol, through
        for number, clients in enumerate(self._senders):
            yield clients, self._line(call, clients, (number, where))

    def _is_in_linkerd(self, client: End) -> bool:
        return client.workload is not None and of_linkerd(self.mesh, client.workload).mode is not Meshed.NONE

    def _line(self, call: Call, clients: int, key: Hashable) -> Line:
        line = self._lines.get(key)
        if line is None:
            asked = _to(call, self.crowd.ends[first_of(clients)])
            way = way_of(self.mesh, asked, carried(self.mesh, asked))
            said = self.outcomes.weighed((transported(way),))
            server = call.server.workload
            near = is_near(self.mesh, asked.client, server) if server is not None else False
            line = self._lines[key] = Line(clients, asked, way, said, near, (_likeness(way, said), near))
        return line


def _to(call: Call, client: End) -> Call:
    """The same call from another client."""
    return Call(client, call.server, call.port, call.protocol, call.service, call.request)


def server_key(mesh: MeshView, server: Workload, port: int) -> int:
    """A number that servers share which take connections to a port alike."""
    return mesh.once(_server_key, (server, port))


def _server_key(mesh: MeshView, asked: tuple[Workload, int]) -> int:
    server, port = asked
    told = facts(mesh, server)
    is_linkerd = of_linkerd(mesh, server).mode is not Meshed.NONE
    left_out = _NO_TRANSPORT | _OF_CLIENTS | (frozenset() if is_linkerd else _OF_LINKERD)
    left_out |= frozenset() if of_istio(mesh, server).mode is not Enrolled.NONE else _OF_SERVERS - _OF_LINKERD
    at_port = (_told(one) for one in server.container_ports)
    serving = told.serving if is_linkerd else tuple(one for one in at_port if one[1] == port)
    parts = told.place, told.own, told.addresses, serving, told.services, told.selectors & _mask(mesh, left_out), port
    known = mesh.index(_numbers)
    return known.setdefault(parts, len(known))


def _told(port: Node) -> tuple[str, object, str]:
    number = port.get("containerPort")
    return port.text_at("name"), number.value if number is not None else None, port.text_at("protocol")


def _sender(mesh: MeshView, client: Workload) -> Hashable:
    """What clients agree in that send alike."""
    istio, linkerd, told = of_istio(mesh, client).mode, of_linkerd(mesh, client).mode, facts(mesh, client)
    nodes = told.own[-1] if sends_by_node(mesh, client) else None
    of_cilium = namespace_labels(mesh, client.namespace, client.cluster).get(_OF_CILIUM)
    common = (client.cluster, told.place[2:4], of_cilium, istio, linkerd, client.uses_host_network, nodes)
    if istio in (Enrolled.NONE, Enrolled.AMBIENT) and linkerd is Meshed.NONE:
        return common
    has_sidecar = istio in (Enrolled.SIDECAR, Enrolled.UNKNOWN)
    selectors = told.selectors & _mask(mesh, _NO_TRANSPORT | _OF_SERVERS | _OF_LINKERD) if has_sidecar else 0
    is_told_apart = (has_sidecar and _speaks(mesh, client)) or not told.place[3]
    return (
        *common,
        told.place[4],
        sending(mesh, client),
        told.addresses,
        selectors,
        client.namespace if is_told_apart else "",
    )


def _mask(mesh: MeshView, left_out: frozenset[object]) -> int:
    return mesh.once(_mask_without, left_out)


def _mask_without(mesh: MeshView, left_out: frozenset[object]) -> int:
    mask = 0
    for kind, selectors in looks(mesh).of_kind.items():
        mask |= 0 if kind in left_out else selectors
    return mask


def _numbers(mesh: MeshView) -> dict[Hashable, int]:  # noqa: ARG001  # filled as keys are met
    return {}


def _speaks(mesh: MeshView, client: Workload) -> bool:
    """Whether settings for clients may be about the namespace of a client in particular."""
    names = mesh.once(_speaking, client.cluster)
    return isinstance(names, _Everywhere) or client.namespace in names


def _speaking(mesh: MeshView, cluster: str) -> frozenset[str] | _Everywhere:
    """The namespaces that hold settings for clients, or that something is exported to and not to all."""
    found = {one.namespace for kind in _FOR_CLIENTS for one in mesh.of_kind(kind) if one.cluster == cluster}
    root = root_namespace(mesh, cluster)
    if any(one.namespace == root and one.cluster == cluster for one in mesh.of_kind(SIDECAR)):
        return _Everywhere.YES
    for kind in _EXPORTED:
        for resource in mesh.of_kind(kind):
            seen = visibility(mesh, resource)
            found |= frozenset() if seen.is_public else seen.namespaces | {resource.namespace}
    return frozenset(found)


def _likeness(way: Way, said: Weighed) -> Hashable:
    """What ways agree in after which the other layers are asked the same."""
    waypoint = way.waypoint.gateway.key if way.waypoint is not None and way.waypoint.gateway is not None else None
    edges = tuple((edge.transport, edge.is_authenticated) for edge in (way.edge, way.last))
    return edges, way.missing, waypoint, said.number
