"""The releases of meshes that run, one place for each: what is said of a release is said once."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.catalog.releases import linkerd_name, title_of
from service_mesh.mesh.components import COMPONENT_KINDS, Component, components
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, Kind
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.releases import is_older

__all__ = ["ABOUT", "READS", "Running", "control_planes", "is_ours", "minor", "running_at"]

ABOUT = (DEPLOYMENT, DAEMON_SET)
"""Kinds of the objects that say which release runs."""

READS: tuple[Kind, ...] = tuple(kind for kind in COMPONENT_KINDS if kind not in ABOUT)
"""What else is read to find them."""

_ROLES = {"istio": ("istiod",), "linkerd": ("destination", "identity", "proxy-injector"), "cilium": ("agent",)}

_OWN_TAG = re.compile(r"(?:v|stable-)?\d+\.\d+\.\d+(?:-(?:alpha|beta|rc|pre)\.?\d*)?(?:-(?:distroless|debug))?")
_EDGE = re.compile(r"edge-\d+\.\d+\.\d+")
_VENDORS = ("registry.redhat.io/", "mcr.microsoft.com/", "gke.gcr.io/", "gke-release/", "/asm/", "solo-io/", "tetrate")
_MINOR = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\..*|-.*)?")


class Running(NamedTuple):
    """A release of a mesh that runs in a cluster.

    Attributes:
        project: `istio`, `linkerd` or `cilium`.
        version: The release as its image has it: `1.30.4`, `edge-26.6.3`.
        number: Major and minor; of Linkerd the version that an edge release is called. Empty where none is.
        image: Where it is said first.
    """

    project: str
    version: str
    number: str
    image: Node

    @property
    def name(self) -> str:
        """As people write it: `Istio 1.30.4`, `Linkerd 2.20 (edge-26.6.3)`."""
        title = title_of(self.project)
        if self.version.startswith("edge-"):
            return f"{title} {self.number} ({self.version})" if self.number else f"{title} {self.version}"
        return f"{title} {self.version}"

    @property
    def next_command(self) -> str:
        """What lists the releases that run."""
        tool = {"istio": "istioctl", "linkerd": "linkerd", "cilium": "cilium"}[self.project]
        return command(tool, "version")


def running_at(mesh: MeshView, resource: Resource) -> Running | None:
    """The release that an object is the first to say; None for all other objects."""
    return mesh.index(_firsts).get(resource.key)


def control_planes(mesh: MeshView, cluster: str) -> tuple[Running, ...]:
    """The releases of a cluster, each of them once."""
    return mesh.index(_by_cluster).get(cluster, ())


def is_ours(image: str) -> bool:
    """Tell whether an image looks like one that the project itself released: vendors have support of their own."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    return bool(_OWN_TAG.fullmatch(tag) or _EDGE.fullmatch(tag)) and not any(name in image for name in _VENDORS)


def minor(version: str) -> tuple[int, int] | None:
    """Major and minor of a version such as `1.31.0-rc.1`; None for an edge release."""
    match = _MINOR.fullmatch(version) if version.isascii() else None
    return (int(match[1]), int(match[2])) if match else None


def _firsts(mesh: MeshView) -> Mapping[ResourceKey, Running]:
    return {one.image.resource.key: one for those in mesh.index(_by_cluster).values() for one in those}


def _by_cluster(mesh: MeshView) -> Mapping[str, tuple[Running, ...]]:
    found: dict[str, dict[tuple[str, str], Running]] = {}
    for one in sorted(_all(mesh), key=_order):
        those = found.setdefault(one.image.resource.cluster, {})
        # Revisions of Istio are releases of their own. Of other meshes the newest counts: ST406 tells what lags behind.
        key = one.project, one.version if one.project == "istio" else ""
        if key not in those or is_older(those[key].version, one.version):
            those[key] = one
    return {cluster: tuple(those.values()) for cluster, those in found.items()}


def _all(mesh: MeshView) -> Iterator[Running]:
    for part in components(mesh):
        is_core = part.role in _ROLES.get(part.mesh, ()) and not part.extension and part.resource.kind in ABOUT
        if is_core and part.version and part.image is not None and is_ours(part.image.text):
            yield Running(part.mesh, part.version, _number(part), part.image)


def _number(part: Component) -> str:
    if part.version.startswith("edge-"):
        name = linkerd_name(part.version)
        return "" if name == part.version else name
    release = minor(part.version)
    return ".".join(map(str, release)) if release else ""


def _order(one: Running) -> tuple[str, int, str, str]:
    resource = one.image.resource
    roles = _ROLES[one.project]
    rank = next((number for number, role in enumerate(roles) if resource.name.endswith(role)), len(roles))
    return one.project, rank, resource.namespace, resource.name
