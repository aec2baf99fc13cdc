"""Clusters of a Cilium Cluster Mesh as they know each other: their own names, and those in their Secrets."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.cilium_config import CONFIG_KINDS, CiliumConfig, cilium_config
from service_mesh.mesh.components import components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CONFIG_MAP, SECRET
from service_mesh.model.node import Node

__all__ = ["CLUSTER_KINDS", "connected_configs", "is_in_mesh", "remote_names"]

CLUSTER_KINDS = (SECRET, *CONFIG_KINDS)
"""The kinds that are read here: whoever asks for clusters reads them."""

_SECRETS = ("cilium-clustermesh", "cilium-kvstoremesh")


def remote_names(mesh: MeshView, cluster: str) -> Mapping[str, Node]:
    """Names of the clusters that one connects to -> the key of the Secret that names them; its own name is none.

    A key without a dot is the configuration for the cluster it names, others are certificates and keys; the agent
    passes over the configuration for its own cluster (`cilium/cilium: pkg/clustermesh/common/config.go`).
    """
    return mesh.once(_remote_names, cluster)


def is_in_mesh(mesh: MeshView, cluster: str) -> bool:
    """Whether a cluster connects to others or lets others connect to it."""
    roles = ((one.mesh, one.role) for one in components_in(mesh, cluster))
    return bool(remote_names(mesh, cluster)) or ("cilium", "clustermesh-apiserver") in roles


def connected_configs(mesh: MeshView, config: CiliumConfig) -> Iterator[CiliumConfig]:
    """The options of the clusters of this view that one connects to or that connect to it, each once."""
    own, here = config.text("cluster-name"), config.resource.cluster
    for other in mesh.index(_configs):
        there = other.resource.cluster
        names_it = other.text("cluster-name") in remote_names(mesh, here)
        if there != here and (names_it or own in remote_names(mesh, there)):
            yield other


def _configs(mesh: MeshView) -> tuple[CiliumConfig, ...]:
    clusters = dict.fromkeys(one.cluster for one in mesh.of_kind(CONFIG_MAP))
    found = (cilium_config(mesh, cluster) for cluster in clusters)
    return tuple(one for one in found if one is not None)


def _remote_names(mesh: MeshView, cluster: str) -> Mapping[str, Node]:
    config = cilium_config(mesh, cluster)
    namespace, own = (config.resource.namespace, config.text("cluster-name")) if config is not None else ("", "")
    found: dict[str, Node] = {}
    for name in _SECRETS:
        secret = mesh.find(SECRET, namespace, name, cluster)
        data = secret.get("data") if secret is not None else None
        for key in data.value if data is not None and isinstance(data.value, dict) else ():
            node = data.key(key) if data is not None and isinstance(key, str) else None
            if node is not None and "." not in key and key != own:
                found.setdefault(key, node)
    return found
