"""What is behind a Service that webhooks of the mesh call: something that runs, or nothing."""

from service_mesh.mesh.components import component_of, components_in
from service_mesh.mesh.selection import service_selector, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DEPLOYMENT, POD
from service_mesh.model.resource import Resource
from service_mesh.rules.status.control_plane._replicas import replicas

__all__ = ["is_deserted", "is_part_missing"]


def is_deserted(mesh: MeshView, service: Resource) -> bool:
    """Whether a Service selects and no pod is meant to be behind it; never where not all workloads were read."""
    cluster = service.cluster
    if service_selector(service).nothing or not (mesh.is_listed(DEPLOYMENT, cluster) and mesh.is_listed(POD, cluster)):
        return False
    return all(_is_scaled_away(mesh, workload.resource) for workload in workloads_of(mesh, service))


def is_part_missing(mesh: MeshView, service: Resource) -> bool:
    """Whether nothing at all is behind a Service of Linkerd, and other parts of its control plane are beside it."""
    if workloads_of(mesh, service):
        return False
    beside = (one for one in components_in(mesh, service.cluster) if one.mesh == "linkerd" and not one.extension)
    return any(component.workload.namespace == service.namespace for component in beside)


def _is_scaled_away(mesh: MeshView, resource: Resource) -> bool:
    component = component_of(mesh, resource)
    found = replicas(component) if component is not None else None
    return found is not None and found.wanted == 0 and found.ready == 0
