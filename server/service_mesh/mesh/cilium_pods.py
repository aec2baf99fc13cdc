"""Which pods Cilium looks after: a pod with a CiliumEndpoint of its name is one, as `cilium status` counts them."""

from collections.abc import Mapping

from service_mesh.mesh.cilium_agents import AGENT_KINDS, ready_agent
from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.pod_states import is_meant_to_run, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of
from service_mesh.model.kinds import CILIUM_ENDPOINT, POD
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["UNMANAGED_KINDS", "endpoint_of", "has_endpoints", "unmanaged_with"]

UNMANAGED_KINDS = tuple(dict.fromkeys((CILIUM_ENDPOINT, *CONFIG_KINDS, *AGENT_KINDS)))
"""The kinds that are read here."""


def endpoint_of(mesh: MeshView, pod: Resource) -> Resource | None:
    """The CiliumEndpoint of a pod."""
    return mesh.find(CILIUM_ENDPOINT, pod.namespace, pod.name, pod.cluster)


def has_endpoints(mesh: MeshView, cluster: str) -> bool:
    """Whether the agents of a cluster write a CiliumEndpoint for each pod, and all of them were read.

    They do not where the kind is switched off, and need not where they share slices of endpoints instead.
    """
    config = cilium_config(mesh, cluster)
    if config is not None and (config.is_on("disable-endpoint-crd") or config.is_on("enable-cilium-endpoint-slice")):
        return False
    return mesh.is_listed(CILIUM_ENDPOINT, cluster) and cluster in mesh.index(_clusters)


def unmanaged_with(mesh: MeshView, pod: Resource) -> tuple[Resource, ...]:
    """The pods of a pod's workload that Cilium does not look after, for the first of them; nothing for all others."""
    return mesh.index(_unmanaged).get(pod.key, ())


def _clusters(mesh: MeshView) -> frozenset[str]:
    return frozenset(one.cluster for one in mesh.of_kind(CILIUM_ENDPOINT))


def _unmanaged(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    grouped: dict[ResourceKey, list[Resource]] = {}
    for pod in mesh.of_kind(POD):
        if _is_unmanaged(mesh, pod):
            workload = workload_of(mesh, pod)
            grouped.setdefault(workload.key if workload is not None else pod.key, []).append(pod)
    return {found[0].key: tuple(found) for found in grouped.values()}


def _is_unmanaged(mesh: MeshView, pod: Resource) -> bool:
    place, network, address = pod.get("spec.nodeName"), pod.get("spec.hostNetwork"), pod.get("status.podIP")
    if place is None or not place.text or address is None or (network is not None and network.value is True):
        return False
    if endpoint_of(mesh, pod) is not None or not has_endpoints(mesh, pod.cluster):
        return False
    return is_meant_to_run(pod) and is_settled(mesh, pod) and ready_agent(mesh, place.text, pod.cluster) is not None
