"""Which release of Kubernetes a cluster runs: what its reading, its API server's pods or its nodes tell."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import NODE, POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["KUBERNETES_KINDS", "Kubelet", "Server", "kubelets", "minor_of", "newest_kubelet", "server"]

KUBERNETES_KINDS = (NODE, POD)
"""The kinds that are read here."""

Minor = tuple[int, int]

_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:[.+-].*)?", re.DOTALL)
_API_SERVER = ("kube-system", "kube-apiserver")
_VIRTUAL = ("type", "virtual-kubelet")


class Server(NamedTuple):
    """The release of an API server.

    Attributes:
        release: Major and minor.
        version: The version as it is written, without a `v`.
        node: Where an object tells it; None where only the reading does.
        is_exact: Whether it is that release. Otherwise it is that one or a newer one: kubelets are never newer than
            their API server (https://kubernetes.io/releases/version-skew-policy/#kubelet).
    """

    release: Minor
    version: str
    node: Node | None
    is_exact: bool

    @property
    def number(self) -> str:
        """Major and minor as people write them."""
        return ".".join(map(str, self.release))


class Kubelet(NamedTuple):
    """The kubelet of a node.

    Attributes:
        version: Where the node tells its version.
        release: Major and minor.
    """

    version: Node
    release: Minor

    @property
    def name(self) -> str:
        """Name of its node."""
        return self.version.resource.name


def server(mesh: MeshView, cluster: str = "") -> Server | None:
    """The release of a cluster's API server; None where nothing tells."""
    version = mesh.kubernetes_version(cluster)
    release = minor_of(version)
    if release is not None:
        return Server(release, version, None, is_exact=True)
    found, newest = mesh.index(_api_servers).get(cluster), newest_kubelet(mesh, cluster)
    if found is not None or newest is None:
        return found
    return Server(newest.release, newest.version.text.removeprefix("v"), newest.version, is_exact=False)


def kubelets(mesh: MeshView, cluster: str = "") -> tuple[Kubelet, ...]:
    """The kubelets of a cluster whose version is known, by the names of their nodes.

    Virtual ones are left out: their version is that of the provider's program, and of no kubelet
    (`virtual-kubelet/azure-aci`, whose nodes carry the label `type: virtual-kubelet`).
    """
    return mesh.index(_kubelets).get(cluster, ())


def newest_kubelet(mesh: MeshView, cluster: str = "") -> Kubelet | None:
    """The first of the newest kubelets of a cluster."""
    return mesh.index(_newest_kubelets).get(cluster)


def minor_of(version: str) -> Minor | None:
    """Major and minor of a version such as `v1.34.2-eks-3abbec1`; None where it is none."""
    match = _VERSION.fullmatch(version) if len(version) < 100 else None
    return (int(match[1]), int(match[2])) if match and match[0].isascii() else None


def _kubelets(mesh: MeshView) -> Mapping[str, tuple[Kubelet, ...]]:
    found: dict[str, list[Kubelet]] = {}
    for node in sorted((one for one in mesh.of_kind(NODE) if not _is_virtual(one)), key=_name):
        version = node.get("status.nodeInfo.kubeletVersion")
        release = minor_of(version.text) if version is not None else None
        if version is not None and release is not None:
            found.setdefault(node.cluster, []).append(Kubelet(version, release))
    return {cluster: tuple(those) for cluster, those in found.items()}


def _newest_kubelets(mesh: MeshView) -> Mapping[str, Kubelet]:
    return {cluster: max(found, key=_release) for cluster, found in mesh.index(_kubelets).items()}


def _release(kubelet: Kubelet) -> Minor:
    return kubelet.release


def _api_servers(mesh: MeshView) -> Mapping[str, Server]:
    """By the static pods that kubeadm and others make; the newest while they are being replaced."""
    found: dict[str, Server] = {}
    for image in _images(mesh):
        version = image.text.partition("@")[0].rpartition(":")[2]
        release = minor_of(version)
        cluster = image.resource.cluster
        if release is not None and (cluster not in found or found[cluster].release < release):
            found[cluster] = Server(release, version.removeprefix("v"), image, is_exact=True)
    return found


def _images(mesh: MeshView) -> Iterator[Node]:
    for pod in mesh.of_kind(POD):
        if (pod.namespace, pod.labels.get("component")) == _API_SERVER:
            image = pod.get("spec.containers[].image")
            if image is not None:
                yield image


def _is_virtual(node: Resource) -> bool:
    label, value = _VIRTUAL
    return node.labels.get(label) == value


def _name(node: Resource) -> str:
    return node.name
