"""Services as destinations of Cilium policies: the pods behind them, or addresses where they select none."""

from service_mesh.mesh.selection import service_selector, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.logic import any_of

__all__ = ["SERVICE_KINDS", "is_behind"]

SERVICE_KINDS = (SERVICE, *WORKLOAD_KINDS)
"""The kinds that are read here."""


def is_behind(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    """Tell whether an end is behind a Service that an item of `toServices` names or selects.

    Services with a selector stand for their pods, others for the addresses of their endpoints, which are not looked at.
    (`cilium/cilium: pkg/policy/k8s/service.go`)
    """
    cluster = rule.resource.cluster
    named, chosen = node.get("k8sService"), node.get("k8sServiceSelector")
    field = named or chosen
    if field is None:
        return False
    place = field.get("namespace")
    namespace = place.text if place is not None and place.text else rule.resource.namespace
    if named is None:
        found = _selected(mesh, field, place.text if place is not None else "", cluster)
        return any_of([*(_is_of(mesh, one, other) for one in found), *(() if mesh.is_whole else (None,))])
    name = named.get("serviceName")
    service = mesh.find(SERVICE, namespace, name.text if name is not None else "", cluster)
    if service is None:
        return False if mesh.is_complete(namespace, cluster) else None
    return _is_of(mesh, service, other)


def _selected(mesh: MeshView, field: Node, namespace: str, cluster: str) -> tuple[Resource, ...]:
    selector = label_selector(field.get("selector"))
    services = (service for service in mesh.of_kind(SERVICE) if service.cluster == cluster)
    return tuple(s for s in services if (not namespace or s.namespace == namespace) and selector.matches(s.labels))


def _is_of(mesh: MeshView, service: Resource, other: End) -> bool | None:
    selector = service_selector(service)
    if selector.nothing:
        return False if other.is_pod else None
    if not other.is_pod:
        return False
    if other.workload is not None:
        return other.workload in workloads_of(mesh, service)
    return other.namespace == service.namespace and selector.matches(other.labels)
