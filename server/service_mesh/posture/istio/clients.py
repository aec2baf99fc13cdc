"""Which namespaces have sidecars that send something: the clients that rules for clients reach."""

from collections.abc import Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads, workloads_in
from service_mesh.model.kinds import GATEWAY_API_GATEWAY
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment

__all__ = ["CLIENT_NAMESPACE_KINDS", "lacks_sidecars", "sidecar_namespaces"]

CLIENT_NAMESPACE_KINDS = (GATEWAY_API_GATEWAY, *ENROLMENT_KINDS)
"""The kinds that are read here."""


def sidecar_namespaces(mesh: MeshView, cluster: str = "") -> tuple[str, ...]:
    """Namespaces of a cluster with a workload that runs a proxy for certain, gateways included, in order."""
    mesh.mark_read(*ENROLMENT_KINDS)
    return mesh.index(_with_sidecars).get(cluster, ())


def lacks_sidecars(mesh: MeshView, namespace: str, cluster: str = "") -> bool:
    """Tell whether what is loaded of a namespace runs no proxy: there are workloads, and none has or may have one.

    A Gateway of the Gateway API stands for a proxy that no manifest holds.
    """
    return mesh.once(_lacks_sidecars, (namespace, cluster))


def _lacks_sidecars(mesh: MeshView, asked: tuple[str, str]) -> bool:
    mesh.mark_read(*CLIENT_NAMESPACE_KINDS)
    namespace, cluster = asked
    found = workloads_in(mesh, namespace, cluster)
    if not found or any(enrolment(mesh, one).mode is not Enrolled.NONE for one in found):
        return False
    return (cluster, namespace) not in mesh.index(_with_gateways)


def _with_sidecars(mesh: MeshView) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for workload in workloads(mesh):
        if enrolment(mesh, workload).mode is Enrolled.SIDECAR:
            found.setdefault(workload.cluster, set()).add(workload.namespace)
    return {cluster: tuple(sorted(names)) for cluster, names in found.items()}


def _with_gateways(mesh: MeshView) -> frozenset[tuple[str, str]]:
    return frozenset((gateway.cluster, gateway.namespace) for gateway in mesh.of_kind(GATEWAY_API_GATEWAY))
