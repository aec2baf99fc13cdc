"""Who can call whom: every pair of classes on every port that is offered, asked once for all that are alike."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.classes import Class, classes_of
from service_mesh.posture.access.groups import Crowd, crowd_of, numbers_of
from service_mesh.posture.access.guards import Guards
from service_mesh.posture.access.lines import Line, Lines
from service_mesh.posture.access.outcomes import Outcome, Outcomes, Said, Weighed
from service_mesh.posture.access.walls import Walls
from service_mesh.posture.access.ways import hops
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.kubernetes.ends import of_workload

__all__ = ["Matrix", "Offered", "Port", "Row", "matrix_of", "offered", "ports_of"]

_PROTOCOLS = frozenset({"TCP", "UDP", "SCTP"})


@dataclass(frozen=True, slots=True)
class Offered:
    """A port that a workload offers.

    Attributes:
        port: Number of the container port.
        protocol: TCP, UDP or SCTP.
        service: The Service that leads there; None for a port that none leads to, which is addressed at the pod.
        service_port: Port of that Service.
    """

    port: int
    protocol: str
    service: Resource | None = None
    service_port: int | None = None


class Port(NamedTuple):
    """A port as rows tell it.

    Attributes:
        number: Number of the container port.
        protocol: TCP, UDP or SCTP.
        service_port: Port of the Service that leads there; None where the pod is addressed itself.
        service: Name of that Service, of the first member of the class, where several with that port lead there.
    """

    number: int
    protocol: str
    service_port: int | None
    service: str


class Row(NamedTuple):
    """The same answer for the calls of some classes to one port of others.

    Attributes:
        clients: Numbers of the calling classes, as the bits of a number.
        servers: Numbers of the classes that are called, likewise.
        port: The port.
        outcome: The answer.
    """

    clients: int
    servers: int
    port: Port
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who can call whom.

    Attributes:
        classes: The classes of those who call.
        called: The classes of those who are called: the same, unless others were asked about.
        rows: The answers; every pair of a class that calls and one that is called is in one row for each port that is
            offered.
    """

    classes: tuple[Class, ...]
    called: tuple[Class, ...]
    rows: tuple[Row, ...]
    _lines: Lines = field(repr=False, compare=False)

    def edges(self, server: Class) -> Iterator[tuple[Port, int, Edge]]:
        """What connections to each port of a class carry: the port, the classes that connect, and the edge."""
        end, listed = of_workload(server.sample), offered(self._lines.mesh, server.sample)
        for port, entry in zip(listed, ports_of(listed), strict=True):
            for line in self._lines.apart(Call(end, end, port.port, port.protocol, port.service)):
                yield entry, line.clients, line.way.edge

    def totals(self) -> dict[Verdict, int]:
        """How many pairs of workloads and ports there are of each verdict."""
        clients, servers = _Sizes(self.classes), _Sizes(self.called)
        found = dict.fromkeys(Verdict, 0)
        for row in self.rows:
            found[row.outcome.verdict] += clients.of(row.clients) * servers.of(row.servers)
        return found


class _Sizes:
    """How many workloads are in sets of classes: most classes have one member."""

    def __init__(self, classes: Iterable[Class]) -> None:
        self._more = {one.number: len(one.members) - 1 for one in classes if len(one.members) > 1}
        self._larger = sum(1 << number for number in self._more)

    def of(self, mask: int) -> int:
        return mask.bit_count() + sum(self._more[number] for number in numbers_of(mask & self._larger))


def matrix_of(mesh: MeshView, workloads: Iterable[Workload], servers: Iterable[Workload] | None = None) -> Matrix:
    """Ask for every ordered pair of some workloads on every port that is offered.

    Of the requests nothing is known but that they carry no token and no headers that policies ask for: where a policy
    is about requests, the answer is unknown and names what it depends on. Machines outside of Kubernetes are left out.

    Args:
        mesh: The objects.
        workloads: Who calls.
        servers: Who is called; None for the same.
    """
    classes = classes_of(mesh, (one for one in workloads if not one.is_machine))
    others = classes if servers is None else classes_of(mesh, (one for one in servers if not one.is_machine))
    asking = _Asking(mesh, crowd_of(mesh, classes))
    called: dict[tuple[int, Port, int], int] = {}
    outcomes: dict[int, Outcome] = {}
    for one in others if classes else ():
        listed = offered(mesh, one.sample)
        for port, entry in zip(listed, ports_of(listed), strict=True):
            for clients, outcome in asking.answers(one, port):
                key = clients, entry, id(outcome)  # one object for all that come to the same
                called[key] = called.get(key, 0) | 1 << one.number
                outcomes[id(outcome)] = outcome
    rows = (Row(clients, mask, entry, outcomes[at]) for (clients, entry, at), mask in called.items())
    return Matrix(classes, others, tuple(rows), asking.lines)


def offered(mesh: MeshView, workload: Workload) -> tuple[Offered, ...]:
    """The ports that a workload offers: by each Service that leads to it, and those that none leads to."""
    found: dict[tuple[int, str, object], Offered] = {}
    for service in services_of(mesh, workload):
        for entry in service.each("spec.ports[]"):
            number, protocol = target_number(entry, workload), _protocol(entry.text_at("protocol"))
            if number is not None and protocol:
                key = number, protocol, service.key
                found.setdefault(key, Offered(number, protocol, service, port_number(entry)))
    led = {key[:2] for key in found}
    for port in workload.container_ports:
        held = port.get("containerPort")
        value, protocol = held.value if held is not None else None, _protocol(port.text_at("protocol"))
        if type(value) is int and protocol and (value, protocol) not in led:
            found.setdefault((value, protocol, None), Offered(value, protocol))
    return tuple(found.values())


def ports_of(listed: Sequence[Offered]) -> tuple[Port, ...]:
    """The ports of one workload as rows tell them, in order."""
    entries = [Port(one.port, one.protocol, one.service_port if one.service else None, "") for one in listed]
    names = [one.service.name if one.service is not None else "" for one in listed]
    return tuple(
        entry._replace(service=name) if entries.count(entry) > 1 else entry
        for entry, name in zip(entries, names, strict=True)
    )


def _protocol(text: str) -> str:
    """The protocol of a port; empty for one that does not exist."""
    return text if text in _PROTOCOLS else "" if text else "TCP"


class _Asking:
    """The layers of the data path, each with the answers that it gave."""

    def __init__(self, mesh: MeshView, crowd: Crowd) -> None:
        self._mesh, self._crowd = mesh, crowd
        self._outcomes = known = Outcomes()
        self.lines, self._walls = Lines(mesh, crowd, known), Walls(mesh, crowd, known)
        self._guards = Guards(mesh, crowd, known)

    def answers(self, server: Class, port: Offered) -> Iterator[tuple[int, Outcome]]:
        """The answers for all classes that call one port of one: each with the classes that get it."""
        end = of_workload(server.sample)
        outcomes: dict[int, Outcome] = {}
        clients: dict[int, int] = {}
        walls: dict[Hashable, tuple[list[Said], list[Said]]] = {}
        for line in self.lines.into(Call(end, end, port.port, port.protocol, port.service)):
            for mask, outcome in self._along(line, walls):
                key = id(outcome)  # one object for each, which the outcomes hold on to
                outcomes[key] = outcome
                clients[key] = clients.get(key, 0) | mask
        for key, outcome in outcomes.items():
            yield clients[key], outcome

    def _along(self, line: Line, walls: dict[Hashable, tuple[list[Said], list[Said]]]) -> Iterator[tuple[int, Outcome]]:
        """What becomes of the calls on one line: what one layer stops is asked of no other."""
        transport = line.way.edge.transport
        if line.is_refused:
            yield from ((mask, self._outcomes.outcome((said,), transport)) for mask, said in line.leaving)
            return
        passing: list[tuple[int, tuple[Weighed, ...]]] = [(line.clients, ())]
        for answers in self._stages(line, walls):
            met = [(mask & of, (*before, said)) for mask, before in passing for of, said in answers if mask & of]
            passing = [one for one in met if not one[1][-1].stops]
            for mask, said in met:
                if said[-1].stops:
                    yield mask, self._outcomes.outcome(said, transport)
            if not passing:
                return
        for mask, said in passing:
            for of, before in line.leaving:
                if mask & of:
                    yield mask & of, self._outcomes.outcome((before, *said), transport)

    def _stages(self, line: Line, walls: dict[Hashable, tuple[list[Said], list[Said]]]) -> Iterator[list[Said]]:
        """What each layer says, in the order of the data path, asked when it is met."""
        first, *more = hops(self._mesh, line.call, line.way)
        use = line.way.waypoint
        key = first.key, (use.namespace, use.name) if use is not None else None
        if key not in walls:
            walls[key] = self._walls.out_of(first), self._walls.into(first)
        yield from walls[key]
        yield from ([(line.clients, self._walls.between(hop))] for hop in more)
        yield [(line.clients, line.transport)]
        if line.way.last.transport is not Transport.BROKEN:
            yield self._guards.on(line)
