"""Calls tried with requests before and after a change: what the matrix cannot tell without knowing the request."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.resource import ResourceKey
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.changes import Difference, Side
from service_mesh.posture.access.engine import answer
from service_mesh.posture.access.matrix import Offered, Port, offered
from service_mesh.posture.access.outcomes import outcome_of
from service_mesh.posture.access.samples import words
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.posture.requests import HttpRequest

__all__ = ["Trials", "trials"]

_MOST_PAIRS = 150
"""Most pairs of workloads that are tried; a pair takes about a millisecond for each request."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What trying came to.

    Attributes:
        found: Calls that a request shows to be decided otherwise, each with that request.
        settled: Which of the differences that were given are told by these, and need not be told as they are.
        tried: How many pairs of workloads were tried.
        pairs: How many there are.
    """

    found: tuple[Difference, ...]
    settled: frozenset[int]
    tried: int
    pairs: int


@dataclass(slots=True)
class _Views:
    """Both sides of a change, with the way back from a workload to each."""

    views: tuple[MeshView, MeshView]
    _named: list[dict[ResourceKey, Workload]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._named = [{one.key: one for one in workloads(view)} for view in self.views]

    def side(self, place: int, ends: tuple[Workload, Workload], port: Port, request: HttpRequest) -> Side | None:
        """The answer to one request before (0) or after (1) the change; None where there is no such call."""
        view = self.views[place]
        client, server = (self._named[place].get(one.key) for one in ends)
        if client is None or server is None:
            return None
        way = next((one for one in offered(view, server) if _is(one, port)), None)
        if way is None:
            return None
        asked = Call(of_workload(client), of_workload(server), way.port, way.protocol, way.service, request)
        found = answer(view, asked)
        return Side(outcome_of(found.layers, found.edge.transport), found.edge)


def trials(
    views: tuple[MeshView, MeshView], differences: Sequence[Difference], requests: Sequence[HttpRequest]
) -> Trials:
    """Try requests on calls of which the request is missing to tell what becomes of them, and on those told alike.

    Args:
        views: The objects before a change and after it.
        differences: The calls, with those that the matrix sees no difference in where requests may show one.
        requests: The requests.
    """
    known = _Views(views)
    found: dict[Hashable, Difference] = {}
    settled: set[int] = set()
    tried = 0
    candidates = [number for number, one in enumerate(differences) if one.depends_on_request or not one.differs]
    for number in sorted(candidates, key=lambda at: not differences[at].depends_on_request):
        one = differences[number]
        for ends in product(one.clients, one.servers):
            if tried >= _MOST_PAIRS:
                break
            tried += 1
            for shown in _shown(known, one, ends, requests):
                settled.add(number)
                _add(found, shown)
    total = sum(len(one.clients) * len(one.servers) for one in (differences[number] for number in candidates))
    return Trials(tuple(found.values()), frozenset(settled), tried, total)


def _shown(
    known: _Views, one: Difference, ends: tuple[Workload, Workload], requests: Iterable[HttpRequest]
) -> Iterator[Difference]:
    """The requests that are decided otherwise after the change: those of which the same becomes as one."""
    shown: dict[Hashable, Difference] = {}
    for request in requests:
        before, after = (known.side(place, ends, one.port, request) for place in (0, 1))
        if _verdict(before) != _verdict(after):
            key = _keys(before, after)
            same = shown.get(key) or replace(one, clients=ends[:1], servers=ends[1:], before=before, after=after)
            shown[key] = replace(same, requests=(*same.requests, request))
    yield from shown.values()


def _add(found: dict[Hashable, Difference], one: Difference) -> None:
    """Tell calls from several clients to one server as one, where the same requests show the same."""
    key = one.servers[0].key, one.port, tuple(map(words, one.requests)), _keys(one.before, one.after)
    known = found.get(key)
    found[key] = one if known is None else replace(known, clients=(*known.clients, *one.clients))


def _keys(*sides: Side | None) -> Hashable:
    return tuple(side.outcome.key if side is not None else None for side in sides)


def _verdict(side: Side | None) -> Verdict | None:
    return side.outcome.verdict if side is not None else None


def _is(way: Offered, port: Port) -> bool:
    same = (way.port, way.protocol, way.service_port if way.service is not None else None) == port[:3]
    return same and (not port.service or (way.service is not None and way.service.name == port.service))
