"""The roots that istiod's CA leads to, and where they have to be known: in every namespace with a proxy."""

from collections.abc import Mapping

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, Role, uses_in
from service_mesh.mesh.certificates import Certificate, certificates_at, leads_to
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CONFIG_MAP, POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["ROOT_CONFIG_MAP", "ROOT_KINDS", "authorities", "pods_without_root", "roots", "stale_roots"]

ROOT_KINDS = (*CARRIERS, *USE_KINDS)
"""The kinds that are read here."""

ROOT_CONFIG_MAP = "istio-ca-root-cert"
"""ConfigMap with the root that istiod writes into every namespace.

(`istio/istio: pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go`)
"""

_ROOT_PLACE = "/data/root-cert.pem"


def roots(mesh: MeshView, cluster: str = "") -> tuple[Certificate, ...]:
    """The roots of istiod's CA, from the Secrets it signs with; nothing where they were not read."""
    owned = [use for use in uses_in(mesh, cluster) if use.mesh == "istio" and use.rank == 0 and not use.is_gateway]
    trusted = [one for use in owned if use.role is Role.ROOTS for one in use.chain]
    trusted += [one for use in owned if use.role is Role.AUTHORITY for one in use.chain[:1] if one.is_root]
    return tuple(trusted)


def authorities(mesh: MeshView, cluster: str = "") -> tuple[Certificate, ...]:
    """Everything that may verify istiod's own certificate: its roots, its signing certificate and what lies between."""
    signing = (Role.AUTHORITY, Role.CHAIN)
    own = [use for use in uses_in(mesh, cluster) if use.mesh == "istio" and use.role in signing]
    return (*roots(mesh, cluster), *(one for use in own for one in use.chain))


def stale_roots(mesh: MeshView, cluster: str) -> tuple[Resource, ...]:
    """The ConfigMaps with a root of istiod that lack the ones its CA leads to, in the order of the input."""
    return mesh.index(_stale).get(cluster, ())


def pods_without_root(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Node, int]]:
    """Cluster and namespace -> the first volume of a Pod that the ConfigMap is missing for, and how many Pods wait.

    Only namespaces without the ConfigMap are looked at, in clusters of which all ConfigMaps were read.
    """
    mesh.mark_read(CONFIG_MAP, POD)
    return mesh.index(_without)


def _stale(mesh: MeshView) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    keys: dict[str, set[str]] = {}
    for config in mesh.of_kind(CONFIG_MAP):
        if config.name != ROOT_CONFIG_MAP:
            continue
        cluster = config.cluster
        if cluster not in keys:
            keys[cluster] = _keys(mesh, cluster)
        held = {one.public_key for one in certificates_at(config, _ROOT_PLACE)}
        if held and keys[cluster] and not held & keys[cluster]:
            found.setdefault(cluster, []).append(config)
    return {cluster: tuple(configs) for cluster, configs in found.items()}


def _keys(mesh: MeshView, cluster: str) -> set[str]:
    """Digests of the keys of istiod's roots; none where its own CA does not lead to them, which is said of itself."""
    trusted, known = roots(mesh, cluster), authorities(mesh, cluster)
    signing = [use for use in uses_in(mesh, cluster) if use.mesh == "istio" and use.role is Role.AUTHORITY]
    is_sound = all(leads_to(use.chain[0], known, trusted) for use in signing)
    return {one.public_key for one in trusted} - {""} if is_sound else set()


def _without(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Node, int]]:
    present = {(one.cluster, one.namespace) for one in mesh.of_kind(CONFIG_MAP) if one.name == ROOT_CONFIG_MAP}
    found: dict[tuple[str, str], tuple[Node, int]] = {}
    for pod in mesh.of_kind(POD):
        place = pod.cluster, pod.namespace
        if place not in present and mesh.is_listed(CONFIG_MAP, pod.cluster):
            volume = next((node for node in pod.each("spec.volumes[]") if _needs_root(node)), None)
            if volume is not None:
                first, count = found.get(place, (volume, 0))
                found[place] = first, count + 1
    return found


def _needs_root(volume: Node) -> bool:
    name, optional = volume.get("configMap.name"), volume.get("configMap.optional")
    return name is not None and name.text == ROOT_CONFIG_MAP and not (optional is not None and optional.value is True)
