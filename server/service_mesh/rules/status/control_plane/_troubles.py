"""What keeps pods of a mesh's own components from running, sorted by what has to be done about it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from service_mesh.mesh.component_pods import component_of_pod, pods_of_component
from service_mesh.mesh.components import Component, components
from service_mesh.mesh.pod_states import condition, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.rules.status._words import counted, told
from service_mesh.rules.status.control_plane._replicas import is_down, severity_of

__all__ = ["Fault", "Trouble", "has_trouble", "next_command", "reported", "troubles_of", "what"]

_MOST_NOTES = 3


class Fault(StrEnum):
    """What keeps a pod from running."""

    CRASHING = "crashing"
    IMAGE = "image"
    START = "start"
    PLACE = "place"


class Trouble(NamedTuple):
    """One thing that keeps a pod from running.

    Attributes:
        fault: What is wrong.
        node: Where the pod's status says so.
        container: Name of the container, empty where the whole pod is meant.
        detail: What the status says further: a message, the image or how the container ended; may be empty.
    """

    fault: Fault
    node: Node
    container: str
    detail: str

    @property
    def pod(self) -> Resource:
        """The pod."""
        return self.node.resource


def troubles_of(mesh: MeshView, component: Component) -> tuple[Trouble, ...]:
    """The first trouble of each pod of a component that has any, by name of the pod."""
    return mesh.index(_troubles).get(component.resource.key, ())


def has_trouble(mesh: MeshView, component: Component) -> bool:
    """Whether the pods themselves tell why some of them are not ready: they are reported, and nothing above them."""
    return bool(troubles_of(mesh, component))


def reported(mesh: MeshView, pod: Resource, fault: Fault) -> Iterator[Draft]:
    """The problem of a pod, told once for all pods of its component that have the same one.

    Silent where no pod of the component is ready: the component itself is the problem then, and names the cause.
    """
    component = component_of_pod(mesh, pod)
    if component is None or is_down(mesh, component):
        return
    same = [one for one in troubles_of(mesh, component) if one.fault is fault]
    if not same or same[0].pod is not pod:
        return
    also = f", and {counted(len(same) - 1, 'further pod')} of '{component.resource.name}'" if same[1:] else ""
    notes = tuple(one.node.note("the same") for one in same[1 : _MOST_NOTES + 1])
    severity = severity_of(component) if component.is_on_nodes else Severity.WARNING
    yield same[0].node.problem(f"{what(same[0])}{also}", next_command(same[0]), related=notes, severity=severity)


def what(trouble: Trouble) -> str:
    """What a trouble is, as a sentence that names the pod."""
    told_further = f": {trouble.detail}" if trouble.detail else ""
    pod, container = trouble.pod.name, told(trouble.container)
    match trouble.fault:
        case Fault.CRASHING:
            return f"container '{container}' of pod '{pod}' crashes each time it is started{told_further}"
        case Fault.IMAGE:
            return f"the image of container '{container}' of pod '{pod}' cannot be pulled{told_further}"
        case Fault.START:
            return f"container '{container}' of pod '{pod}' cannot be started{told_further}"
        case Fault.PLACE:
            return f"no node takes pod '{pod}'{told_further}"


def next_command(trouble: Trouble) -> str:
    """What shows why: the last words of a container that crashes, else the events of its pod."""
    if trouble.fault is Fault.CRASHING:
        return kubectl.logs(trouble.pod, "-c", trouble.container, "--previous")
    return kubectl.describe(trouble.pod)


_REASONS: Mapping[str, Fault] = {
    "CrashLoopBackOff": Fault.CRASHING,
    "ErrImagePull": Fault.IMAGE,
    "ImagePullBackOff": Fault.IMAGE,
    "InvalidImageName": Fault.IMAGE,
    "ErrImageNeverPull": Fault.IMAGE,
    "ImageInspectError": Fault.IMAGE,
    "RegistryUnavailable": Fault.IMAGE,
    "SignatureValidationFailed": Fault.IMAGE,
    "CreateContainerConfigError": Fault.START,
    "CreateContainerError": Fault.START,
    "RunContainerError": Fault.START,
}
"""Why a container waits -> what is wrong.

(`kubernetes/kubernetes: pkg/kubelet/images/types.go`, `pkg/kubelet/container/sync_result.go`,
`pkg/kubelet/kuberuntime/kuberuntime_container.go`)
"""


def _troubles(mesh: MeshView) -> Mapping[ResourceKey, tuple[Trouble, ...]]:
    found = {}
    for component in components(mesh):
        settled = (pod for pod in pods_of_component(mesh, component) if is_settled(mesh, pod))
        first = (next(_of_pod(pod), None) for pod in settled)
        found[component.resource.key] = tuple(one for one in first if one is not None)
    return found


def _of_pod(pod: Resource) -> Iterator[Trouble]:
    for path in ("status.initContainerStatuses[]", "status.containerStatuses[]"):
        for status in pod.each(path):
            reason = status.get("state.waiting.reason")
            fault = _REASONS.get(reason.text) if reason is not None else None
            if reason is not None and fault is not None:
                yield Trouble(fault, reason, status.text_at("name"), _detail(status, fault))
    placed = condition(pod, "PodScheduled")
    if placed is not None and (placed.text_at("status"), placed.text_at("reason")) == ("False", "Unschedulable"):
        node = placed.get("message") or placed
        yield Trouble(Fault.PLACE, node, "", told(node.text))


def _detail(status: Node, fault: Fault) -> str:
    if fault is Fault.IMAGE:
        image = told(status.text_at("image"))
        return f"'{image}'" if image else ""
    if fault is Fault.START:
        return told(status.text_at("state.waiting.message"))
    reason, code = told(status.text_at("lastState.terminated.reason")), status.get("lastState.terminated.exitCode")
    number = code.value if code is not None and type(code.value) is int and 0 <= code.value <= 255 else None
    ending = "" if number is None else f"it ended with exit code {number}"
    if reason in ("", "Error", "Completed"):
        return ending
    return f"{ending or 'it ended'} ('{reason}')"
