"""How many pods of a workload should be ready and how many are, by the status of what makes them."""

from typing import NamedTuple

from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, REPLICA_SET, ROLLOUT, STATEFUL_SET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["ReplicaCounts", "replica_counts"]

_SCALED = frozenset({DEPLOYMENT, REPLICA_SET, STATEFUL_SET, ROLLOUT})
_MOST = 1_000_000


class ReplicaCounts(NamedTuple):
    """Pods of a workload.

    Attributes:
        ready: Pods that are ready.
        wanted: Pods that should run.
        node: Where the first was read, or the status that leaves it out.
    """

    ready: int
    wanted: int
    node: Node


def replica_counts(resource: Resource) -> ReplicaCounts | None:
    """Pods that are ready and that should be; None where no controller tells, or numbers are no counts.

    A Deployment leaves `readyReplicas` out while none is ready (`kubernetes/api: apps/v1/types.go`); the controller of
    a DaemonSet tells both numbers.
    """
    status = resource.get("status")
    if status is None or not isinstance(status.value, dict) or not status.value:
        return None
    if resource.kind == DAEMON_SET:
        ready, wanted = status.get("numberReady"), status.get("desiredNumberScheduled")
    elif resource.kind in _SCALED:
        ready, wanted = status.get("readyReplicas"), resource.get("spec.replicas")
    else:
        return None
    have, should = _count(ready, 0), _count(wanted, 1)
    return None if have is None or should is None else ReplicaCounts(have, should, ready or status)


def _count(node: Node | None, absent: int) -> int | None:
    if node is None:
        return absent
    return node.value if type(node.value) is int and 0 <= node.value <= _MOST else None
