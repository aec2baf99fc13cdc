"""What connections carry between classes: asked once for all clients that send, and all servers that take, alike."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import SIDECAR
from service_mesh.model.node import Node
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.connections import carried, is_near
from service_mesh.posture.access.egress import leaving_answers, refused
from service_mesh.posture.access.engine import transported
from service_mesh.posture.access.facts import facts, service_number
from service_mesh.posture.access.groups import Crowd, first_of
from service_mesh.posture.access.layers import LayerAnswer
from service_mesh.posture.access.outcomes import Outcomes, Said, Weighed, alike
from service_mesh.posture.access.senders import (
    NO_TRANSPORT,
    OF_CLIENTS,
    OF_LINKERD,
    OF_SERVERS,
    Group,
    Senders,
    selectors_but,
)
from service_mesh.posture.access.ways import Way, arrivals, way_of
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.istio.addressing import ways_to
from service_mesh.posture.istio.bypass import captures_all
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.enrolment import enrolment as of_istio
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.linkerd.enrolment import Enrolled as Meshed
from service_mesh.posture.linkerd.enrolment import enrolment as of_linkerd

__all__ = ["Line", "Lines", "server_key"]


class Line(NamedTuple):
    """What some clients' connections carry.

    Attributes:
        clients: The clients.
        call: The call of one of them.
        way: The way that it takes.
        leaving: What the clients' own proxies say, each with those whose proxy says it.
        is_refused: Whether they let none of it out of the pods.
        transport: What the layer of the transport says.
        near: Whether the client is in the network of the server's own node; None where that is not known.
        likeness: Number of what other lines that come to the same agree in.
    """

    clients: int
    call: Call
    way: Way
    leaving: tuple[Said, ...]
    is_refused: bool
    transport: Weighed
    near: bool | None
    likeness: int


class _Parted(NamedTuple):
    """Clients that send alike, divided by what their proxies say before a connection leaves.

    Attributes:
        stopped: The lines of those that are stopped there.
        passing: The others, with what is said of them.
    """

    stopped: tuple[Line, ...]
    passing: tuple[Said, ...]


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
    _senders: Senders = field(init=False)
    _lines: dict[Hashable, list[Line]] = field(default_factory=dict)
    _parted: dict[Hashable, _Parted] = field(default_factory=dict)
    _leaving: dict[Hashable, tuple[LayerAnswer, ...]] = field(default_factory=dict)
    _numbers: dict[Hashable, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._senders = Senders(self.mesh, self.crowd)

    def into(self, call: Call) -> list[Line]:
        """What connections to a server carry, from all clients; the client of the call stands for any."""
        server = call.server.workload
        by_sender = server is not None and of_linkerd(self.mesh, server).mode is not Meshed.NONE
        found: dict[Hashable, list[Line]] = {}
        for number, line in enumerate(self.apart(call)):
            apart = by_sender and self._is_in_linkerd(line.call.client)
            found.setdefault((line.likeness, number) if apart else line.likeness, []).append(line)
        return [_joined(call, lines) for lines in found.values()]

    def apart(self, call: Call) -> list[Line]:
        """The same, told apart by who sends and why it is so."""
        server = call.server.workload
        through = service_number(self.mesh, call.service) if call.service is not None else None
        where = server_key(self.mesh, server, call.port) if server is not None else None, call.protocol, through
        lines = self._lines.get(where)
        if lines is None:
            groups = self._senders.towards(server, call.port, call.service)
            lines = self._lines[where] = [line for group in groups for line in self._of_group(call, group, where)]
        return lines

    def _is_in_linkerd(self, client: End) -> bool:
        return client.workload is not None and of_linkerd(self.mesh, client.workload).mode is not Meshed.NONE

    def _of_group(self, call: Call, group: Group, where: Hashable) -> Iterator[Line]:
        """The lines of clients that send alike: those that their proxies stop are apart."""
        place = self._place(call, group, where)
        key = id(group), place  # the senders hold on to their groups
        parted = self._parted.get(key)
        if parted is None:
            parted = self._parted[key] = self._divided(call, group, place)
        yield from parted.stopped
        if parted.passing:
            yield self._asked(call, group, parted.passing)

    def _place(self, call: Call, group: Group, where: Hashable) -> Hashable:
        """What of the called port proxies look at before a connection leaves, besides what they know of the service."""
        client, server = self.crowd.ends[first_of(group.clients)].workload, call.server.workload
        if not group.is_plain or client is None or server is None or not captures_all(self.mesh, client):
            return where
        return ways_to(self.mesh, server, call.port, call.service)[0].is_captured, call.service is None

    def _divided(self, call: Call, group: Group, place: Hashable) -> _Parted:
        stopped: list[Line] = []
        passing: list[Said] = []
        for clients, key in group.leaving:
            asked = _to(call, self.crowd.ends[first_of(clients)])
            answers = self._answers(asked, (key, place)) if group.is_plain else tuple(leaving_answers(self.mesh, asked))
            weighed = self.outcomes.weighed(answers)
            if weighed.stops:
                stopped.append(self._stopped(asked, clients, answers, weighed))
            else:
                passing.append((clients, weighed))
        return _Parted(tuple(stopped), tuple(passing))

    def _answers(self, call: Call, key: tuple[Hashable, Hashable]) -> tuple[LayerAnswer, ...]:
        """What the proxies of plain clients say: asked once for all of which the same was looked up."""
        if key[0] is None:
            return ()
        if key not in self._leaving:
            self._leaving[key] = tuple(leaving_answers(self.mesh, call))
        return self._leaving[key]

    def _stopped(self, call: Call, clients: int, answers: tuple[LayerAnswer, ...], weighed: Weighed) -> Line:
        edge = refused(answers) or Edge(Transport.BROKEN, "")
        number = self._number((weighed.number, True))
        return Line(
            clients, call, Way(edge, edge), ((clients, weighed),), True, self.outcomes.weighed(()), False, number
        )

    def _asked(self, call: Call, group: Group, leaving: tuple[Said, ...]) -> Line:
        asked = _to(call, self.crowd.ends[first_of(leaving[0][0])])
        way = way_of(self.mesh, asked, carried(self.mesh, asked))
        if group.is_mixed:
            way = replace(way, edge=_in_common(way.edge), last=_in_common(way.last))
        said = self.outcomes.weighed((transported(way),))
        server = asked.server.workload
        near = is_near(self.mesh, asked.client, server) if server is not None else False
        arriving = arrivals(self.mesh, asked, way.last)
        number = self._number((_likeness(way, said), arriving, near))
        clients = reduce(or_, (mask for mask, _ in leaving))
        return Line(clients, asked, way, leaving, False, said, near, number)

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _joined(call: Call, lines: list[Line]) -> Line:
    """Lines that come to the same as one, to the server of a call."""
    first = lines[0]
    clients = reduce(or_, (one.clients for one in lines))
    leaving = first.leaving if len(lines) == 1 else tuple(alike(said for one in lines for said in one.leaving))
    return first._replace(clients=clients, call=_to(call, first.call.client), leaving=leaving)


def _in_common(edge: Edge) -> Edge:
    """An edge of clients for which different Sidecars count, without any of them."""
    return replace(edge, chain=tuple(note for note in edge.chain if note.node.resource.kind != SIDECAR))


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
    left_out = NO_TRANSPORT | OF_CLIENTS | (frozenset() if is_linkerd else OF_LINKERD)
    left_out |= frozenset() if of_istio(mesh, server).mode is not Enrolled.NONE else OF_SERVERS - OF_LINKERD
    at_port = (_told(one) for one in server.container_ports)
    serving = told.serving if is_linkerd else tuple(one for one in at_port if one[1] == port)
    parts = (
        told.place,
        told.own,
        told.addresses,
        serving,
        told.services,
        told.selectors & selectors_but(mesh, left_out),
        port,
    )
    known = mesh.index(_numbers)
    return known.setdefault(parts, len(known))


def _told(port: Node) -> tuple[str, object, str]:
    number = port.get("containerPort")
    return port.text_at("name"), number.value if number is not None else None, port.text_at("protocol")


def _numbers(mesh: MeshView) -> dict[Hashable, int]:  # noqa: ARG001  # filled as keys are met
    return {}


def _likeness(way: Way, said: Weighed) -> Hashable:
    """What ways agree in after which the other layers are asked the same."""
    waypoint = way.waypoint.gateway.key if way.waypoint is not None and way.waypoint.gateway is not None else None
    edges = tuple((edge.transport, edge.may_be, edge.missing) for edge in (way.edge, way.last))
    return edges, way.missing, waypoint, said.number
