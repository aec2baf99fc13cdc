"""The pods of what the meshes run: found by selector, for a snapshot may lack the ReplicaSets between them."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import Component, components
from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import Selector, label_selector

__all__ = ["component_of_pod", "pods_of_component"]


def pods_of_component(mesh: MeshView, component: Component) -> tuple[Resource, ...]:
    """The live pods of a component, as far as the input holds them; none that is finished or being deleted."""
    return mesh.index(_by_component).get(component.resource.key, ())


def component_of_pod(mesh: MeshView, pod: Resource) -> Component | None:
    """The component that a live pod belongs to; None for every other pod."""
    return mesh.index(_by_pod).get(pod.key)


def _by_pod(mesh: MeshView) -> Mapping[ResourceKey, Component]:
    index = SelectorIndex(_selectors(mesh))
    places = {(component.cluster, component.workload.namespace) for component in components(mesh)}
    pods = (pod for pod in mesh.of_kind(POD) if (pod.cluster, pod.namespace) in places and is_meant_to_run(pod))
    found = ((pod.key, index.matching(pod.cluster, pod.namespace, pod.labels)) for pod in pods)
    return {key: matching[0] for key, matching in found if matching}


def _selectors(mesh: MeshView) -> Iterator[tuple[str, str, Selector, Component]]:
    for component in components(mesh):
        selector = label_selector(component.resource.get("spec.selector"))
        if not selector.is_empty:
            yield component.cluster, component.workload.namespace, selector, component


def _by_component(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    grouped: dict[ResourceKey, list[Resource]] = {}
    by_pod = mesh.index(_by_pod)
    for pod in mesh.of_kind(POD):
        component = by_pod.get(pod.key)
        if component is not None:
            grouped.setdefault(component.resource.key, []).append(pod)
    return {key: tuple(sorted(found, key=_name)) for key, found in grouped.items()}


def _name(pod: Resource) -> str:
    return pod.name
