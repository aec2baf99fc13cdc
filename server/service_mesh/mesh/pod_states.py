"""What the kubelet says of a pod: whether it runs and is ready, how old it is, and what holds a container of it up."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import seconds_of
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = [
    "GRACE",
    "Trouble",
    "age_of",
    "condition",
    "container_status",
    "containers_of",
    "is_meant_to_run",
    "is_ready",
    "is_settled",
    "trouble",
]

GRACE = 180
"""Seconds that a new pod is given to come up before anything is said about it."""

_OVER = frozenset({"Succeeded", "Failed"})
_STARTING = frozenset({"ContainerCreating", "PodInitializing", ""})
_STATUSES = ("status.initContainerStatuses[]", "status.containerStatuses[]")
_CONTAINERS = ("spec.initContainers[]", "spec.containers[]")


class Trouble(NamedTuple):
    """Why a container does not run.

    Attributes:
        node: The field that says so.
        text: What it says, as the end of a sentence: `waits with 'CrashLoopBackOff' after 7 restarts`.
    """

    node: Node
    text: str


def is_meant_to_run(pod: Resource) -> bool:
    """Tell whether a Pod was read from a cluster and is neither finished nor being deleted."""
    phase = pod.get("status.phase")
    if phase is None or phase.text in _OVER:
        return False
    return pod.metadata.get("deletionTimestamp") is None


def is_ready(pod: Resource) -> bool:
    """Tell whether a Pod takes traffic: its condition `Ready`."""
    found = condition(pod, "Ready")
    status = found.get("status") if found is not None else None
    return status is not None and status.text == "True"


def condition(resource: Resource, name: str) -> Node | None:
    """The condition of a type in an object's status."""
    found = (one for one in resource.each("status.conditions[]") if one.text_at("type") == name)
    return next(found, None)


def age_of(mesh: MeshView, resource: Resource) -> float | None:
    """Seconds that an object is old at the time its cluster is judged at; None where one of the two is unknown."""
    now, created = mesh.now(resource.cluster), seconds_of(resource.created_at)
    return None if now is None or created is None else now - created


def is_settled(mesh: MeshView, resource: Resource, grace: float = GRACE) -> bool:
    """Tell whether an object had time to come up; one whose age is unknown counts as settled."""
    age = age_of(mesh, resource)
    return age is None or age >= grace


def containers_of(pod: Resource) -> Iterator[Node]:
    """Every container of a Pod, those of the initialisation first."""
    for path in _CONTAINERS:
        yield from pod.each(path)


def container_status(pod: Resource, name: str) -> Node | None:
    """What the status of a Pod says of one of its containers, whether it stands among the init containers or not."""
    found = (one for path in _STATUSES for one in pod.each(path) if one.text_at("name") == name)
    return next(found, None)


def trouble(status: Node) -> Trouble | None:
    """Say what keeps a container from running; None where it runs and is ready, has done its work or just starts.

    Args:
        status: An item of `containerStatuses` or `initContainerStatuses`.
    """
    waiting, ended = status.get("state.waiting.reason"), status.get("state.terminated")
    if waiting is not None and waiting.text not in _STARTING:
        return Trouble(waiting, f"waits with '{waiting.text}'{_restarts(status)}{_ending(status)}")
    if ended is not None:
        return _ended(ended)
    ready = status.get("ready")
    if status.get("state.running") is not None and ready is not None and ready.value is False:
        return Trouble(ready, f"runs and is not ready{_restarts(status)}")
    return None


def _ended(ended: Node) -> Trouble | None:
    code = ended.get("exitCode")
    if code is None or type(code.value) is not int or code.value == 0:
        return None
    reason = ended.text_at("reason")
    return Trouble(code, f"ended with code {code.value}" + (f" and '{reason}'" if reason else ""))


def _restarts(status: Node) -> str:
    count = status.get("restartCount")
    number = count.value if count is not None else None
    return f" after {number} restart{'' if number == 1 else 's'}" if type(number) is int and number > 0 else ""


def _ending(status: Node) -> str:
    last = status.get("lastState.terminated")
    reason = last.text_at("reason") if last is not None else ""
    return f", last ended with '{reason}'" if reason not in ("", "Error", "Completed") else ""
