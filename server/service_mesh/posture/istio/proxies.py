"""The proxies that run: which pods carry one, of what release, and which control plane they belong to."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.components import COMPONENT_KINDS, components, image_version
from service_mesh.mesh.installation import DEFAULT_REVISION
from service_mesh.mesh.pod_states import containers_of, is_meant_to_run
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of, workload_of
from service_mesh.model.kinds import MUTATING_WEBHOOK, POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.revisions import revision_behind

__all__ = [
    "PROXY",
    "PROXY_KINDS",
    "Proxy",
    "Release",
    "is_of_same_minor",
    "istiod_releases",
    "own_workload",
    "proxies",
    "release_of",
    "revision_of",
    "running_pods",
    "shown",
]

PROXY = "istio-proxy"

PROXY_KINDS = (*COMPONENT_KINDS, MUTATING_WEBHOOK)
"""The kinds that are read here."""

Release = tuple[int, ...]

_REVISION = "istio.io/rev"
_LONGEST_NUMBER = 6


class Proxy(NamedTuple):
    """A proxy that runs: Envoy in a sidecar, gateway or waypoint, or ztunnel.

    Attributes:
        pod: Its pod.
        image: Where its image stands.
        release: Release of the image.
        control_plane: Release of the istiod that it belongs to.
        revision: Revision of that istiod.
    """

    pod: Resource
    image: Node
    release: Release
    control_plane: Release
    revision: str

    @property
    def is_older(self) -> bool:
        """Whether it is older than its control plane; patches count only where both tags tell of one."""
        length = min(len(self.release), len(self.control_plane))
        return self.release[:length] < self.control_plane[:length]


def own_workload(mesh: MeshView, resource: Resource) -> Workload | None:
    """The workload that an object makes; None for what another object makes, such as the pods of a Deployment."""
    found = workload_of(mesh, resource)
    return found if found is not None and found.resource is resource else None


def running_pods(mesh: MeshView, workload: Workload) -> list[Resource]:
    """The pods of a workload that are there and meant to run."""
    return [pod for pod in pods_of(mesh, workload) if is_meant_to_run(pod)]


def revision_of(mesh: MeshView, pod: Resource) -> Node | None:
    """Where a pod says which revision made its proxy; the injector and the deployer of gateways write it.

    (`istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml`, `kube-gateway.yaml`)
    """
    mesh.mark_read(MUTATING_WEBHOOK)
    annotations = pod.get("metadata.annotations")
    found = annotations.key(_REVISION) if annotations is not None else None
    return found if found is not None and found.text else None


def proxies(mesh: MeshView) -> tuple[Proxy, ...]:
    """Every proxy whose own release and whose control plane's are known, in the order of the input."""
    return mesh.index(_proxies)


def istiod_releases(mesh: MeshView, cluster: str) -> Mapping[str, Release]:
    """Revision -> release of the istiod that serves it; the newest where several images run."""
    return mesh.index(_releases).get(cluster, {})


def is_of_same_minor(one: Release, other: Release) -> bool:
    """Tell whether two releases differ in their patch at most."""
    return one[:2] == other[:2]


def shown(release: Release) -> str:
    """A release as people write it."""
    return ".".join(map(str, release))


def release_of(text: str) -> Release | None:
    """Numbers of a release such as `1.31.2` or `1.31.0-rc.0`; None where it has no two numbers to begin with."""
    parts = text.partition("-")[0].split(".")
    if len(parts) < 2 or not all(part.isdecimal() and len(part) < _LONGEST_NUMBER for part in parts):
        return None
    return tuple(map(int, parts))


def _proxies(mesh: MeshView) -> tuple[Proxy, ...]:
    return tuple(_found(mesh))


def _found(mesh: MeshView) -> Iterator[Proxy]:
    mesh.mark_read(*PROXY_KINDS)
    for pod in mesh.of_kind(POD):
        releases = istiod_releases(mesh, pod.cluster)
        image = _image(pod) if releases and is_meant_to_run(pod) else None
        release = release_of(image_version(image.text)) if image is not None else None
        revision = _served_by(mesh, pod, releases) if release is not None else ""
        if image is not None and release is not None and revision in releases:
            yield Proxy(pod, image, release, releases[revision], revision)


def _image(pod: Resource) -> Node | None:
    named = (one for one in containers_of(pod) if (name := one.get("name")) is not None and name.text == PROXY)
    container = next(named, None)
    return container.get("image") if container is not None else None


def _served_by(mesh: MeshView, pod: Resource, releases: Mapping[str, Release]) -> str:
    """The revision that a proxy belongs to: what its pod says, else the default one, else the newest."""
    said = revision_of(mesh, pod)
    if said is not None:
        return revision_behind(mesh, pod.cluster, said.text)
    return DEFAULT_REVISION if DEFAULT_REVISION in releases else max(releases, key=lambda name: releases[name])


def _releases(mesh: MeshView) -> Mapping[str, Mapping[str, Release]]:
    found: dict[str, dict[str, Release]] = {}
    for component in components(mesh):
        release = release_of(component.version) if component.role == "istiod" else None
        if release is not None:
            known = found.setdefault(component.cluster, {})
            known[component.revision] = max(release, known.get(component.revision, release))
    return found
