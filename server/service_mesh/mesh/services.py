"""What a host means: the Services and ServiceEntries that declare it."""

from collections.abc import Iterator

from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.hosts import service_host, service_name
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource

__all__ = ["declaring", "half_qualified", "home_namespaces"]


def declaring(mesh: MeshView, host: str, namespace: str, cluster: str = "") -> tuple[Resource, ...]:
    """Services and ServiceEntries that declare a full host, as clients of a namespace see them.

    A ServiceEntry for a wildcard declares every host below it.

    Args:
        mesh: The objects.
        host: A full host; a wildcard is declared by entries for it or for a wider one.
        namespace: Namespace of the client.
        cluster: Cluster of the client.
    """
    return mesh.once(_declaring, (host, namespace, cluster))


def _declaring(mesh: MeshView, client: tuple[str, str, str]) -> tuple[Resource, ...]:
    host, namespace, cluster = client
    found, are_public = mesh.once(_covering, (host, cluster))
    return found if are_public else tuple(r for r in found if visibility(mesh, r).reaches(namespace))


def _covering(mesh: MeshView, asked: tuple[str, str]) -> tuple[tuple[Resource, ...], bool]:
    """What declares a host, and whether everybody sees all of it."""
    host, cluster = asked
    found = tuple(mesh.index(_hosts).covering(cluster, host))
    return found, all(visibility(mesh, r).is_public for r in found)


def home_namespaces(mesh: MeshView, host: str, namespace: str, cluster: str = "") -> frozenset[str]:
    """Namespaces that a host's service lives in: the one in its name, and those of ServiceEntries that declare it."""
    named = service_name(host)
    declared = frozenset(r.namespace for r in declaring(mesh, host, namespace, cluster))
    return declared | {named.namespace} if named else declared


def half_qualified(mesh: MeshView, host: str, cluster: str = "") -> Resource | None:
    """The Service that a host of the form `name.namespace` seems to mean; Istio does not take it for that."""
    name, dot, namespace = host.partition(".")
    if not dot or not name or not namespace or "." in namespace:
        return None
    return mesh.find(SERVICE, namespace, name, cluster)


def _hosts(mesh: MeshView) -> HostIndex[Resource]:
    return HostIndex(_entries(mesh))


def _entries(mesh: MeshView) -> Iterator[tuple[str, str, Resource]]:
    for service in mesh.of_kind(SERVICE):
        yield service.cluster, service_host(service.name, service.namespace), service
    for entry in mesh.of_kind(SERVICE_ENTRY):
        for host in entry.each("spec.hosts[]"):
            yield entry.cluster, host.text, entry
