"""Which Sidecar counts for a client: one that selects it, else its namespace's own, else that of the root namespace."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.selection import SelectorIndex, policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.kinds import SIDECAR
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector

__all__ = ["scopes_of"]


def scopes_of(mesh: MeshView, namespace: str, cluster: str, client: Workload | None = None) -> tuple[Resource, ...]:
    """The Sidecar that counts for a client or for a namespace's clients; several where their age does not tell."""
    return mesh.once(_scopes, (namespace, cluster, client))


def _scopes(mesh: MeshView, asked: tuple[str, str, Workload | None]) -> tuple[Resource, ...]:
    mesh.mark_read(SIDECAR)
    if not mesh.of_kind(SIDECAR):
        return ()
    namespace, cluster, client = asked
    wide = mesh.index(_for_namespaces)
    root = root_namespace(mesh, cluster)
    steps = (
        mesh.index(_for_chosen).matching(cluster, namespace, client.labels) if client is not None else (),
        wide.get((cluster, namespace), ()),
        wide.get((cluster, root), ()),
    )
    rivals = next((step for step in steps if step), ())
    ordered = oldest_first(rivals)
    return rivals if ordered is None else ordered[:1]


def _is_chosen(sidecar: Resource) -> bool:
    return sidecar.get("spec.workloadSelector") is not None


def _for_chosen(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_selecting(mesh))


def _selecting(mesh: MeshView) -> Iterator[tuple[str, str, Selector, Resource]]:
    for sidecar in mesh.of_kind(SIDECAR):
        if _is_chosen(sidecar):
            yield sidecar.cluster, sidecar.namespace, policy_selector(sidecar), sidecar


def _for_namespaces(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for sidecar in mesh.of_kind(SIDECAR):
        if not _is_chosen(sidecar):
            found.setdefault((sidecar.cluster, sidecar.namespace), []).append(sidecar)
    return {key: tuple(sidecars) for key, sidecars in found.items()}
