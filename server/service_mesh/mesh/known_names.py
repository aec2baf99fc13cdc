"""What names the input knows in a place, so that a misspelt reference can be told what it may have meant."""

from collections.abc import Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import SERVICE, Kind

__all__ = ["label_values", "loaded_clusters", "object_names", "service_names"]


def service_names(mesh: MeshView, namespace: str, cluster: str = "") -> tuple[str, ...]:
    """Names of the Services of a namespace."""
    return mesh.index(_services).get((cluster, namespace), ())


def object_names(mesh: MeshView, kind: Kind, namespace: str, cluster: str = "") -> tuple[str, ...]:
    """Names of the objects of a kind in a namespace; looks through all of the kind, so only for a finding's fix."""
    return tuple(r.name for r in mesh.of_kind(kind) if r.namespace == namespace and r.cluster == cluster)


def label_values(mesh: MeshView, key: str, cluster: str = "") -> tuple[str, ...]:
    """Values that a label has on any workload of a cluster."""
    return mesh.index(_labels).get((cluster, key), ())


def loaded_clusters(mesh: MeshView) -> frozenset[str]:
    """Names of the clusters that Services were loaded of."""
    return frozenset(cluster for cluster, _ in mesh.index(_services))


def _services(mesh: MeshView) -> Mapping[tuple[str, str], tuple[str, ...]]:
    names: dict[tuple[str, str], list[str]] = {}
    for service in mesh.of_kind(SERVICE):
        names.setdefault((service.cluster, service.namespace), []).append(service.name)
    return {place: tuple(found) for place, found in names.items()}


def _labels(mesh: MeshView) -> Mapping[tuple[str, str], tuple[str, ...]]:
    values: dict[tuple[str, str], dict[str, None]] = {}
    for workload in workloads(mesh):
        for key, value in workload.labels.items():
            if isinstance(value, str):
                values.setdefault((workload.cluster, key), {})[value] = None
    return {place: tuple(found) for place, found in values.items()}
