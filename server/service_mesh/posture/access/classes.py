"""Classes of workloads: those that no loaded object can tell apart, as clients and as servers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.kinds import (
    ADMIN_NETWORK_POLICY,
    BASELINE_ADMIN_NETWORK_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    NAMESPACE,
    NETWORK_POLICY,
    NODE,
    SERVICE,
)
from service_mesh.posture.access.facts import Facts, facts

__all__ = ["Class", "classes_of"]

_BY_LABELS = frozenset(
    {
        *WORKLOAD_KINDS,
        ADMIN_NETWORK_POLICY,
        BASELINE_ADMIN_NETWORK_POLICY,
        CILIUM_CLUSTERWIDE_NETWORK_POLICY,
        CILIUM_NETWORK_POLICY,
        NAMESPACE,
        NETWORK_POLICY,
        NODE,
        SERVICE,
    }
)
"""Kinds that mean namespaces other than their own by labels alone: with others loaded, every name may count."""

_KNOWN_BY_NAME = frozenset({"cert-manager", "default", "istio-system", "linkerd", "local-path-storage"})
_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Class:
    """Workloads that get the same answers to every question.

    Attributes:
        number: Its place among the classes, from 0.
        members: The workloads; never none.
    """

    number: int
    members: tuple[Workload, ...]

    @property
    def sample(self) -> Workload:
        """One of them, to ask about in place of all."""
        return self.members[0]


def classes_of(mesh: MeshView, workloads: Iterable[Workload]) -> tuple[Class, ...]:
    """Sort workloads into classes, in the order of their first members.

    Two are in one class only if nothing loaded can tell them apart: neither their place, nor what selects them, leads
    to them or names their account, nor what they say of themselves to a mesh.
    """
    found: dict[object, list[Workload]] = {}
    for workload in workloads:
        found.setdefault(mesh.once(_print, workload), []).append(workload)
    return tuple(Class(number, tuple(members)) for number, members in enumerate(found.values()))


def _print(mesh: MeshView, workload: Workload) -> object:
    told: Facts = facts(mesh, workload)
    place = _guest(mesh, workload) or told.place
    return place, told.own, told.serving, told.services, told.selectors, told.named


def _guest(mesh: MeshView, workload: Workload) -> tuple[object, ...]:
    """What tells a namespace from others whose name nothing depends on; empty where its name counts."""
    place = workload.cluster, workload.namespace
    namespace = namespace_named(mesh, workload.namespace, workload.cluster)
    if namespace is None or mesh.kinds() - _BY_LABELS or place in mesh.index(_inhabited):
        return ()
    if workload.namespace in _KNOWN_BY_NAME or workload.namespace.startswith("kube-"):
        return ()
    labels: Mapping[str, object] = {key: value for key, value in namespace.labels.items() if key != _NAME}
    told = (repr(sorted(held.items())) for held in (labels, namespace.annotations))
    return workload.cluster, mesh.is_complete(workload.namespace, workload.cluster), *told


def _inhabited(mesh: MeshView) -> frozenset[tuple[str, str]]:
    """The namespaces with objects in them besides workloads."""
    kinds = mesh.kinds() - {*WORKLOAD_KINDS, NAMESPACE, NODE}
    return frozenset((one.cluster, one.namespace) for kind in kinds for one in mesh.of_kind(kind))
