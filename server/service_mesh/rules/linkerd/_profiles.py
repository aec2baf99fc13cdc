"""The names of ServiceProfiles: which are in full, and of which Services that nothing in the input knows."""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import DEFAULT_DOMAIN, ServiceName
from service_mesh.model.kinds import LINKERD_LINK, SERVICE, SERVICE_PROFILE
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS, installation

__all__ = [
    "PROFILE_KINDS",
    "cluster_domain",
    "full_name",
    "is_short_name",
    "is_unknown_service",
]

PROFILE_KINDS = (SERVICE_PROFILE, SERVICE, LINKERD_LINK, *INSTALLATION_KINDS)
"""The kinds that are read here."""

_FEDERATED = "-federated"


def cluster_domain(mesh: MeshView, cluster: str) -> str:
    """Domain of a cluster's Services as Linkerd was installed; empty where its configuration is not loaded."""
    found = installation(mesh, cluster)
    return (found.text("clusterDomain") or DEFAULT_DOMAIN) if found is not None else ""


def is_short_name(mesh: MeshView, name: str, place: Resource) -> bool:
    """Tell whether a name is that of a Service but not in full: nobody looks for it in this form.

    Other names with dots may be hosts outside the cluster, for which profiles once were.

    Args:
        mesh: The objects.
        name: What was written.
        place: Where it stands.
    """
    parts = name.split(".")
    if len(parts) == 2:
        return parts[1] == place.namespace or mesh.find(SERVICE, parts[1], parts[0], place.cluster) is not None
    return len(parts) == 1 or (len(parts) == 3 and parts[2] == "svc")


def full_name(mesh: MeshView, name: str, place: Resource) -> str:
    """The full name that a short one seems to mean."""
    parts = name.split(".")
    domain = cluster_domain(mesh, place.cluster) or DEFAULT_DOMAIN
    return f"{parts[0]}.{parts[1] if len(parts) > 1 else place.namespace}.svc.{domain}"


def is_unknown_service(mesh: MeshView, service: ServiceName, cluster: str) -> bool:
    """Tell whether a Service is not in the input, and none that a Link makes from one of another cluster."""
    if mesh.find(SERVICE, service.namespace, service.name, cluster) is not None:
        return False
    is_federated = service.name.endswith(_FEDERATED)
    return not is_federated and not service.name.endswith(tuple(mesh.index(_mirror_endings)))


def _mirror_endings(mesh: MeshView) -> frozenset[str]:
    return frozenset(_endings(mesh))


def _endings(mesh: MeshView) -> Iterator[str]:
    for link in mesh.of_kind(LINKERD_LINK):
        target = link.get("spec.targetClusterName")
        if target is not None and target.text:
            yield f"-{target.text}"
