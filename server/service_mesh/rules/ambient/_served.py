"""The services in ambient mode that a host or a reference means, and the waypoint in front of each."""

from typing import NamedTuple

from service_mesh.mesh.services import declaring
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import is_wildcard, resolve_host
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.waypoints import WaypointUse, service_waypoint
from service_mesh.rules.ambient._reach import has_ambient, in_ambient

__all__ = ["Served", "served"]


class Served(NamedTuple):
    """A Service of a namespace in ambient mode.

    Attributes:
        service: The Service.
        label: The label that puts its namespace into ambient mode.
        use: The waypoint that is chosen for it, if any.
    """

    service: Resource
    label: Node
    use: WaypointUse | None


def served(mesh: MeshView, host: Node) -> Served | None:
    """The Service in ambient mode that a host means, as objects of the host's namespace read it."""
    resource = host.resource
    if not host.text or is_wildcard(host.text) or not has_ambient(mesh, resource.cluster):
        return None
    full = resolve_host(host.text, resource.namespace)
    for found in declaring(mesh, full, resource.namespace, resource.cluster):
        label = in_ambient(mesh, found.namespace, found.cluster) if found.kind == SERVICE else None
        if label is not None:
            return Served(found, label, service_waypoint(mesh, found))
    return None
