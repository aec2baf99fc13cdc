"""Which loaded workloads a Cilium selector selects: the other way round of asking what a workload is selected by."""

from collections.abc import Iterator

from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workloads, workloads_in
from service_mesh.model.selectors import Operator, Selector
from service_mesh.posture.cilium.identity import (
    CLUSTER_LABEL,
    IDENTITY_KINDS,
    NAMESPACE_LABEL,
    RESERVED,
    is_selected,
)
from service_mesh.posture.kubernetes.ends import of_workload

__all__ = ["ENDPOINT_KINDS", "Candidates", "candidates", "named_namespaces", "selector_keys"]

ENDPOINT_KINDS = tuple(dict.fromkeys((*WORKLOAD_KINDS, *IDENTITY_KINDS)))
"""The kinds that are read here."""

_GIVEN = (NAMESPACE_LABEL, "io.cilium.k8s.", RESERVED)


class Candidates:
    """The workloads that a selector means, each looked at only when it is asked for.

    Attributes:
        selector: The selector, without sources of labels.
        namespaces: Where it looks; None for every namespace.
        cluster: The cluster.
    """

    __slots__ = ("_mesh", "cluster", "namespaces", "selector")

    def __init__(self, mesh: MeshView, selector: Selector, namespaces: tuple[str, ...] | None, cluster: str) -> None:
        """Take down where to look."""
        self._mesh = mesh
        self.selector = selector
        self.namespaces = namespaces
        self.cluster = cluster

    def endpoints(self) -> Iterator[Workload]:
        """Those that are endpoints with labels and that it selects, or may select."""
        for workload in self._by_own_labels():
            end = of_workload(workload)
            if end.is_pod and is_selected(self._mesh, end, self.selector) is not False:
                yield workload

    def on_nodes(self) -> Iterator[Workload]:
        """Those with fitting labels that use the network of their node, and so are no endpoints of their own."""
        return (found for found in self._by_own_labels() if found.uses_host_network)

    def is_known(self) -> bool:
        """Whether all workloads of the places are loaded; a place without any loaded workload is taken as not."""
        mesh, cluster = self._mesh, self.cluster
        if self.namespaces is None:
            return mesh.is_whole and any(found.cluster == cluster for found in workloads(mesh))
        return all(mesh.is_complete(name, cluster) and workloads_in(mesh, name, cluster) for name in self.namespaces)

    def _by_own_labels(self) -> Iterator[Workload]:
        selector = self.selector
        equal = {key: value for key, value in selector.equal.items() if not key.startswith(_GIVEN)}
        requirements = tuple(one for one in selector.requirements if not one.key.startswith(_GIVEN))
        own = Selector(equal, requirements, selector.nothing)
        for place in (None,) if self.namespaces is None else self.namespaces:
            yield from selected(self._mesh, own, place, self.cluster)


def candidates(mesh: MeshView, selector: Selector, home: str, cluster: str) -> Candidates:
    """The workloads that a selector means.

    Args:
        mesh: The objects.
        selector: The selector, as `endpoint_selector` or `peer_selector` reads it.
        home: The only namespace it can be about; empty where it says so itself or means all.
        cluster: The cluster.
    """
    mesh.mark_read(*ENDPOINT_KINDS)
    return Candidates(mesh, selector, (home,) if home else named_namespaces(selector), cluster)


def named_namespaces(selector: Selector) -> tuple[str, ...] | None:
    """The namespaces that a selector names, sorted; None where it names none."""
    if NAMESPACE_LABEL in selector.equal:
        return (selector.equal[NAMESPACE_LABEL],)
    for one in selector.requirements:
        if one.key == NAMESPACE_LABEL and one.operator is Operator.IN:
            return tuple(sorted(one.values))
    return None


def selector_keys(selector: Selector) -> tuple[str, ...]:
    """The labels that a selector asks for, apart from the cluster, which is added to most."""
    keys = (*selector.equal, *(one.key for one in selector.requirements))
    return tuple(key for key in keys if key != CLUSTER_LABEL)
