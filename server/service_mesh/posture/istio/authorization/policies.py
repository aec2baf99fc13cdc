"""Which policies a proxy enforces: those that select its workload, and those that target what it stands for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, SERVICE, SERVICE_ENTRY, Kind
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import (
    GATEWAY_NAME,
    Point,
    gateway_of,
    namespace_of_scope,
    point_of,
    policies_selecting,
    targets,
)

__all__ = ["Place", "applying", "at_gateway", "at_waypoint", "at_workload"]

_CLASS_NAME = "gateway.networking.k8s.io/gateway-class-name"
_CORE = "core"
_SINCE: Mapping[Kind, tuple[int, int]] = {
    GATEWAY_API_GATEWAY: (1, 22),
    SERVICE: (1, 22),
    SERVICE_ENTRY: (1, 24),
    GATEWAY_CLASS: (1, 26),
}
_WAYPOINT = "istio-waypoint"

_Named = Mapping[tuple[str, Kind, str, str], tuple[Resource, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """A proxy that decides.

    Attributes:
        point: What it is.
        workload: The workload whose sidecar, node proxy or gateway it is, where it is loaded.
        gateway: The Gateway of the Gateway API that it runs for.
        service: At a waypoint, the Service or ServiceEntry that the request is addressed to; None for a workload.
    """

    point: Point
    workload: Workload | None = None
    gateway: Resource | None = None
    service: Resource | None = None

    @property
    def cluster(self) -> str:
        """Name of its cluster."""
        held = self.workload or self.gateway
        return held.cluster if held is not None else ""

    @property
    def namespace(self) -> str:
        """Namespace that it runs in."""
        held = self.workload or self.gateway
        return held.namespace if held is not None else ""

    @property
    def title(self) -> str:
        """What to call it in a sentence."""
        held = self.service or self.workload or self.gateway
        return held.title if held is not None else "nothing"


def at_workload(mesh: MeshView, workload: Workload) -> Place:
    """Who decides at a workload: its sidecar, ztunnel, itself as a gateway, or nobody."""
    return Place(point_of(mesh, workload), workload, gateway_of(mesh, workload))


def at_waypoint(gateway: Resource, service: Resource | None = None) -> Place:
    """A waypoint in front of a Service or ServiceEntry, or of workloads that are addressed directly."""
    return Place(Point.WAYPOINT, None, gateway, service)


def at_gateway(gateway: Resource) -> Place:
    """The pods that are made for a Gateway of the Gateway API that is no waypoint, where they are not loaded."""
    return Place(Point.GATEWAY, None, gateway)


def applying(mesh: MeshView, place: Place, kind: Kind) -> tuple[Resource, ...]:
    """The policies of a kind that a proxy takes up, tried ones included.

    One with targets counts only where a waypoint or the pods of a Gateway stand for a target, in the policy's own
    namespace, and for a kind of target that the release knows. A waypoint takes no other.
    (`istio/istio: pilot/pkg/model/policyattachment.go`, ShouldAttachPolicy)

    Args:
        mesh: The objects.
        place: The proxy.
        kind: AuthorizationPolicy or RequestAuthentication.
    """
    return mesh.once(_applying, (place, kind))


def _applying(mesh: MeshView, asked: tuple[Place, Kind]) -> tuple[Resource, ...]:
    place, kind = asked
    return tuple(dict.fromkeys((*_by_labels(mesh, place, kind), *_by_target(mesh, place, kind))))


def _by_labels(mesh: MeshView, place: Place, kind: Kind) -> tuple[Resource, ...]:
    if place.point in (Point.WAYPOINT, Point.NOBODY):
        return ()
    is_of_api = place.gateway is not None or _gateway_name(place) != ""
    config = mesh_config(mesh, place.cluster)
    if is_of_api and not config.flag("ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY", default=True):
        return ()
    if place.workload is None:
        return tuple(_selecting_pods_of(mesh, place.gateway, kind)) if place.gateway is not None else ()
    return policies_selecting(mesh, kind, place.workload)


def _selecting_pods_of(mesh: MeshView, gateway: Resource, kind: Kind) -> Iterator[Resource]:
    """The policies that select the pods that istiod makes for a Gateway.

    (`istio/istio: manifests/charts/istio-control/istio-discovery/files/kube-gateway.yaml`)
    """
    given = gateway.get("spec.infrastructure.labels")
    labels = given.value if given is not None and isinstance(given.value, dict) else gateway.labels
    made = {GATEWAY_NAME: gateway.name, _CLASS_NAME: gateway.root.text_at("spec.gatewayClassName")}
    for policy in mesh.of_kind(kind):
        in_scope = policy.cluster == gateway.cluster and namespace_of_scope(mesh, policy) in (None, gateway.namespace)
        if in_scope and not targets(policy) and policy_selector(policy).matches({**labels, **made}):
            yield policy


def _by_target(mesh: MeshView, place: Place, kind: Kind) -> Iterator[Resource]:
    if place.point not in (Point.WAYPOINT, Point.GATEWAY):
        return
    named = mesh.once(_targeting, kind)
    release = mesh.release("istio")
    for target, namespace, name in _stood_for(place):
        if release >= _SINCE[target]:
            yield from named.get((place.cluster, target, namespace, name), ())
    if place.point is Point.WAYPOINT and release >= _SINCE[GATEWAY_CLASS]:
        root = root_namespace(mesh, place.cluster)
        of_class = named.get((place.cluster, GATEWAY_CLASS, "", _WAYPOINT), ())
        yield from (policy for policy in of_class if policy.namespace == root)


def _stood_for(place: Place) -> Iterator[tuple[Kind, str, str]]:
    name = _gateway_name(place)
    if name:
        yield GATEWAY_API_GATEWAY, place.namespace, name
    service = place.service if place.point is Point.WAYPOINT else None
    if service is not None and service.kind in (SERVICE, SERVICE_ENTRY):
        yield service.kind, service.namespace, service.name


def _gateway_name(place: Place) -> str:
    if place.gateway is not None:
        return place.gateway.name
    name = place.workload.labels.get(GATEWAY_NAME) if place.workload is not None else None
    return name if isinstance(name, str) else ""


def _targeting(mesh: MeshView, kind: Kind) -> _Named:
    """The policies by what they target in their own namespace, or by class."""
    found: dict[tuple[str, Kind, str, str], list[Resource]] = {}
    for policy in mesh.of_kind(kind):
        for target in targets(policy):
            group = "" if target.kind.group == _CORE else target.kind.group
            if target.namespace in ("", policy.namespace):
                key = policy.cluster, Kind(group, target.kind.name), target.namespace, target.name
                found.setdefault(key, []).append(policy)
    return {key: tuple(policies) for key, policies in found.items()}
