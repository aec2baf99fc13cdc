"""What a change does to calls: two matrices held against each other, over workloads that are alike in both."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.resource import ResourceKey
from service_mesh.posture.access.classes import Class
from service_mesh.posture.access.facts import service_number
from service_mesh.posture.access.groups import numbers_of
from service_mesh.posture.access.joint import Joint, joint_of
from service_mesh.posture.access.matrix import Matrix, Offered, Port, matrix_of, offered, ports_of
from service_mesh.posture.access.outcomes import Outcome
from service_mesh.posture.access.reach import Reach
from service_mesh.posture.edges import Edge
from service_mesh.posture.requests import HttpRequest

__all__ = ["Difference", "Side", "differences"]


class Side(NamedTuple):
    """The calls of a difference before or after the change.

    Attributes:
        outcome: What becomes of them.
        edge: What their connections carry.
    """

    outcome: Outcome
    edge: Edge

    @property
    def key(self) -> Hashable:
        """What makes another answer: who decides and why do not."""
        outcome, edge = self.outcome, self.edge
        return outcome.verdict, outcome.needs, edge.transport, edge.is_encrypted, edge.is_authenticated


@dataclass(frozen=True, slots=True)
class Difference:
    """Calls of which the change makes the same.

    Attributes:
        clients: Who calls.
        servers: Who is called.
        port: The port.
        before: What they were; None for calls that there were none of: an end or the port is new.
        after: What they are; None where an end or the port is gone.
        requests: Requests that it holds for; none where it holds for each.
    """

    clients: tuple[Workload, ...]
    servers: tuple[Workload, ...]
    port: Port
    before: Side | None
    after: Side | None
    requests: tuple[HttpRequest, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the answer is another one."""
        return _key(self.before) != _key(self.after)

    @property
    def depends_on_request(self) -> bool:
        """Whether the request is missing to tell what was, or what becomes."""
        return any(side is not None and side.outcome.depends_on_request for side in (self.before, self.after))


_Keys = frozenset[ResourceKey] | None
_Way = tuple[int, str, str, int | None]
"""A port as a workload has it: number, protocol, name of the Service that leads there, and the port of that."""

_Cells = Mapping[_Way, tuple[Port, list[tuple[int, Side]]]]
"""What holds for calls to each port, for sets of clients that have nobody in common."""

_Found = tuple[int, Port, Side | None, Side | None]
"""Clients, the port that they call, and what holds before and after."""


def differences(before: MeshView, after: MeshView, reach: Reach, *, is_all: bool = False) -> Iterator[Difference]:
    """Tell what becomes of calls, as far as it differs.

    Args:
        before: The objects before the change.
        after: The objects after it.
        reach: The calls that it can bear upon; no others are asked about.
        is_all: Also tell what stays the same: it may differ once something is known of the request.
    """
    every = frozenset(one.key for view in (before, after) for one in workloads(view))
    asked: list[tuple[_Keys, _Keys]] = [(None, reach.servers), (reach.clients, every - reach.servers)]
    if reach.is_everywhere:
        asked = [(None, None)]
    for clients, servers in asked:
        if clients != frozenset() and servers != frozenset():
            yield from _between((before, after), clients, servers, is_all=is_all)


def _between(views: tuple[MeshView, MeshView], clients: _Keys, servers: _Keys, *, is_all: bool) -> Iterator[Difference]:
    """The differences in calls from some workloads to some; None stands for all."""
    old, new = (matrix_of(view, _chosen(view, clients), _chosen(view, servers)) for view in views)
    calling = joint_of(old.classes, new.classes)
    called = joint_of(old.called, new.called, _Ways(views).of)
    sides = _Cut(views[0], old, calling, 0), _Cut(views[1], new, calling, 1)
    found: dict[Hashable, tuple[int, _Found]] = {}
    for number, pair in enumerate(called.pairs):
        cells = [side.cells(one, called.members[number][0].key) for side, one in zip(sides, pair, strict=True)]
        for one in _met(cells[0], cells[1], calling.everyone):
            if not is_all and _key(one[2]) == _key(one[3]):
                continue
            key = one[0], one[1], *(_likeness(side) for side in one[2:])
            mask, first = found.get(key, (0, one))
            found[key] = mask | 1 << number, first
    for mask, (callers, port, was, becomes) in found.values():
        yield Difference(calling.workloads(callers), called.workloads(mask), port, was, becomes)


def _chosen(mesh: MeshView, keys: _Keys) -> Iterator[Workload]:
    return (one for one in workloads(mesh) if keys is None or one.key in keys)


def _met(before: _Cells, after: _Cells, everyone: int) -> Iterator[_Found]:
    """What becomes of calls to one class, port by port."""
    nothing: tuple[Port, list[tuple[int, Side]]] = Port(0, "", None, ""), []
    ways = tuple(dict.fromkeys((*before, *after)))
    bare = [(*way[:2], way[3]) for way in ways]
    for way in ways:
        port = max(cells[way][0] for cells in (before, after) if way in cells)
        if bare.count((*way[:2], way[3])) > 1:  # a Service of another name leads there on the other side
            port = port._replace(service=way[2])
        old, new = (_whole(cells.get(way, nothing)[1], everyone) for cells in (before, after))
        for mask, was in old:
            for other, becomes in new:
                both = mask & other
                if both and not was is becomes is None:
                    yield both, port, was, becomes


def _whole(cells: Iterable[tuple[int, Side]], everyone: int) -> list[tuple[int, Side | None]]:
    """What holds for all clients: nothing for those that do not call."""
    listed: list[tuple[int, Side | None]] = list(cells)
    for mask, _ in listed:
        everyone &= ~mask
    return [*listed, (everyone, None)] if everyone else listed


def _key(side: Side | None) -> Hashable:
    return side.key if side is not None else None


def _likeness(side: Side | None) -> Hashable:
    """What answers agree in that are told as one: who decides, too."""
    return (side.key, side.outcome.key) if side is not None else None


class _Cut:
    """One matrix, its clients told by cut classes."""

    def __init__(self, mesh: MeshView, matrix: Matrix, calling: Joint, place: int) -> None:
        self._mesh, self._matrix, self._calling, self._place = mesh, matrix, calling, place
        self._rows: dict[int, dict[Port, list[tuple[int, Outcome]]]] = {}
        for row in matrix.rows:
            mask = calling.cut(place, row.clients)
            for server in numbers_of(row.servers):
                self._rows.setdefault(server, {}).setdefault(row.port, []).append((mask, row.outcome))

    def cells(self, number: int | None, member: ResourceKey) -> _Cells:
        """What holds for calls to a class, its ports as one of its members has them; nothing where there is none."""
        if number is None:
            return {}
        one = self._matrix.called[number]
        edges = self._edges(one)
        workload = next(each for each in one.members if each.key == member)
        # Members have Services of their own, which nothing but their names tells from those of the others.
        listed = offered(self._mesh, one.sample)
        named = {_likeness_of(self._mesh, one): port for one, port in zip(listed, ports_of(listed), strict=True)}
        rows, found = self._rows.get(number, {}), {}
        for own in offered(self._mesh, workload):
            port = named[_likeness_of(self._mesh, own)]
            found[_way(own)] = port, list(_sides(rows.get(port, ()), edges.get(port, ())))
        return found

    def _edges(self, server: Class) -> Mapping[Port, Iterable[tuple[int, Edge]]]:
        """What connections to each port of a class carry, put together where it is the same."""
        found: dict[Port, dict[Hashable, tuple[int, Edge]]] = {}
        for port, clients, edge in self._matrix.edges(server):
            alike = found.setdefault(port, {})
            key = edge.transport, edge.is_encrypted, edge.is_authenticated
            known, first = alike.get(key, (0, edge))
            alike[key] = known | self._calling.cut(self._place, clients), first
        return {port: alike.values() for port, alike in found.items()}


def _likeness_of(mesh: MeshView, port: Offered) -> Hashable:
    """What the ports of members of one class agree in."""
    number = service_number(mesh, port.service) if port.service is not None else None
    return port.port, port.protocol, port.service_port, number


class _Ways:
    """Whether each way to a workload is there before and after: Services that are alike may be others by name."""

    def __init__(self, views: tuple[MeshView, MeshView]) -> None:
        self._views = views
        self._known = tuple({one.key: one for one in workloads(view)} for view in views)

    def of(self, key: ResourceKey) -> Hashable:
        """What tells a workload from others of its classes."""
        sides: list[dict[_Way, Hashable]] = []
        for view, known in zip(self._views, self._known, strict=True):
            workload = known.get(key)
            listed = offered(view, workload) if workload is not None else ()
            sides.append({_way(one): _likeness_of(view, one) for one in listed})
        old, new = sides
        return frozenset((old.get(way), new.get(way)) for way in (*old, *new))


def _way(port: Offered) -> _Way:
    name = port.service.name if port.service is not None else ""
    return port.port, port.protocol, name, port.service_port


def _sides(rows: Iterable[tuple[int, Outcome]], edges: Iterable[tuple[int, Edge]]) -> Iterator[tuple[int, Side]]:
    listed = tuple(edges)
    for mask, outcome in rows:
        for clients, edge in listed:
            if both := mask & clients:
                yield both, Side(outcome, edge)
