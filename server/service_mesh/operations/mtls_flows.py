"""What travels between workloads that are asked about and all others: calls that carry the same to the same are one."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.posture.access.classes import Class
from service_mesh.posture.access.connections import Mesh, mesh_of
from service_mesh.posture.access.groups import first_of, numbers_of
from service_mesh.posture.access.matrix import Matrix, Port
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Edge
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.kubernetes.ends import of_workload

__all__ = ["Flow", "flows", "is_application"]

_OF_PROXIES = frozenset({4143, 4190, 4191, 15_000, 15_001, 15_006, 15_008, 15_020, 15_021, 15_053, 15_090})
"""Ports of the proxies of Istio and Linkerd (https://istio.io/latest/docs/ops/deployment/application-requirements/)."""


_Verdicts = dict[tuple[int, Port], list[tuple[int, Verdict]]]
"""Class and port that is called -> whether calls pass, for sets of classes."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Calls that carry the same to the same.

    Attributes:
        edge: What they carry.
        port: The port that is called.
        clients: Who calls.
        servers: Who is called.
        verdict: Whether they pass.
        mesh: The meshes that both ends are in.
        callers: Who calls, as the numbers of their classes: the bits of a number.
        called: Who is called, likewise.
        is_of_gateway: Whether one end is a gateway, which sends and takes by other settings.
    """

    edge: Edge
    port: Port
    clients: tuple[Workload, ...]
    servers: tuple[Workload, ...]
    verdict: Verdict
    mesh: Mesh
    callers: int
    called: int
    is_of_gateway: bool = False


class _Found(NamedTuple):
    """Calls of some classes to others that are one flow."""

    clients: int
    servers: int
    port: Port
    edge: Edge
    verdict: Verdict


def flows(view: MeshView, matrix: Matrix, asked: Iterable[Workload]) -> Iterator[Flow]:
    """Everything over TCP that reaches an application's port of the workloads that are asked about.

    Args:
        view: The objects.
        matrix: Who can call whom.
        asked: Workloads that are called.
    """
    wanted = set(asked)
    verdicts = _verdicts(matrix)
    found: dict[Hashable, _Found] = {}
    for server in matrix.classes:
        if wanted.isdisjoint(server.members):
            continue
        for key, one in _into(view, matrix, server, verdicts).items():
            whole = one.clients, key
            known = found.get(whole, one)
            edge = _merged(known.edge, one.edge)
            found[whole] = known._replace(servers=known.servers | one.servers, edge=edge)
    for one in found.values():
        yield _flow(view, matrix, one, wanted)


def _into(view: MeshView, matrix: Matrix, server: Class, verdicts: _Verdicts) -> dict[Hashable, _Found]:
    """What reaches one class, with clients of which the same is told put together."""
    found: dict[Hashable, _Found] = {}
    for port, clients, edge in matrix.edges(server):
        for mask, verdict in verdicts.get((server.number, port), ()) if is_application(port) else ():
            if both := mask & clients:
                client = matrix.classes[first_of(both)].sample
                key = port, _likeness(edge), verdict, mesh_of(view, of_workload(client)), _is_gateway(view, client)
                known = found.get(key) or _Found(0, 1 << server.number, port, edge, verdict)
                found[key] = known._replace(clients=known.clients | both, edge=_merged(known.edge, edge))
    return found


def _is_gateway(view: MeshView, workload: Workload) -> bool:
    return view.once(is_gateway_workload, workload)


def _likeness(edge: Edge) -> Hashable:
    """What edges agree in that are told as one: what decides last, not who the client is and why it is in the mesh."""
    last = [(note.text, note.node.resource, note.node.path) for note in edge.chain[-1:]]
    return edge.transport, edge.is_authenticated, edge.reason, edge.missing, *last


def _merged(known: Edge, edge: Edge) -> Edge:
    """One edge for calls that are told as one: of the settings behind it those that all have in common."""
    if known.chain == edge.chain:
        return known
    return replace(known, chain=tuple(note for note in known.chain if note in edge.chain))


def is_application(port: Port) -> bool:
    """Whether a port is the application's: those of proxies themselves are no matter of modes."""
    return port.protocol == "TCP" and port.number not in _OF_PROXIES


def _verdicts(matrix: Matrix) -> _Verdicts:
    found: _Verdicts = {}
    for row in matrix.rows:
        for server in numbers_of(row.servers):
            found.setdefault((server, row.port), []).append((row.clients, row.outcome.verdict))
    return found


def _flow(view: MeshView, matrix: Matrix, found: _Found, wanted: set[Workload]) -> Flow:
    clients, servers = (
        [one for number in numbers_of(mask) for one in matrix.classes[number].members]
        for mask in (found.clients, found.servers)
    )
    ends = [matrix.classes[first_of(mask)].sample for mask in (found.clients, found.servers)]
    meshes = [mesh_of(view, of_workload(end)) for end in ends]
    return Flow(
        edge=found.edge,
        port=found.port,
        clients=tuple(clients),
        servers=tuple(one for one in servers if one in wanted),
        verdict=found.verdict,
        mesh=Mesh(all(one.istio for one in meshes), all(one.linkerd for one in meshes)),
        callers=found.clients,
        called=found.servers,
        is_of_gateway=any(_is_gateway(view, end) for end in ends),
    )
