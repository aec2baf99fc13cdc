"""What names the input knows in a place, so that a misspelt reference can be told what it may have meant."""

from collections.abc import Iterable, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import SERVICE, Kind

__all__ = ["holds_any", "is_surely_absent", "label_values", "loaded_clusters", "object_names", "service_names"]


def service_names(mesh: MeshView, namespace: str, cluster: str = "") -> tuple[str, ...]:
    """Names of the Services of a namespace."""
    return object_names(mesh, SERVICE, namespace, cluster)


def object_names(mesh: MeshView, kind: Kind, namespace: str, cluster: str = "") -> tuple[str, ...]:
    """Names of the objects of a kind in a namespace."""
    return mesh.once(_objects, kind).get((cluster, namespace), ())


def is_surely_absent(mesh: MeshView, kind: Kind, namespace: str, cluster: str = "") -> bool:
    """Tell whether an object of a kind that is not here does not exist in a namespace.

    Files without any object of the kind are a part of something, whatever is said of them: it may be kept elsewhere.
    """
    return mesh.is_complete(namespace, cluster) and (mesh.is_listed(kind, cluster) or bool(mesh.of_kind(kind)))


def holds_any(mesh: MeshView, kinds: Iterable[Kind], cluster: str = "") -> bool:
    """Tell whether the input has any object of some kinds in a cluster: without one, it says nothing of what is absent.

    A lone route says of no host that it does not exist.
    """
    return any(cluster in mesh.once(_clusters_with, kind) for kind in kinds)


def label_values(mesh: MeshView, key: str, cluster: str = "") -> tuple[str, ...]:
    """Values that a label has on any workload of a cluster."""
    return mesh.index(_labels).get((cluster, key), ())


def loaded_clusters(mesh: MeshView) -> frozenset[str]:
    """Names of the clusters that Services were loaded of."""
    return mesh.index(_clusters)


def _clusters(mesh: MeshView) -> frozenset[str]:
    return frozenset(cluster for cluster, _ in mesh.once(_objects, SERVICE))


def _clusters_with(mesh: MeshView, kind: Kind) -> frozenset[str]:
    return frozenset(found.cluster for found in mesh.of_kind(kind))


def _objects(mesh: MeshView, kind: Kind) -> Mapping[tuple[str, str], tuple[str, ...]]:
    names: dict[tuple[str, str], list[str]] = {}
    for found in mesh.of_kind(kind):
        names.setdefault((found.cluster, found.namespace), []).append(found.name)
    return {place: tuple(found) for place, found in names.items()}


def _labels(mesh: MeshView) -> Mapping[tuple[str, str], tuple[str, ...]]:
    values: dict[tuple[str, str], dict[str, None]] = {}
    for workload in workloads(mesh):
        for key, value in workload.labels.items():
            if isinstance(value, str):
                values.setdefault((workload.cluster, key), {})[value] = None
    return {place: tuple(found) for place, found in values.items()}
