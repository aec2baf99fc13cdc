"""What runs for a gateway, whichever API made it: its Services and its workloads, and whether they serve."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import component_of
from service_mesh.mesh.pod_states import age_of, is_settled
from service_mesh.mesh.replica_counts import replica_counts
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.kinds import (
    DAEMON_SET,
    DEPLOYMENT,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    SERVICE,
    STATEFUL_SET,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.istio.attachment import GATEWAY_NAME, is_gateway_workload
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment

__all__ = [
    "GATEWAY_KINDS",
    "is_east_west",
    "is_gateway_service",
    "is_running_gateway",
    "lacks_address",
    "lacks_pods",
    "services_for",
    "workloads_for",
]

GATEWAY_KINDS = (GATEWAY, GATEWAY_API_GATEWAY, SERVICE, *ENROLMENT_KINDS)
"""The kinds that are read here."""

_MAKERS = frozenset({DEPLOYMENT, DAEMON_SET, STATEFUL_SET})
_TEMPLATES = "inject.istio.io/templates"
_NETWORK = "topology.istio.io/network"
_WHILE = 300


def services_for(mesh: MeshView, gateway: Resource) -> tuple[Resource, ...]:
    """The Services that a controller made for a Gateway of the Gateway API."""
    return mesh.index(_services).get(gateway.key, ())


def workloads_for(mesh: MeshView, gateway: Resource) -> tuple[Workload, ...]:
    """The workloads that a controller made for a Gateway of the Gateway API."""
    return mesh.index(_workloads).get(gateway.key, ())


def is_gateway_service(mesh: MeshView, service: Resource) -> bool:
    """Tell whether a Service leads to a gateway: by its owner or label, else by the pods that it selects."""
    mesh.mark_read(*GATEWAY_KINDS)
    if _gateway_named(service) or _owner(service):
        return True
    return any(is_running_gateway(mesh, workload) for workload in workloads_of(mesh, service))


def is_running_gateway(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether a workload of the cluster is a gateway or a waypoint."""
    mesh.mark_read(*GATEWAY_KINDS)
    if workload.resource.kind not in _MAKERS or component_of(mesh, workload.resource) is not None:
        return False
    if GATEWAY_NAME in workload.labels or workload.annotations.get(_TEMPLATES) == "gateway":
        return True
    is_proxied = enrolment(mesh, workload).mode is Enrolled.SIDECAR
    return is_proxied and is_gateway_workload(mesh, workload)


def is_east_west(service: Resource) -> bool:
    """Tell whether a Service is an east-west gateway's: it names the network that it leads into.

    (https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/)
    """
    return _NETWORK in service.labels


def lacks_address(mesh: MeshView, service: Resource) -> Node | None:
    """Where a Service for a load balancer should have its address and has none for some minutes; None if all is well.

    (https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer)
    """
    kind, age = service.get("spec.type"), age_of(mesh, service)
    if kind is None or kind.text != "LoadBalancer" or age is None or age < _WHILE:
        return None
    held = [*service.each("status.loadBalancer.ingress[]"), *service.each("spec.externalIPs[]")]
    status = service.get("status")
    return None if held or status is None else service.get("status.loadBalancer") or status


def lacks_pods(mesh: MeshView, workload: Workload) -> Node | None:
    """Where a gateway's workload says that no pod of it is ready; None where one is, or none is wanted."""
    counts = replica_counts(workload.resource)
    if counts is None or counts.wanted == 0 or counts.ready or not is_settled(mesh, workload.resource, _WHILE):
        return None
    return counts.node


def _services(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    mesh.mark_read(GATEWAY_API_GATEWAY)
    found: dict[ResourceKey, list[Resource]] = {}
    for service in mesh.of_kind(SERVICE):
        name = _gateway_named(service) or _owner(service)
        if name:
            key = ResourceKey(service.cluster, GATEWAY_API_GATEWAY, service.namespace, name)
            found.setdefault(key, []).append(service)
    return {key: tuple(services) for key, services in found.items()}


def _workloads(mesh: MeshView) -> Mapping[ResourceKey, tuple[Workload, ...]]:
    found: dict[ResourceKey, list[Workload]] = {}
    for workload in workloads(mesh):
        name = workload.labels.get(GATEWAY_NAME)
        if isinstance(name, str) and workload.resource.kind in _MAKERS:
            key = ResourceKey(workload.cluster, GATEWAY_API_GATEWAY, workload.namespace, name)
            found.setdefault(key, []).append(workload)
    return {key: tuple(held) for key, held in found.items()}


def _gateway_named(service: Resource) -> str:
    name = service.labels.get(GATEWAY_NAME)
    return name if isinstance(name, str) else ""


def _owner(service: Resource) -> str:
    """Name of the Gateway of the Gateway API that owns a Service."""
    for reference in _owners(service):
        group = reference.text_at("apiVersion").rpartition("/")[0]
        if (group, reference.text_at("kind")) == GATEWAY_API_GATEWAY:
            return reference.text_at("name")
    return ""


def _owners(service: Resource) -> Iterator[Node]:
    yield from service.each("metadata.ownerReferences[]")
