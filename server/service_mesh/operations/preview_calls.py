"""What a change does to calls, sorted by what people ask: opened, closed, no longer encrypted or known by identity."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from service_mesh.mesh.components import components
from service_mesh.mesh.workloads import Workload
from service_mesh.operations.access_matrix import deciding
from service_mesh.operations.access_matrix_result import MatrixPort
from service_mesh.operations.access_result import DECISIONS, AccessDecision
from service_mesh.operations.preview_result import AccessChanges, CallsChange, CallSide, EncryptionChanges
from service_mesh.operations.scene import Scene
from service_mesh.posture.access.changes import Difference, Side
from service_mesh.posture.access.samples import words

__all__ = ["access_changes", "encryption_changes", "told"]

_SHOWN = 5
_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_ALLOW, _DENY, _UNKNOWN = AccessDecision.ALLOW, AccessDecision.DENY, AccessDecision.UNKNOWN


def told(found: Iterable[Difference], before: Scene, after: Scene) -> tuple[CallsChange, ...]:
    """Write differences down, those with the most calls first.

    The parts of meshes and of Kubernetes are left out as clients: they call no application in the way that their place
    in the cluster would let them.
    """
    own = {one.workload.key for view in (before.view, after.view) for one in components(view)}
    rows = []
    for one in found:
        clients = tuple(each for each in one.clients if each.namespace not in _SYSTEM and each.key not in own)
        if clients and not _is_of_itself(clients, one.servers):
            rows.append(_told(replace(one, clients=clients), before, after))
    return tuple(sorted(rows, key=_order))


def _is_of_itself(clients: Sequence[Workload], servers: Sequence[Workload]) -> bool:
    """Whether one workload calls itself, which none but a few databases do."""
    return len(clients) == len(servers) == 1 and clients[0].key == servers[0].key


def _order(row: CallsChange) -> tuple[object, ...]:
    """Calls by Services first: few address pods themselves."""
    return row.port.service_port is None, -row.pairs, row.from_, row.to, row.port.port, row.port.protocol, row.requests


def access_changes(rows: Iterable[CallsChange]) -> AccessChanges:
    """Sort changes of calls by what becomes of access."""
    listed = tuple(rows)
    return AccessChanges(
        gained=_those(listed, lambda one: _decision(one.after) is _ALLOW and _decision(one.before) in (_DENY, None)),
        lost=_those(listed, lambda one: _decision(one.before) is _ALLOW and _decision(one.after) in (_DENY, None)),
        newly_unauthenticated=_those(listed, _is_newly_unauthenticated),
        uncertain=_those(listed, _is_uncertain),
    )


def encryption_changes(rows: Iterable[CallsChange]) -> EncryptionChanges:
    """Sort changes of calls by what becomes of encryption."""
    listed = tuple(one for one in rows if _goes_on(one))
    return EncryptionChanges(
        lost=_those(listed, lambda one: _is_encrypted(one.before) and not _is_encrypted(one.after)),
        gained=_those(listed, lambda one: _is_encrypted(one.after) and not _is_encrypted(one.before)),
    )


def _those(rows: Iterable[CallsChange], wanted: Callable[[CallsChange], bool]) -> tuple[CallsChange, ...]:
    return tuple(filter(wanted, rows))


def _decision(side: CallSide | None) -> AccessDecision | None:
    return side.decision if side is not None else None


def _goes_on(one: CallsChange) -> bool:
    """Whether calls may pass both before and after."""
    return not {_decision(one.before), _decision(one.after)} & {_DENY, None}


def _is_encrypted(side: CallSide | None) -> bool:
    return side is not None and side.encrypted is True


def _is_uncertain(one: CallsChange) -> bool:
    """Whether something becomes of access, and it is not known what."""
    sides = [(side.decision, side.needs) if side is not None else None for side in (one.before, one.after)]
    return _UNKNOWN in (_decision(one.before), _decision(one.after)) and sides[0] != sides[1]


def _is_newly_unauthenticated(one: CallsChange) -> bool:
    before, after = one.before, one.after
    if before is None or after is None or not _goes_on(one):
        return False
    return before.authenticated is True and after.authenticated is not True


def _told(one: Difference, before: Scene, after: Scene) -> CallsChange:
    return CallsChange(
        from_=tuple(each.title for each in one.clients[:_SHOWN]),
        clients=len(one.clients),
        to=tuple(each.title for each in one.servers[:_SHOWN]),
        servers=len(one.servers),
        port=MatrixPort(*one.port),
        requests=tuple(map(words, one.requests)),
        before=_side(one.before, before),
        after=_side(one.after, after),
    )


def _side(side: Side | None, scene: Scene) -> CallSide | None:
    if side is None:
        return None
    outcome, edge = side.outcome, side.edge
    return CallSide(
        DECISIONS[outcome.verdict],
        edge.transport.value,
        edge.is_encrypted,
        edge.is_authenticated,
        deciding(scene, outcome),
        outcome.needs,
        edge.reason,
        next(iter(scene.shown(edge.chain[-1:])), None),
    )
