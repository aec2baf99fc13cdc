"""Whether the control plane itself is what does not work, so that what follows from it is not told as well."""

from service_mesh.mesh.components import components_in
from service_mesh.mesh.view import MeshView
from service_mesh.rules.status.control_plane._replicas import is_down

__all__ = ["is_istiod_down"]


def is_istiod_down(mesh: MeshView, cluster: str) -> bool:
    """Tell whether a cluster has istiods and no pod of any of them is ready."""
    found = [one for one in components_in(mesh, cluster) if one.role == "istiod"]
    return bool(found) and all(is_down(mesh, one) for one in found)
