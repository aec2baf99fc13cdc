"""Counts what all meshes are counted by: pods that a workload wants and has, and the state of workloads."""

from service_mesh.mesh import components as found_components
from service_mesh.mesh.pod_states import is_meant_to_run, is_ready
from service_mesh.mesh.replica_counts import replica_counts
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.kinds import CRON_JOB, JOB, POD
from service_mesh.model.resource import Resource
from service_mesh.status.health import Component

__all__ = ["component", "has_unready_pod", "is_counted", "newest_first", "ready_and_wanted", "running_pods", "versions"]

_PASSING = frozenset({JOB, CRON_JOB})


def component(found: found_components.Component) -> Component:
    """A part of a mesh as the answer shows it."""
    resource = found.resource
    ready, wanted = ready_and_wanted(resource)
    name, kind = resource.name, resource.kind.name
    return Component(name, kind, resource.namespace, ready, wanted, found.version, found.revision)


def ready_and_wanted(resource: Resource) -> tuple[int | None, int | None]:
    """Pods that are ready and pods that should run, by the status of what makes them; None where it does not tell."""
    counts = replica_counts(resource)
    return (None, None) if counts is None else (counts.ready, counts.wanted)


def running_pods(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The pods of a workload that are there and meant to run."""
    return tuple(pod for pod in pods_of(mesh, workload) if is_meant_to_run(pod))


def has_unready_pod(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether a pod of a workload, or the one pod that it is, is meant to take traffic and does not."""
    return any(not is_ready(pod) for pod in running_pods(mesh, workload))


def is_counted(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether a workload counts as one that runs: it has pods, or wants some; jobs only while they run.

    A workload that is scaled to zero, and a finished pod, are not counted.
    """
    if running_pods(mesh, workload):
        return True
    if workload.resource.kind in _PASSING or workload.resource.kind == POD or workload.is_machine:
        return False
    counts = replica_counts(workload.resource)
    return counts is None or counts.wanted > 0


def versions(found: tuple[found_components.Component, ...]) -> str:
    """Releases of components as the answer shows them: each once, the newest first, separated by commas."""
    return ", ".join(newest_first({one.version for one in found if one.version}))


def newest_first(releases: set[str]) -> list[str]:
    """Releases such as `1.31.2`, `1.30.4-rc.1` and `edge-26.8.3` in order, the newest first."""
    return sorted(releases, key=_order, reverse=True)


def _order(release: str) -> tuple[tuple[int, ...], bool, str]:
    main, _, pre = release.removeprefix("edge-").partition("-")
    numbers = tuple(int(part) for part in main.split(".") if part.isdecimal() and len(part) < 10)
    return numbers, not pre, pre
