"""Where a policy acts: the workloads it selects or the objects it targets, and the proxies that enforce it there."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.selection import SelectorIndex, gateway_selector, policy_selector, selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import AUTHORIZATION_POLICY, GATEWAY, GATEWAY_API_GATEWAY, GATEWAY_CLASS, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment, has_proxy
from service_mesh.posture.istio.waypoints import is_waypoint

__all__ = [
    "ATTACHMENT_KINDS",
    "GATEWAY_NAME",
    "Point",
    "Target",
    "gateway_of",
    "is_gateway_workload",
    "modes_of",
    "namespace_of_scope",
    "point_of",
    "points_of",
    "policies_selecting",
    "selected_by",
    "targets",
]

ATTACHMENT_KINDS = (GATEWAY, GATEWAY_API_GATEWAY, GATEWAY_CLASS, *ENROLMENT_KINDS)
"""The kinds that are read here."""

GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
"""Label of the pods of a Gateway of the Gateway API, waypoints included."""


class Point(StrEnum):
    """Who enforces a policy for a workload."""

    SIDECAR = "sidecar"
    ZTUNNEL = "ztunnel"
    WAYPOINT = "waypoint"
    GATEWAY = "gateway"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class Target(NamedTuple):
    """One entry of `targetRefs`, or the older `targetRef`.

    Attributes:
        node: The entry.
        kind: Group and kind that it names.
        namespace: Namespace it is looked up in; empty for a GatewayClass.
        name: Name.
    """

    node: Node
    kind: Kind
    namespace: str
    name: str


def targets(policy: Resource) -> tuple[Target, ...]:
    """What a policy targets by name; empty for one that selects by labels. A list hides the older single field.

    (`istio/istio: pilot/pkg/model/policyattachment.go`, GetTargetRefs)
    """
    return policy.once(_targets)


def _targets(policy: Resource) -> tuple[Target, ...]:
    nodes = tuple(policy.each("spec.targetRefs[]"))
    if not nodes:
        single = policy.get("spec.targetRef")
        nodes = () if single is None else (single,)
    return tuple([_target(node, policy) for node in nodes])


def namespace_of_scope(mesh: MeshView, policy: Resource) -> str | None:
    """The namespace that a policy without targets looks in; None for one in the root namespace, which looks in all."""
    return None if policy.namespace == root_namespace(mesh, policy.cluster) else policy.namespace


def selected_by(mesh: MeshView, policy: Resource) -> tuple[Workload, ...]:
    """The workloads that a policy without targets selects, enforced or not."""
    return mesh.once(_selected_by, policy)


def modes_of(mesh: MeshView, policy: Resource) -> AbstractSet[Enrolled]:
    """The data planes of the workloads that a policy selects; told once for all policies of one place and selector."""
    return mesh.once(_modes_of, (policy_selector(policy), namespace_of_scope(mesh, policy), policy.cluster))


def points_of(mesh: MeshView, policy: Resource) -> AbstractSet[Point]:
    """Who enforces a policy for the workloads that it selects; told once for all policies of one place and selector."""
    return mesh.once(_points_of, (policy_selector(policy), namespace_of_scope(mesh, policy), policy.cluster))


def policies_selecting(mesh: MeshView, kind: Kind, workload: Workload) -> tuple[Resource, ...]:
    """The policies of a kind without targets that select a workload: of its namespace and of the root namespace.

    ztunnel is handed no AuthorizationPolicy whose selector is there and asks for no label.
    (`istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go`, convertAuthorizationPolicy)
    """
    found = mesh.once(_by_selector, kind).matching(workload.cluster, workload.namespace, workload.labels)
    if kind != AUTHORIZATION_POLICY:
        return found
    asking_nothing = mesh.index(_asking_nothing)
    if not asking_nothing or point_of(mesh, workload) is not Point.ZTUNNEL:
        return found
    return tuple(policy for policy in found if policy not in asking_nothing)


def _asking_nothing(mesh: MeshView) -> frozenset[Resource]:
    """The AuthorizationPolicies whose selector is there and asks for no label."""
    held = ((policy, policy.get("spec.selector")) for policy in mesh.of_kind(AUTHORIZATION_POLICY))
    there = (policy for policy, selector in held if selector is not None and selector.value is not None)
    return frozenset(policy for policy in there if policy_selector(policy).is_empty)


def gateway_of(mesh: MeshView, workload: Workload) -> Resource | None:
    """The Gateway of the Gateway API that a workload runs for, if it is loaded."""
    name = workload.labels.get(GATEWAY_NAME)
    if not isinstance(name, str):
        return None
    return mesh.find(GATEWAY_API_GATEWAY, workload.namespace, name, workload.cluster)


def is_gateway_workload(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether a workload is a gateway: of a Gateway API object, selected by a Gateway of Istio, or a proxy alone.

    The gateway chart's pods hold nothing but the proxy.
    (`istio/istio: manifests/charts/gateway/templates/deployment.yaml`)
    """
    if GATEWAY_NAME in workload.labels or (len(workload.containers) == 1 and has_proxy(workload) is not None):
        return True
    return bool(mesh.index(_gateways).matching(workload.cluster, workload.namespace, workload.labels))


def point_of(mesh: MeshView, workload: Workload) -> Point:
    """Who enforces, for a workload, the policies that select it by labels.

    Nobody for a waypoint: it takes only policies that target it or what it serves.
    (`istio/istio: pilot/pkg/model/policyattachment.go`, ShouldAttachPolicy)
    """
    return mesh.once(_point_of, workload)


def _modes_of(mesh: MeshView, asked: tuple[Selector, str | None, str]) -> AbstractSet[Enrolled]:
    return frozenset(enrolment(mesh, workload).mode for workload in selected(mesh, *asked))


def _points_of(mesh: MeshView, asked: tuple[Selector, str | None, str]) -> AbstractSet[Point]:
    return frozenset(point_of(mesh, workload) for workload in selected(mesh, *asked))


def _selected_by(mesh: MeshView, policy: Resource) -> tuple[Workload, ...]:
    return selected(mesh, policy_selector(policy), namespace_of_scope(mesh, policy), policy.cluster)


def _point_of(mesh: MeshView, workload: Workload) -> Point:
    gateway = gateway_of(mesh, workload)
    if gateway is not None and is_waypoint(mesh, gateway):
        return Point.NOBODY
    if is_gateway_workload(mesh, workload):
        return Point.GATEWAY
    match enrolment(mesh, workload).mode:
        case Enrolled.SIDECAR:
            return Point.SIDECAR
        case Enrolled.AMBIENT:
            return Point.ZTUNNEL
        case Enrolled.NONE:
            return Point.NOBODY
        case Enrolled.UNKNOWN:
            return Point.UNKNOWN


def _target(node: Node, policy: Resource) -> Target:
    group, kind, name = (node.text_at(field) for field in ("group", "kind", "name"))
    namespace = "" if kind == GATEWAY_CLASS.name else node.text_at("namespace") or policy.namespace
    return Target(node, Kind(group, kind), namespace, name)


def _by_selector(mesh: MeshView, kind: Kind) -> SelectorIndex[Resource]:
    mesh.mark_read(kind, *INSTALLATION_KINDS)
    return SelectorIndex(_selecting(mesh, kind))


def _selecting(mesh: MeshView, kind: Kind) -> Iterator[tuple[str, str, Selector, Resource]]:
    for policy in mesh.of_kind(kind):
        if not targets(policy):
            yield policy.cluster, namespace_of_scope(mesh, policy) or "", policy_selector(policy), policy


def _gateways(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_configuring(mesh))


def _configuring(mesh: MeshView) -> Iterator[tuple[str, str, Selector, Resource]]:
    for gateway in mesh.of_kind(GATEWAY):
        selector = gateway_selector(gateway)
        if not selector.is_empty:
            own = mesh_config(mesh, gateway.cluster).flag("PILOT_SCOPE_GATEWAY_TO_NAMESPACE", default=False)
            yield gateway.cluster, gateway.namespace if own else "", selector, gateway
