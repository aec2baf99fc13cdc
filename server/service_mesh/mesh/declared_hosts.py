"""Which hosts the registry knows at all, whoever sees them, and what it knows below a wildcard."""

from collections.abc import Iterator

from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import ends_of, service_host
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource

__all__ = ["declared_anywhere", "is_declared_below"]


def declared_anywhere(mesh: MeshView, host: str, cluster: str = "") -> tuple[Resource, ...]:
    """Services and ServiceEntries that declare a full host, whatever they are exported to, the most specific first.

    A ServiceEntry for a wildcard declares every host below it.
    """
    return mesh.once(_covering, (host, cluster))


def _covering(mesh: MeshView, asked: tuple[str, str]) -> tuple[Resource, ...]:
    host, cluster = asked
    return tuple(mesh.index(_by_host).covering(cluster, host))


def is_declared_below(mesh: MeshView, wildcard: str, cluster: str = "", namespace: str | None = None) -> bool:
    """Tell whether a Service or ServiceEntry declares a host that a wildcard stands for, or a part of it.

    Wildcards that do not end at a dot (`*ample.com`) are not looked up and count as declared.

    Args:
        mesh: The objects.
        wildcard: A host that starts with `*`.
        cluster: Cluster to look in.
        namespace: Only what is declared in this namespace counts; None for every one.
    """
    suffix = wildcard[1:]
    if suffix and not suffix.startswith("."):
        return True
    return (cluster, namespace, suffix) in mesh.index(_suffixes)


def _by_host(mesh: MeshView) -> HostIndex[Resource]:
    return HostIndex((declaring.cluster, host, declaring) for host, declaring in _declared(mesh))


def _suffixes(mesh: MeshView) -> frozenset[tuple[str, str | None, str]]:
    return frozenset(
        (declaring.cluster, place, suffix)
        for host, declaring in _declared(mesh)
        for suffix in ("", *ends_of(host))  # the wildcard for everything asks for the empty end
        for place in (declaring.namespace, None)
    )


def _declared(mesh: MeshView) -> Iterator[tuple[str, Resource]]:
    for service in mesh.of_kind(SERVICE):
        yield service_host(service.name, service.namespace), service
    for entry in mesh.of_kind(SERVICE_ENTRY):
        for host in entry.each("spec.hosts[]"):
            yield host.text, entry
