"""Changes of workloads that no answer about calls can tell: another image, or a label that nobody asks for."""

from collections.abc import Iterable

from service_mesh.mesh.selection import entries_of, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of, workloads
from service_mesh.model.kinds import POD, WORKLOADS
from service_mesh.model.resource import Resource
from service_mesh.posture.access.facts import facts
from service_mesh.posture.access.matrix import offered

__all__ = ["are_unseen"]


def are_unseen(before: MeshView, after: MeshView, changed: Iterable[tuple[Resource | None, Resource | None]]) -> bool:
    """Tell whether all that changes is workloads which stay the same in everything that decides about calls.

    Selectors and ranges of addresses have the same numbers on both sides then, so that facts can be compared: they come
    from other objects and from annotations, which have to stay as they are. Live pods tell more, and are not looked at.

    Args:
        before: The objects before a change.
        after: The objects after it.
        changed: The objects that differ, as they were and as they are.
    """
    if [one.key for one in workloads(before)] != [one.key for one in workloads(after)]:
        return False
    for old, new in changed:
        was, becomes = _made(before, old), _made(after, new)
        if was is None or becomes is None or _told(before, was) != _told(after, becomes):
            return False
    return True


def _made(mesh: MeshView, resource: Resource | None) -> Workload | None:
    """The workload that an object makes itself; None for others, and for pods."""
    if resource is None or resource.kind not in WORKLOADS or resource.kind == POD:
        return None
    workload = workload_of(mesh, resource)
    return workload if workload is not None and workload.resource is resource else None


def _told(mesh: MeshView, workload: Workload) -> tuple[object, ...]:
    """What a workload tells; the numbers of its Services are no others' where these are the same objects."""
    told = facts(mesh, workload)
    return (
        *(told.place, told.own, told.addresses, told.serving, told.selectors, told.account, told.named),
        *(services_of(mesh, workload), entries_of(mesh, workload), offered(mesh, workload)),
        *(workload.resource.annotations, workload.annotations),
    )
