"""What the input knows of a namespace."""

from collections.abc import Mapping
from types import MappingProxyType

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.resource import Resource

__all__ = ["is_namespace_read", "namespace_labels", "namespace_named", "namespace_names"]

_NO_LABELS: Mapping[str, object] = MappingProxyType({})


def namespace_named(mesh: MeshView, name: str, cluster: str = "") -> Resource | None:
    """The Namespace object, if it is loaded."""
    return mesh.find(NAMESPACE, "", name, cluster)


def namespace_labels(mesh: MeshView, name: str, cluster: str = "") -> Mapping[str, object]:
    """Labels of a namespace; none where its object is not loaded, which only `namespace_named` tells apart."""
    found = namespace_named(mesh, name, cluster)
    return _NO_LABELS if found is None else found.labels


def namespace_names(mesh: MeshView, cluster: str = "") -> frozenset[str]:
    """Names of the namespaces that the input holds or has objects of."""
    return mesh.index(_names).get(cluster, frozenset())


def is_namespace_read(mesh: MeshView, name: str, cluster: str = "") -> bool:
    """Tell whether the objects of a namespace were read, or it does not exist.

    Snapshots are often taken of some namespaces only. Every namespace holds objects, its default ServiceAccount for
    one, so one without any was left out (`kubernetes/kubernetes: pkg/controller/serviceaccount`).
    """
    if (cluster, name) in mesh.index(_inhabited):
        return True
    return mesh.is_listed(NAMESPACE, cluster) and namespace_named(mesh, name, cluster) is None


def _inhabited(mesh: MeshView) -> frozenset[tuple[str, str]]:
    return frozenset(mesh.inhabited_namespaces())


def _names(mesh: MeshView) -> Mapping[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for cluster, name in mesh.present_namespaces():
        names.setdefault(cluster, set()).add(name)
    return {cluster: frozenset(found) for cluster, found in names.items()}
