"""Disruption budgets and autoscalers of components, and how many nodes there are to spread pods over."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import Component, component_of
from service_mesh.mesh.pod_states import GRACE, condition, is_settled
from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import seconds_of
from service_mesh.model.kinds import HORIZONTAL_POD_AUTOSCALER, NODE, POD_DISRUPTION_BUDGET, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import label_selector
from service_mesh.rules.status.control_plane._replicas import whole

__all__ = ["budgets_of", "floor", "guarded", "limits", "scaled", "stopped", "workers"]

_OFF_LIMITS = frozenset({"NoSchedule", "NoExecute"})


def workers(mesh: MeshView, cluster: str) -> int:
    """How many nodes of a cluster take ordinary pods; 0 where not all nodes were read."""
    if not mesh.is_listed(NODE, cluster):
        return 0
    return sum(node.cluster == cluster and _takes_pods(node) for node in mesh.of_kind(NODE))


def guarded(mesh: MeshView, budget: Resource) -> Iterator[Component]:
    """The components whose pods a budget selects; an empty selector selects the whole namespace."""
    selector = budget.get("spec.selector")
    if selector is None or not isinstance(selector.value, dict):
        return
    for workload in selected(mesh, label_selector(selector), budget.namespace, budget.cluster):
        component = component_of(mesh, workload.resource)
        if component is not None:
            yield component


def budgets_of(mesh: MeshView, component: Component) -> Iterator[Resource]:
    """The budgets that let no pod of a component go now."""
    for budget in mesh.index(_budgets).get(component.resource.key, ()):
        if whole(budget.get("status.disruptionsAllowed")) == 0:
            yield budget


def scaled(mesh: MeshView, autoscaler: Resource) -> Component | None:
    """The component whose number of pods an autoscaler sets; None for every other autoscaler."""
    reference = autoscaler.get("spec.scaleTargetRef")
    if reference is None:
        return None
    kind = Kind(reference.text_at("apiVersion").rpartition("/")[0], reference.text_at("kind"))
    target = mesh.find(kind, autoscaler.namespace, reference.text_at("name"), autoscaler.cluster)
    return component_of(mesh, target) if target is not None else None


def limits(autoscaler: Resource) -> tuple[int, int | None]:
    """Fewest pods, 1 where nothing is said, and most."""
    return whole(autoscaler.get("spec.minReplicas")) or 1, whole(autoscaler.get("spec.maxReplicas"))


def floor(mesh: MeshView, component: Component) -> int:
    """The fewest pods that an autoscaler leaves a component; 1 without one."""
    found = (limits(one)[0] for one in mesh.index(_autoscalers).get(component.resource.key, ()))
    return max(found, default=1)


def stopped(mesh: MeshView, autoscaler: Resource) -> Node | None:
    """Where an autoscaler says why it does not scale; None while it does, and where it is told not to."""
    for name in ("ScalingActive", "AbleToScale"):
        found = condition(autoscaler, name)
        reason = found.get("reason") if found is not None else None
        if found is None or reason is None or found.text_at("status") != "False":
            continue
        if reason.text != "ScalingDisabled" and is_settled(mesh, autoscaler) and _is_lasting(mesh, found):
            return reason
    return None


def _takes_pods(node: Resource) -> bool:
    cordoned = node.get("spec.unschedulable")
    taints = (taint.text_at("effect") for taint in node.each("spec.taints[]"))
    return (cordoned is None or cordoned.value is not True) and not any(effect in _OFF_LIMITS for effect in taints)


def _is_lasting(mesh: MeshView, found: Node) -> bool:
    """Whether a condition has been as it is for some minutes; also where its time is not known."""
    now, changed = mesh.now(found.resource.cluster), seconds_of(found.text_at("lastTransitionTime"))
    return now is None or changed is None or now - changed >= GRACE


def _budgets(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    grouped: dict[ResourceKey, list[Resource]] = {}
    for budget in mesh.of_kind(POD_DISRUPTION_BUDGET):
        for component in guarded(mesh, budget):
            grouped.setdefault(component.resource.key, []).append(budget)
    return {key: tuple(found) for key, found in grouped.items()}


def _autoscalers(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    grouped: dict[ResourceKey, list[Resource]] = {}
    for autoscaler in mesh.of_kind(HORIZONTAL_POD_AUTOSCALER):
        component = scaled(mesh, autoscaler)
        if component is not None:
            grouped.setdefault(component.resource.key, []).append(autoscaler)
    return {key: tuple(found) for key, found in grouped.items()}
