"""How containers of a mesh's own pods ended last, and how long ago."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.component_pods import component_of_pod, pods_of_component
from service_mesh.mesh.components import components
from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import seconds_of
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.rules.status._words import counted, told
from service_mesh.rules.status.control_plane._replicas import is_down, whole

__all__ = ["Ending", "first_of"]


class Ending(NamedTuple):
    """How a container that runs again ended last.

    Attributes:
        container: Its name.
        reason: Where the reason stands.
        counter: Where the number of restarts stands.
        restarts: That number.
        seconds_ago: How long before the reading it ended.
    """

    container: str
    reason: Node
    counter: Node
    restarts: int
    seconds_ago: float

    @property
    def ago(self) -> str:
        """How long ago it ended, in words."""
        minutes = max(int(self.seconds_ago // 60), 0)
        return f"{counted(minutes, 'minute')} ago" if minutes < 120 else f"{counted(minutes // 60, 'hour')} ago"


def first_of(mesh: MeshView, pod: Resource, is_meant: Callable[[Ending], bool]) -> tuple[Ending, str] | None:
    """The first ending of a kind among the pods of a component, if it is this pod's, and how many pods share it.

    None as well where no pod of the component is ready, since the component itself is reported then.

    Args:
        mesh: The objects.
        pod: The pod that is asked about.
        is_meant: Whether an ending is of the kind.
    """
    component = component_of_pod(mesh, pod)
    if component is None or is_down(mesh, component):
        return None
    found = [ending for ending in mesh.index(_endings).get(component.resource.key, ()) if is_meant(ending)]
    if not found or found[0].reason.resource is not pod:
        return None
    further = len({ending.reason.resource.name for ending in found}) - 1
    return found[
        0
    ], f", and likewise in {counted(further, 'further pod')} of '{component.resource.name}'" if further else ""


def _endings(mesh: MeshView) -> Mapping[ResourceKey, tuple[Ending, ...]]:
    found = {}
    for component in components(mesh):
        pods = pods_of_component(mesh, component)
        found[component.resource.key] = tuple(ending for pod in pods for ending in _of_pod(mesh, pod))
    return found


def _of_pod(mesh: MeshView, pod: Resource) -> Iterator[Ending]:
    """The last ending of each container that runs now, where the time of the reading is known."""
    now = mesh.now(pod.cluster)
    for path in ("status.initContainerStatuses[]", "status.containerStatuses[]"):
        for status in pod.each(path):
            reason, counter = status.get("lastState.terminated.reason"), status.get("restartCount")
            ended = seconds_of(status.text_at("lastState.terminated.finishedAt"))
            if status.get("state.running") is None or reason is None or counter is None or now is None or ended is None:
                continue
            yield Ending(told(status.text_at("name")), reason, counter, whole(counter) or 0, now - ended)
