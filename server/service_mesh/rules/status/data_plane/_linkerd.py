"""The pods of Linkerd's data plane, each with its workload, so that one fault of many pods is said once."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import NamedTuple

from service_mesh.mesh.components import component_of, installed
from service_mesh.mesh.pod_states import Trouble, is_meant_to_run, is_ready
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.kinds import POD
from service_mesh.model.kubectl import describe, logs
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.enrolment import proxy_of
from service_mesh.posture.linkerd.installation import control_plane

__all__ = [
    "Group",
    "by_namespace",
    "env_of",
    "grouped",
    "has_linkerd",
    "is_component",
    "is_last_ready",
    "is_served",
    "meshed_pods",
    "next_for",
]


class Group(NamedTuple):
    """Pods of one workload, or of one namespace, that share a fault.

    Attributes:
        first: The field of the first of them that shows it.
        faulty: How many have it.
        total: How many pods were asked.
    """

    first: Node
    faulty: int
    total: int

    @property
    def said(self) -> str:
        """`3 of 5 pods`, or `the pod`, of the workload; to be followed by its name."""
        return f"{self.faulty} of {self.total} pods of" if self.total > 1 else "the pod of"


def meshed_pods(mesh: MeshView) -> tuple[tuple[Resource, Node], ...]:
    """The pods that are meant to run and have a proxy, with the proxy's container."""
    return mesh.index(_meshed_pods)


def grouped(
    mesh: MeshView, asked: Iterable[Resource], fault: Callable[[Resource], Node | None]
) -> Mapping[ResourceKey, tuple[Workload, Group]]:
    """The first pod of each workload that has a fault -> its workload and how many share the fault."""
    owned = [(pod, workload) for pod in asked if (workload := workload_of(mesh, pod)) is not None]
    owners = {pod.key: workload for pod, workload in owned}
    found = _first_of_each((pod for pod, _ in owned), lambda pod: owners[pod.key].key, fault)
    return {key: (owners[key], group) for key, group in found.items()}


def by_namespace(asked: Iterable[Resource], fault: Callable[[Resource], Node | None]) -> Mapping[ResourceKey, Group]:
    """The first pod of each namespace that has a fault -> how many share it, for what befalls whole namespaces."""
    return _first_of_each(asked, lambda pod: (pod.cluster, pod.namespace), fault)


def next_for(pod: Resource, container: str, held: Trouble) -> str:
    """The command that shows why a container does not run: the log of its last run, or the events of its pod."""
    if "waiting" not in held.node.path:
        return logs(pod, "-c", container, "--tail=50")
    if held.node.text == "CrashLoopBackOff":
        return logs(pod, "-c", container, "--previous", "--tail=50")
    return describe(pod)


def _first_of_each(
    asked: Iterable[Resource], key_of: Callable[[Resource], Hashable], fault: Callable[[Resource], Node | None]
) -> Mapping[ResourceKey, Group]:
    totals: dict[Hashable, int] = {}
    found: dict[Hashable, list[Node]] = {}
    for pod in asked:
        key = key_of(pod)
        totals[key] = totals.get(key, 0) + 1
        if (node := fault(pod)) is not None:
            found.setdefault(key, []).append(node)
    groups = ((nodes[0].resource.key, Group(nodes[0], len(nodes), totals[key])) for key, nodes in found.items())
    return dict(groups)


def env_of(container: Node, name: str) -> Node | None:
    """The value of a variable of a container, where it is written out."""
    for variable in container.each("env[]"):
        key = variable.get("name")
        if key is not None and key.text == name:
            return variable.get("value")
    return None


def is_component(mesh: MeshView, pod: Resource) -> bool:
    """Whether a Pod is a part of a mesh itself, whose readiness is judged with the control plane."""
    workload = workload_of(mesh, pod)
    return workload is not None and component_of(mesh, workload.resource) is not None


def is_last_ready(mesh: MeshView, pod: Resource) -> bool:
    """Whether no other pod of a Pod's workload is ready, so that nobody serves in its place."""
    workload = workload_of(mesh, pod)
    return workload is None or not mesh.index(_ready).get(workload.key, 0)


def _meshed_pods(mesh: MeshView) -> tuple[tuple[Resource, Node], ...]:
    running = ((pod, proxy_of(pod)) for pod in mesh.of_kind(POD) if is_meant_to_run(pod))
    return tuple((pod, proxy) for pod, proxy in running if proxy is not None)


def _ready(mesh: MeshView) -> Mapping[ResourceKey, int]:
    counts: dict[ResourceKey, int] = {}
    for pod in mesh.of_kind(POD):
        if is_meant_to_run(pod) and is_ready(pod) and (workload := workload_of(mesh, pod)) is not None:
            counts[workload.key] = counts.get(workload.key, 0) + 1
    return counts


def is_served(mesh: MeshView, cluster: str) -> bool:
    """Whether the control plane has a ready pod of each part; without, every proxy waits and that is one fault."""
    return mesh.once(_is_served, cluster)


def has_linkerd(mesh: MeshView, cluster: str) -> bool:
    """Whether any part of Linkerd is in a cluster."""
    return mesh.once(_has_linkerd, cluster)


def _is_served(mesh: MeshView, cluster: str) -> bool:
    return all(_has_ready(part.resource) for part in control_plane(mesh, cluster))


def _has_linkerd(mesh: MeshView, cluster: str) -> bool:
    return "linkerd" in installed(mesh, cluster)


def _has_ready(resource: Resource) -> bool:
    if resource.get("status") is None:
        return True
    ready = resource.get("status.readyReplicas")
    return ready is not None and bool(ready.number)
