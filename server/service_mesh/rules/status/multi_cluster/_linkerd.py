"""Links of Linkerd's multicluster extension, what serves them, and the Services that they mirror."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DEPLOYMENT, ENDPOINT_SLICE, LINKERD_LINK, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = [
    "CLUSTER",
    "MIRROR_KINDS",
    "Place",
    "controllers",
    "link_to",
    "mirrors_from",
    "probe_of",
    "slices_of",
    "target",
    "unready_address",
]

Place = tuple[str, str]
"""Cluster, and name of the cluster that it is linked to."""

MIRROR_KINDS = (SERVICE, ENDPOINT_SLICE)
"""The kinds that `mirrors_from`, `probe_of` and `slices_of` read."""

CLUSTER = "mirror.linkerd.io/cluster-name"
"""The label that names the target cluster, on all that belongs to a Link. (`linkerd/linkerd2: pkg/k8s/labels.go`)"""

_MIRRORED = "mirror.linkerd.io/mirrored-service"
_GATEWAY = "mirror.linkerd.io/mirrored-gateway"
_DISCOVERED = "multicluster.linkerd.io/remote-discovery"
_SERVICE_NAME = "kubernetes.io/service-name"


@dataclass(frozen=True, slots=True)
class _Mirrors:
    """Services by where they are mirrored from: those that lead to the gateway, and the one that it is probed by."""

    through_gateway: tuple[Resource, ...] = ()
    probes: tuple[Resource, ...] = ()


def target(link: Resource) -> Place | None:
    """Where a Link leads."""
    name = link.get("spec.targetClusterName")
    return (link.cluster, name.text) if name is not None and name.text else None


def link_to(mesh: MeshView, place: Place) -> Resource | None:
    """The Link to a cluster, the first of several."""
    mesh.mark_read(LINKERD_LINK)
    return mesh.index(_links).get(place)


def controllers(mesh: MeshView, place: Place) -> tuple[Resource, ...]:
    """The Deployments that mirror the Services of a cluster.

    The chart of the extension names them `controller-NAME`, links made before 2.18 `linkerd-service-mirror-NAME`; both
    carry the label of the target. (`linkerd/linkerd2: multicluster/cmd/check.go`)
    """
    mesh.mark_read(DEPLOYMENT)
    return mesh.index(_controllers).get(place, ())


def mirrors_from(mesh: MeshView, place: Place) -> tuple[Resource, ...]:
    """The Services mirrored from a cluster whose traffic goes through its gateway.

    Not those found by remote discovery and headless ones, which have no endpoints of their own.
    (`linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go`, handleRepairEndpoints)
    """
    mesh.mark_read(SERVICE)
    return mesh.index(_mirrors).get(place, _Mirrors()).through_gateway


def probe_of(mesh: MeshView, place: Place) -> Resource | None:
    """The Service by which the gateway of a cluster is probed."""
    mesh.mark_read(SERVICE)
    return next(iter(mesh.index(_mirrors).get(place, _Mirrors()).probes), None)


def slices_of(mesh: MeshView, service: Resource) -> tuple[Resource, ...]:
    """The EndpointSlices of a Service."""
    mesh.mark_read(ENDPOINT_SLICE)
    return mesh.index(_slices).get((service.cluster, service.namespace, service.name), ())


def unready_address(mesh: MeshView, service: Resource) -> Node | None:
    """What says that an address of a Service is not ready."""
    for one in slices_of(mesh, service):
        for node in one.each("endpoints[].conditions.ready"):
            if node.value is False:
                return node
    return None


def _links(mesh: MeshView) -> Mapping[Place, Resource]:
    found: dict[Place, Resource] = {}
    for link in mesh.of_kind(LINKERD_LINK):
        if (place := target(link)) is not None:
            found.setdefault(place, link)
    return found


def _controllers(mesh: MeshView) -> Mapping[Place, tuple[Resource, ...]]:
    found: dict[Place, tuple[Resource, ...]] = {}
    for deployment in mesh.of_kind(DEPLOYMENT):
        name = deployment.labels.get(CLUSTER)
        if isinstance(name, str):
            place = deployment.cluster, name
            found[place] = (*found.get(place, ()), deployment)
    return found


def _mirrors(mesh: MeshView) -> Mapping[Place, _Mirrors]:
    mirrored: dict[Place, list[Resource]] = {}
    probes: dict[Place, list[Resource]] = {}
    for service in mesh.of_kind(SERVICE):
        name = service.labels.get(CLUSTER)
        if not isinstance(name, str):
            continue
        if _GATEWAY in service.labels:
            probes.setdefault((service.cluster, name), []).append(service)
        elif _MIRRORED in service.labels and _DISCOVERED not in service.labels and not _is_headless(service):
            mirrored.setdefault((service.cluster, name), []).append(service)
    places = mirrored.keys() | probes.keys()
    return {place: _Mirrors(tuple(mirrored.get(place, ())), tuple(probes.get(place, ()))) for place in places}


def _slices(mesh: MeshView) -> Mapping[tuple[str, str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str, str], tuple[Resource, ...]] = {}
    for one in mesh.of_kind(ENDPOINT_SLICE):
        name = one.labels.get(_SERVICE_NAME)
        if isinstance(name, str):
            key = one.cluster, one.namespace, name
            found[key] = (*found.get(key, ()), one)
    return found


def _is_headless(service: Resource) -> bool:
    address = service.get("spec.clusterIP")
    return address is not None and address.text == "None"
