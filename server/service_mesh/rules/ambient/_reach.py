"""What a policy means to reach in ambient mode, and the waypoints in front of that."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from service_mesh.mesh.selection import policy_selector, selected, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads, workloads_in
from service_mesh.model.finding import Note
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point, namespace_of_scope, point_of
from service_mesh.posture.istio.enrolment import Enrolled, enrolment
from service_mesh.posture.istio.namespaces import NAMESPACE_ENROLMENT_KINDS, namespace_enrolment
from service_mesh.posture.istio.waypoints import WAYPOINT_KINDS, WaypointUse, service_waypoint, workload_waypoint

__all__ = [
    "REACH_KINDS",
    "ambient_label",
    "has_ambient",
    "in_ambient",
    "reached",
    "reached_workloads",
    "somewhere_ambient",
    "waypoint_before",
]

REACH_KINDS = tuple(dict.fromkeys((*ATTACHMENT_KINDS, *WAYPOINT_KINDS, *NAMESPACE_ENROLMENT_KINDS)))
"""The kinds that are read here."""


def reached_workloads(mesh: MeshView, policy: Resource) -> tuple[Workload, ...]:
    """The workloads in ambient mode that a policy without targets selects; gateways and waypoints are none."""
    ambient = mesh.index(_ambient)
    namespace, selector = namespace_of_scope(mesh, policy), policy_selector(policy)
    if selector.is_empty:
        return ambient.get((policy.cluster, namespace), ())
    if not ambient.get((policy.cluster, namespace)):
        return ()
    return mesh.once(_reached, (selector, namespace, policy.cluster))


def _reached(mesh: MeshView, asked: tuple[Selector, str | None, str]) -> tuple[Workload, ...]:
    found = selected(mesh, *asked)
    return tuple(workload for workload in found if point_of(mesh, workload) is Point.ZTUNNEL)


def reached(mesh: MeshView, policy: Resource, *, attached: bool = True) -> tuple[Note, ...]:
    """What shows that a policy without targets is for something in ambient mode; nothing where it is not.

    Workloads show it. Where the input has none in the policy's namespace, the label of the namespace does.

    Args:
        mesh: The objects.
        policy: The policy.
        attached: Leave out policies with a selector without labels, which ztunnel never gets.
    """
    if not has_ambient(mesh, policy.cluster):
        return ()
    selector = policy.get("spec.selector")
    if attached and selector is not None and policy_selector(policy).is_empty:
        return ()
    found = reached_workloads(mesh, policy)
    if found:
        return (*enrolment(mesh, found[0]).chain,)
    namespace = namespace_of_scope(mesh, policy)
    if namespace is None or workloads_in(mesh, namespace, policy.cluster):
        return ()
    label = ambient_label(mesh, namespace, policy.cluster)
    return () if label is None else (label.note("its namespace is in ambient mode"),)


def has_ambient(mesh: MeshView, cluster: str) -> bool:
    """Tell whether anything in a cluster is in ambient mode: in most, every question ends with that."""
    return cluster in mesh.index(_with_ambient)


def somewhere_ambient(mesh: MeshView) -> bool:
    """Tell whether anything of the input is in ambient mode."""
    return bool(mesh.index(_with_ambient))


def in_ambient(mesh: MeshView, namespace: str, cluster: str = "") -> Node | None:
    """The label that puts a namespace into ambient mode, if its workloads, as far as loaded, are not all elsewhere."""
    if not has_ambient(mesh, cluster):
        return None
    label = ambient_label(mesh, namespace, cluster)
    if label is None:
        return None
    staffed = workloads_in(mesh, namespace, cluster)
    return label if not staffed or mesh.index(_ambient).get((cluster, namespace)) else None


def ambient_label(mesh: MeshView, namespace: str, cluster: str = "") -> Node | None:
    """The label of a namespace that asks for ambient mode, where sidecars do not take the effect from it."""
    asked = namespace_enrolment(mesh, namespace, cluster)
    return asked.label if asked.mode is Enrolled.AMBIENT else None


def waypoint_before(mesh: MeshView, workload: Workload) -> WaypointUse | None:
    """A waypoint that traffic to a workload passes, addressed to one of its services or to its pods."""
    return mesh.once(_waypoint_before, workload)


def _waypoint_before(mesh: MeshView, workload: Workload) -> WaypointUse | None:
    for service in services_of(mesh, workload):
        if (use := service_waypoint(mesh, service)) is not None and use.serves:
            return use
    use = workload_waypoint(mesh, workload)
    return use if use is not None and use.serves else None


def _with_ambient(mesh: MeshView) -> AbstractSet[str]:
    """Clusters in which a workload or a namespace is in ambient mode."""
    asking = (one for one in mesh.of_kind(NAMESPACE) if ambient_label(mesh, one.name, one.cluster) is not None)
    labelled = {one.cluster for one in asking}
    return labelled | {cluster for cluster, _ in mesh.index(_ambient)}


def _ambient(mesh: MeshView) -> Mapping[tuple[str, str | None], tuple[Workload, ...]]:
    """Workloads that ztunnel serves, by cluster and namespace; namespace None holds all."""
    mesh.mark_read(*REACH_KINDS)
    found: dict[tuple[str, str | None], list[Workload]] = {}
    for workload in workloads(mesh):
        if point_of(mesh, workload) is Point.ZTUNNEL:
            for place in (workload.namespace, None):
                found.setdefault((workload.cluster, place), []).append(workload)
    return {key: tuple(workloads_found) for key, workloads_found in found.items()}
