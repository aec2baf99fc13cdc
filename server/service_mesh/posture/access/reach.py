"""Which calls a change can bear upon, so that a preview asks about those and no others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service_mesh.mesh.components import component_of
from service_mesh.mesh.implementations import meshes
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.network_policies import pod_selector
from service_mesh.mesh.selection import policy_selector, selected, service_selector, services_of, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of, workloads, workloads_in
from service_mesh.model.hosts import resolve_host, service_name
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    CILIUM_NETWORK_POLICY,
    CONFIG_MAP,
    DESTINATION_RULE,
    GATEWAY_API_GATEWAY,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_SERVER,
    NAMESPACE,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
    SERVER_AUTHORIZATION,
    SERVICE,
    SERVICE_ENTRY,
    SIDECAR,
    WORKLOADS,
    Kind,
)
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.access.connections import CONNECTION_KINDS
from service_mesh.posture.access.meshes import POLICY_KINDS
from service_mesh.posture.access.networks import enforces_cilium
from service_mesh.posture.access.unseen import are_unseen
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.waypoints import WAYPOINT_KINDS
from service_mesh.posture.kubernetes.ends import END_KINDS

__all__ = ["READ_KINDS", "Change", "Reach", "differ_throughout", "reach_of"]

READ_KINDS = frozenset((*CONNECTION_KINDS, *POLICY_KINDS, *WAYPOINT_KINDS, *END_KINDS))
"""The kinds that any layer of access reads; an object of another kind changes no answer."""

_PROJECTS = ("istio", "linkerd", "cilium", "gateway_api", "kubernetes")
_OF_MESHES = ("istio", "linkerd", "cilium")
_USE_NAMESPACE = "istio.io/use-waypoint-namespace"

_LABELLED = (NAMESPACE, SERVICE, SERVICE_ENTRY)
"""Kinds besides workloads whose labels name waypoints."""

_AT_SERVERS = frozenset(
    {
        AUTHORIZATION_POLICY,
        LINKERD_AUTHORIZATION_POLICY,
        LINKERD_SERVER,
        PEER_AUTHENTICATION,
        REQUEST_AUTHENTICATION,
        SERVER_AUTHORIZATION,
    }
)
"""Kinds that speak of what reaches the workloads of their namespace, and of nothing else."""

_BY_SELECTOR = frozenset({AUTHORIZATION_POLICY, PEER_AUTHENTICATION, REQUEST_AUTHENTICATION})
"""Those of them that name workloads by a selector."""

_AT_BOTH = frozenset({CILIUM_NETWORK_POLICY, NAMESPACE, SIDECAR})
"""Kinds that speak of what reaches and what leaves the workloads of their namespace."""


@dataclass(frozen=True, slots=True)
class Change:
    """An object before and after a change; None where there is none."""

    before: Resource | None
    after: Resource | None


@dataclass(frozen=True, slots=True)
class Reach:
    """The calls that a change can bear upon: those to some workloads, and those from some.

    Attributes:
        is_everywhere: Whether it can bear upon every call; the rest is empty then.
        servers: Calls to these.
        clients: Calls from these.
    """

    is_everywhere: bool = False
    servers: frozenset[ResourceKey] = frozenset()
    clients: frozenset[ResourceKey] = frozenset()


_EVERYWHERE = Reach(is_everywhere=True)
_NOWHERE = Reach()


def reach_of(before: MeshView, after: MeshView, changes: Iterable[Change]) -> Reach:
    """Tell which calls a change can bear upon: rather too many than one too few.

    Args:
        before: The objects before it.
        after: The objects after it.
        changes: The objects that differ.
    """
    if differ_throughout(before, after):
        return _EVERYWHERE
    listed = tuple(changes)
    found = [_reach(before, one.before) for one in listed] + [_reach(after, one.after) for one in listed]
    if not any(one.is_everywhere for one in found) and are_unseen(
        before, after, ((one.before, one.after) for one in listed)
    ):
        return _NOWHERE
    # A Pod is a workload of its own once nothing that makes it is there.
    old, new = ({one.key: one for one in workloads(mesh)} for mesh in (before, after))
    found.append(_of_workloads(before, (one for key, one in old.items() if key not in new)))
    found.append(_of_workloads(after, (one for key, one in new.items() if key not in old)))
    if any(one.is_everywhere for one in found):
        return _EVERYWHERE
    return Reach(
        False,
        frozenset(key for one in found for key in one.servers),
        frozenset(key for one in found for key in one.clients),
    )


def differ_throughout(before: MeshView, after: MeshView) -> bool:
    """Tell whether something differs that every answer may rest on: a release, a mesh, what is known to be complete."""
    places = before.present_namespaces() | after.present_namespaces()
    clusters = {cluster for cluster, _ in places}
    return (
        any(before.release(project) != after.release(project) for project in _PROJECTS)
        or any(before.is_complete(name, cluster) != after.is_complete(name, cluster) for cluster, name in places)
        or any(meshes(before, cluster) != meshes(after, cluster) for cluster in clusters)
        # The first policy of Cilium, or the last one, may be all that tells which plugin enforces the others.
        or any(enforces_cilium(before, cluster) != enforces_cilium(after, cluster) for cluster in clusters)
    )


def _reach(mesh: MeshView, resource: Resource | None) -> Reach:
    """What one object can bear upon."""
    if resource is None or resource.kind not in READ_KINDS:
        return _NOWHERE
    kind = resource.kind
    if kind in WORKLOADS:
        workload = workload_of(mesh, resource)
        return _of_workloads(mesh, (workload,)) if workload is not None else _EVERYWHERE
    if kind == SERVICE:
        return _of_service(mesh, resource)
    if kind == DESTINATION_RULE:
        return _of_host(mesh, resource)
    if kind == NETWORK_POLICY:
        return _of_network_policy(mesh, resource)
    if kind == CONFIG_MAP:
        return _EVERYWHERE if any(word in resource.name for word in _OF_MESHES) else _NOWHERE
    return _of_namespace(mesh, resource, kind) if kind in _AT_SERVERS | _AT_BOTH else _EVERYWHERE


def _of_network_policy(mesh: MeshView, policy: Resource) -> Reach:
    """The pods that it selects, in the directions that it is about; everything where others' calls pass one of them.

    (https://kubernetes.io/docs/concepts/services-networking/network-policies/, "The two sorts of pod isolation")
    """
    place = policy.cluster, policy.namespace
    if place in mesh.index(_with_gateways):
        return _of_namespace(mesh, policy, NAMESPACE)  # it may select the pods of a waypoint, which need not be loaded
    found = selected(mesh, pod_selector(policy), policy.namespace, policy.cluster)
    if place in mesh.index(_lending) or any(_serves_others(mesh, one) for one in found):
        return _EVERYWHERE
    keys = frozenset(one.key for one in found)
    types = {node.text for node in policy.each("spec.policyTypes[]")}
    sends = "Egress" in types or (not types and policy.get("spec.egress") is not None)
    takes = "Ingress" in types or not types
    return Reach(servers=keys if takes else frozenset(), clients=keys if sends else frozenset())


def _of_namespace(mesh: MeshView, resource: Resource, kind: Kind) -> Reach:
    """What lives in a namespace; everything for the root namespace, and where calls to others pass it."""
    name = resource.name if resource.kind == NAMESPACE else resource.namespace
    if name == root_namespace(mesh, resource.cluster) or (resource.cluster, name) in mesh.index(_lending):
        return _EVERYWHERE
    found = workloads_in(mesh, name, resource.cluster)
    if kind in _BY_SELECTOR and not resource.get("spec.targetRef") and not resource.get("spec.targetRefs"):
        found = selected(mesh, policy_selector(resource), name, resource.cluster)
    if kind == NAMESPACE and any(_serves_others(mesh, one) for one in found):
        return _EVERYWHERE
    keys = frozenset(one.key for one in found)
    return Reach(servers=keys, clients=keys if kind in _AT_BOTH else frozenset())


def _of_workloads(mesh: MeshView, found: Iterable[Workload]) -> Reach:
    listed = tuple(found)
    if any(_serves_others(mesh, one) for one in listed):
        return _EVERYWHERE
    # A Service is dialled in one way, whichever of its workloads answers.
    beside = (
        one for workload in listed for service in services_of(mesh, workload) for one in workloads_of(mesh, service)
    )
    keys = frozenset(one.key for one in listed)
    return Reach(servers=keys | {one.key for one in beside}, clients=keys)


def _of_service(mesh: MeshView, service: Resource) -> Reach:
    """What a Service leads to; everything where that is not told by a selector."""
    if service_selector(service).nothing:
        return _EVERYWHERE
    return Reach(servers=frozenset(one.key for one in workloads_of(mesh, service)))


def _of_host(mesh: MeshView, rule: Resource) -> Reach:
    """What stands behind the host of a DestinationRule; everything for hosts that are no Service's."""
    named = service_name(resolve_host(rule.root.text_at("spec.host"), rule.namespace))
    service = mesh.find(SERVICE, named.namespace, named.name, rule.cluster) if named is not None else None
    return _of_service(mesh, service) if service is not None else _EVERYWHERE


def _serves_others(mesh: MeshView, workload: Workload) -> bool:
    """Whether calls of others depend on a workload: a part of a mesh, or a gateway."""
    return component_of(mesh, workload.resource) is not None or is_gateway_workload(mesh, workload)


def _with_gateways(mesh: MeshView) -> frozenset[tuple[str, str]]:
    """The namespaces that Gateways live in."""
    return frozenset((one.cluster, one.namespace) for one in mesh.of_kind(GATEWAY_API_GATEWAY))


def _lending(mesh: MeshView) -> frozenset[tuple[str, str]]:
    """The namespaces whose waypoints others use."""
    return frozenset(_lent(mesh))


def _lent(mesh: MeshView) -> Iterator[tuple[str, str]]:
    labelled = [(one.cluster, one.labels) for kind in _LABELLED for one in mesh.of_kind(kind)]
    labelled += [(one.cluster, one.labels) for one in workloads(mesh)]
    for cluster, labels in labelled:
        name = labels.get(_USE_NAMESPACE)
        if isinstance(name, str):
            yield cluster, name
