"""Which waypoint traffic to something is meant to pass: the nearest `use-waypoint` label, and the Gateway it names."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.namespaces import namespace_labels, namespace_named
from service_mesh.mesh.ports import is_headless
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE, SERVICE, SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector

__all__ = [
    "USE_WAYPOINT",
    "WAYPOINT_CLASSES",
    "WAYPOINT_KINDS",
    "WaypointUse",
    "ingress_waypoint",
    "is_waypoint",
    "namespace_waypoint",
    "passed_waypoint",
    "service_waypoint",
    "unknown_use",
    "waypoint_named",
    "waypoints",
    "workload_waypoint",
    "would_serve",
]

WAYPOINT_KINDS = (GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE, SERVICE, SERVICE_ENTRY, *WORKLOAD_KINDS)
"""The kinds that are read here."""

USE_WAYPOINT = "istio.io/use-waypoint"
WAYPOINT_CLASSES = frozenset({"istio-waypoint", "istio-agentgateway-waypoint"})

_USE_NAMESPACE = "istio.io/use-waypoint-namespace"
_FOR = "istio.io/waypoint-for"
_CONTROLLER = "istio.io/mesh-controller"
_MANAGED = "gateway.istio.io/managed"
_MANAGERS = ("istio.io-mesh-controller", "istio.io-eastwest-controller")
_INGRESS = "istio.io/ingress-use-waypoint"
_INGRESS_ROUTING = "ENABLE_INGRESS_WAYPOINT_ROUTING"
_INGRESS_NAMESPACES_SINCE = (1, 25)
_BINDING = "ambient.istio.io/waypoint-inbound-binding"
_HBONE_PORT = 15008


@dataclass(frozen=True, slots=True)
class WaypointUse:
    """A `use-waypoint` label that counts.

    Attributes:
        node: The label.
        namespace: Namespace of the waypoint that it names.
        name: Name of that waypoint.
        gateway: The Gateway, if it is loaded and is a waypoint.
        takes: Whether that waypoint takes traffic addressed this way (`istio.io/waypoint-for`).
        admits: Whether that waypoint lets the label's namespace use it (`allowedRoutes` of its listener).
    """

    node: Node
    namespace: str
    name: str
    gateway: Resource | None = None
    takes: bool = False
    admits: bool = False

    @property
    def serves(self) -> bool:
        """Whether traffic addressed this way passes that waypoint."""
        return self.takes and self.admits


def is_waypoint(mesh: MeshView, gateway: Resource) -> bool:
    """Tell whether a Gateway of the Gateway API is a waypoint: by its class or by that class's controller.

    (`istio/istio: pilot/pkg/serviceregistry/ambient/waypoints.go`, WaypointsCollection)
    """
    name = gateway.get("spec.gatewayClassName")
    if name is None or name.text in WAYPOINT_CLASSES:
        return name is not None
    found = mesh.find(GATEWAY_CLASS, "", name.text, gateway.cluster)
    controller = found.get("spec.controllerName") if found else None
    return controller is not None and controller.text == _CONTROLLER


def waypoints(mesh: MeshView, namespace: str, cluster: str = "") -> tuple[Resource, ...]:
    """The waypoints of a namespace."""
    return mesh.index(_by_namespace).get((cluster, namespace), ())


def waypoint_named(mesh: MeshView, namespace: str, name: str, cluster: str = "") -> Resource | None:
    """The waypoint of a name, if it is loaded."""
    found = mesh.find(GATEWAY_API_GATEWAY, namespace, name, cluster)
    return found if found is not None and is_waypoint(mesh, found) else None


def service_waypoint(mesh: MeshView, service: Resource) -> WaypointUse | None:
    """The waypoint that traffic addressed to a Service or ServiceEntry is meant to pass; None for none.

    The object's own label comes before its namespace's; `none` means none.
    (`istio/istio: pilot/pkg/serviceregistry/ambient/waypoints.go`, fetchWaypointForTarget)
    """
    if service.labels.get(_MANAGED) in _MANAGERS:
        return None  # it belongs to a waypoint or an east-west gateway itself
    return _used(mesh, service.get("metadata.labels"), service, "service")


def workload_waypoint(mesh: MeshView, workload: Workload) -> WaypointUse | None:
    """The waypoint that traffic addressed to the pods of a workload, and not to a service, is meant to pass."""
    return _used(mesh, _own_labels(workload), workload.resource, "workload")


def _own_labels(workload: Workload) -> Node | None:
    return workload.labels_node if workload.is_machine else workload.template.get("metadata.labels")


def passed_waypoint(mesh: MeshView, server: Workload | None, service: Resource | None) -> WaypointUse | None:
    """The waypoint that an ambient client's connection is meant to pass, by what it addresses; None for none.

    ztunnel looks a service up by its address alone: a headless one stands for its pods, and a service without a
    waypoint of its own hides that of its pods. Sidecars and clients outside of the mesh pass none.
    (`istio/ztunnel: src/proxy/outbound.rs`, build_request)

    Args:
        mesh: The objects.
        server: Who is connected to; None for something outside of the cluster.
        service: The Service or ServiceEntry that is addressed; None for the pod's own address.
    """
    if service is not None and _has_address(service):
        return service_waypoint(mesh, service)
    return workload_waypoint(mesh, server) if server is not None else None


def unknown_use(mesh: MeshView, server: Workload | None, service: Resource | None) -> str:
    """What would have to be known to tell which waypoint a connection is meant to pass; empty where that is told.

    What is addressed has no label of its own, and the Namespace that may have one is not loaded. Arguments as for
    `passed_waypoint`.
    """
    is_service = service is not None and _has_address(service)
    if service is not None and is_service:
        target, labels = service, service.get("metadata.labels")
    elif server is not None:
        target, labels = server.resource, _own_labels(server)
    else:
        return ""
    if _label(labels, USE_WAYPOINT) is not None or (is_service and target.labels.get(_MANAGED) in _MANAGERS):
        return ""
    is_loaded = namespace_named(mesh, target.namespace, target.cluster) is not None
    return "" if is_loaded else f"the labels of namespace '{target.namespace}'"


def ingress_waypoint(mesh: MeshView, service: Resource) -> WaypointUse | None:
    """The waypoint that a gateway's connections to a Service pass: its own, where a label asks for that; None for none.

    The label counts on the Service, and since 1.25 on its namespace, which it hides.
    (`istio/istio: pilot/pkg/xds/endpoints/endpoint_builder.go`, findServiceWaypoint; `pilot/pkg/features/ambient.go`)
    """
    mesh.mark_read(*INSTALLATION_KINDS)
    wanted = service.labels.get(_INGRESS)
    if wanted is None and mesh.release("istio") >= _INGRESS_NAMESPACES_SINCE:
        wanted = namespace_labels(mesh, service.namespace, service.cluster).get(_INGRESS)
    if wanted != "true" or not _has_address(service):
        return None
    routed = mesh_config(mesh, service.cluster).flag(_INGRESS_ROUTING, default=True)
    return service_waypoint(mesh, service) if routed else None


def _has_address(service: Resource) -> bool:
    if service.kind == SERVICE:
        return not is_headless(service)
    return service.root.text_at("spec.resolution") not in ("", "NONE") or any(service.each("spec.addresses[]"))


def namespace_waypoint(mesh: MeshView, namespace: Resource) -> WaypointUse | None:
    """The waypoint that a Namespace chooses for what is in it; it takes anything but `none` there."""
    return _of_labels(mesh, namespace.get("metadata.labels"), namespace.name, ("service", "workload"))


def would_serve(mesh: MeshView, gateway: Resource, namespace: str, traffic: str) -> bool:
    """Whether traffic of a sort, `service` or `workload`, would pass a waypoint if a label of a namespace named it."""
    return _takes(mesh, gateway, traffic) and _admits(mesh, gateway, namespace)


def _used(mesh: MeshView, labels: Node | None, resource: Resource, traffic: str) -> WaypointUse | None:
    if _label(labels, USE_WAYPOINT) is None:
        namespace = namespace_named(mesh, resource.namespace, resource.cluster)
        labels = namespace.get("metadata.labels") if namespace else None
    return _of_labels(mesh, labels, resource.namespace, (traffic,))


def _of_labels(mesh: MeshView, labels: Node | None, home: str, traffic: tuple[str, ...]) -> WaypointUse | None:
    own = _label(labels, USE_WAYPOINT)
    if own is None or own.text in ("", "none"):
        return None
    place = _label(labels, _USE_NAMESPACE)
    namespace = place.text if place is not None and place.text else home
    gateway = waypoint_named(mesh, namespace, own.text, own.resource.cluster)
    if gateway is None:
        return WaypointUse(own, namespace, own.text)
    takes = any(_takes(mesh, gateway, sort) for sort in traffic)
    return WaypointUse(own, namespace, own.text, gateway, takes, _admits(mesh, gateway, home))


def _takes(mesh: MeshView, gateway: Resource, traffic: str) -> bool:
    """Tell whether a waypoint takes this sort of traffic: its label, else its class's, else services only.

    (`istio/istio: pilot/pkg/serviceregistry/ambient/waypoints.go`, gatewayToWaypointTransform)
    """
    name = gateway.get("spec.gatewayClassName")
    made_by = mesh.find(GATEWAY_CLASS, "", name.text, gateway.cluster) if name else None
    wanted = gateway.labels.get(_FOR) or (made_by.labels.get(_FOR) if made_by else None) or "service"
    return wanted in (traffic, "all")


def _admits(mesh: MeshView, gateway: Resource, namespace: str) -> bool:
    """Tell whether a namespace may use a waypoint: what the listener for HBONE says, else only the waypoint's own.

    A selector needs the namespace's labels; a namespace that is not loaded counts as admitted.
    (`istio/istio: pilot/pkg/serviceregistry/ambient/waypoints.go`, makeAllowedRoutes)
    """
    listeners = (node for node in gateway.each("spec.listeners[]") if _is_hbone(node))
    chosen = next(listeners, None)
    allowed = chosen.get("allowedRoutes.namespaces") if chosen else None
    origin = allowed.get("from") if allowed else None
    if origin is not None and origin.text == "All":
        return True
    if allowed is not None and origin is not None and origin.text == "Selector":
        selector = allowed.get("selector")
        found = namespace_named(mesh, namespace, gateway.cluster)
        return found is None or (selector is not None and label_selector(selector).matches(found.labels))
    return gateway.namespace == namespace or _BINDING in gateway.annotations


def _is_hbone(listener: Node) -> bool:
    protocol, port = listener.get("protocol"), listener.get("port")
    return protocol is not None and protocol.text == "HBONE" and port is not None and port.value == _HBONE_PORT


def _label(labels: Node | None, name: str) -> Node | None:
    return labels.key(name) if labels is not None else None


def _by_namespace(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for gateway in mesh.of_kind(GATEWAY_API_GATEWAY):
        if is_waypoint(mesh, gateway):
            found.setdefault((gateway.cluster, gateway.namespace), []).append(gateway)
    return {key: tuple(gateways) for key, gateways in found.items()}
