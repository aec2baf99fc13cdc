"""ServiceProfiles: which Service each is for, whose clients use it, and whether it decides where requests go."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import DEFAULT_DOMAIN, ServiceName
from service_mesh.model.kinds import LINKERD_LINK, SERVICE, SERVICE_PROFILE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS, installation

__all__ = [
    "PROFILE_KINDS",
    "cluster_domain",
    "full_name",
    "is_short_name",
    "is_unknown_service",
    "profiles_of",
    "split_name",
    "takes_over",
]

PROFILE_KINDS = (SERVICE_PROFILE, SERVICE, LINKERD_LINK, *INSTALLATION_KINDS)
"""The kinds that are read here."""

_FEDERATED = "-federated"


def cluster_domain(mesh: MeshView, cluster: str) -> str:
    """Domain of a cluster's Services as Linkerd was installed; empty where its configuration is not loaded."""
    found = installation(mesh, cluster)
    return (found.text("clusterDomain") or DEFAULT_DOMAIN) if found is not None else ""


def split_name(name: str) -> tuple[ServiceName, str] | None:
    """The Service and the domain that a full name such as `cart.shop.svc.cluster.local` is made of; None for others.

    (`linkerd/linkerd2: controller/api/destination/server.go`, profileID)
    """
    parts = name.split(".", 3)
    if len(parts) < 4 or parts[2] != "svc" or not all(parts):
        return None
    return ServiceName(parts[1], parts[0]), parts[3]


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


def takes_over(profile: Resource) -> Node | None:
    """The part of a profile that makes proxies use it instead of routes and annotations; None where it has none.

    (`linkerd/linkerd2-proxy: linkerd/app/outbound/src/http/logical/profile.rs`, should_override_policy)
    """
    parts = (profile.get("spec.routes"), profile.get("spec.dstOverrides"))
    return next((part for part in parts if part is not None and part.items), None)


def profiles_of(mesh: MeshView, service: ServiceName, cluster: str) -> tuple[Resource, ...]:
    """The profiles of a Service, in whichever namespace; the domain in their names is not looked at."""
    mesh.mark_read(SERVICE_PROFILE)
    return mesh.index(_by_service).get((cluster, *service), ())


def _by_service(mesh: MeshView) -> Mapping[tuple[str, str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str, str], list[Resource]] = {}
    for profile in mesh.of_kind(SERVICE_PROFILE):
        named = split_name(profile.name)
        if named is not None:
            found.setdefault((profile.cluster, *named[0]), []).append(profile)
    return {key: tuple(profiles) for key, profiles in found.items()}


def _mirror_endings(mesh: MeshView) -> frozenset[str]:
    return frozenset(_endings(mesh))


def _endings(mesh: MeshView) -> Iterator[str]:
    for link in mesh.of_kind(LINKERD_LINK):
        target = link.get("spec.targetClusterName")
        if target is not None and target.text:
            yield f"-{target.text}"
