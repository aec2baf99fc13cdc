"""Whether every port of the mesh could take mTLS alone: which connections that work now would be refused."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service_mesh.mesh.workloads import Workload
from service_mesh.operations.mtls_flows import Flow
from service_mesh.operations.mtls_result import Breakage, Readiness
from service_mesh.operations.scene import Scene
from service_mesh.posture.access.connections import mesh_of
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.outsiders import WAYS, ways_in
from service_mesh.posture.istio.peer_authentication import MtlsMode
from service_mesh.posture.istio.transport import accepted
from service_mesh.posture.kubernetes.ends import of_workload

__all__ = ["SHOWN", "Break", "breaks", "readiness"]

SHOWN = 5
"""Most workloads that are named of some that are alike."""

_REFUSED = frozenset({Transport.PLAINTEXT, Transport.APP_TLS, Transport.WIREGUARD, Transport.IPSEC, Transport.ZTUNNEL})
_OPEN = frozenset({Transport.EITHER, Transport.UNKNOWN})


class Break(NamedTuple):
    """Connections that work now and would not in STRICT mode.

    Attributes:
        told: What is told of them.
        servers: All that are reached so.
        flow: The calls between workloads that they are; None for those who come from outside.
    """

    told: Breakage
    servers: tuple[Workload, ...]
    flow: Flow | None = None


def breaks(scene: Scene, asked: Iterable[Workload], found: Iterable[Flow]) -> tuple[Break, ...]:
    """Tell what would break if every port of the mesh took mTLS alone, the certain ones first.

    Only connections that pass the policies are looked at, and only ports of workloads in a mesh. Ways in from outside
    count too: open Services, webhooks that the API server calls, Ingress controllers without a proxy.

    Args:
        scene: The mesh.
        asked: The workloads that are asked about as servers.
        found: What connections carry.
    """
    wanted = set(asked)
    breaking = [*_between(scene, found), *_from_outside(scene, wanted)]
    return tuple(sorted(breaking, key=_place))


def readiness(breaking: Iterable[Break]) -> Readiness:
    """Whether every port of the mesh could take mTLS alone, by what would break."""
    told = tuple(one.told for one in breaking)
    if any(one.is_certain for one in told):
        return Readiness(False, told)
    return Readiness(None if told else True, told)


def _place(one: Break) -> tuple[object, ...]:
    told = one.told
    return not told.is_certain, told.to, told.port, told.from_


def _between(scene: Scene, found: Iterable[Flow]) -> Iterator[Break]:
    for one in found:
        edge, clients = one.edge, one.clients
        if one.verdict is Verdict.DENIED or edge.transport not in _REFUSED | _OPEN:
            continue
        servers = tuple(server for server in one.servers if _takes_modes(scene, server))
        if servers:
            is_certain = edge.transport in _REFUSED
            told = Breakage(
                from_=tuple(client.title for client in clients[:SHOWN]),
                clients=len(clients),
                to=tuple(server.title for server in servers[:SHOWN]),
                servers=len(servers),
                port=one.port.number,
                reason=edge.reason,
                decided_by=scene.shown(edge.chain),
                is_certain=is_certain,
                needs="" if is_certain else edge.missing,
            )
            yield Break(told, servers, one)


def _from_outside(scene: Scene, wanted: set[Workload]) -> Iterator[Break]:
    view = scene.view
    for way in (way for kind in WAYS for resource in view.of_kind(kind) for way in ways_in(view, resource)):
        mode = accepted(view, way.workload, way.port)
        if way.workload not in wanted or mode is None or mode.mode is not MtlsMode.PERMISSIVE:
            continue
        told = Breakage(
            from_=(way.who,),
            clients=0,
            to=(way.workload.title,),
            servers=1,
            port=way.port,
            reason="whoever comes this way is outside of the mesh",
            decided_by=scene.shown((way.node.note("opens the way"),)),
            is_certain=way.is_sure,
            needs="" if way.is_sure else f"whether {way.who} is in the mesh",
        )
        yield Break(told, (way.workload,))


def _takes_modes(scene: Scene, server: Workload) -> bool:
    """Whether policies decide what a workload takes: it is in a mesh, and no gateway."""
    found = mesh_of(scene.view, of_workload(server))
    return (found.istio or found.linkerd) and not is_gateway_workload(scene.view, server)
