"""The gateways of Istio in one cluster: those of the Gateway API, waypoints among them, and the classic ones."""

from collections.abc import Iterable, Iterator

from service_mesh.mesh.gateways import gateway_workloads
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.istio.attachment import GATEWAY_NAME
from service_mesh.posture.istio.running_gateways import is_running_gateway
from service_mesh.posture.istio.waypoints import WAYPOINT_CLASSES
from service_mesh.status.health import GatewayHealth

__all__ = ["gateways"]

_CONTROLLERS = "istio.io/"
_CLASSES = frozenset({"istio", "istio-remote", "istio-east-west", "istio-agentgateway"}) | WAYPOINT_CLASSES
_STATES = {"True": True, "False": False}


def gateways(view: MeshView, cluster: str) -> tuple[GatewayHealth, ...]:
    """Every gateway that istiod configures, by name; first those of the Gateway API."""
    found = (one for one in view.of_kind(GATEWAY_API_GATEWAY) if one.cluster == cluster and _is_ours(view, one))
    made = [_of_object(one) for one in found]
    classic = [_of_workload(view, one) for one in workloads(view) if _is_classic(view, one, cluster)]
    return (*sorted(made, key=_name), *sorted(classic, key=_name))


def _is_ours(view: MeshView, gateway: Resource) -> bool:
    """Whether a Gateway is for istiod: by the controller of its class, else by the name of the class."""
    name = gateway.get("spec.gatewayClassName")
    chosen = view.find(GATEWAY_CLASS, "", name.text, gateway.cluster) if name is not None else None
    controller = chosen.get("spec.controllerName") if chosen is not None else None
    if controller is not None:
        return controller.text.startswith(_CONTROLLERS)
    return name is not None and name.text in _CLASSES


def _of_object(gateway: Resource) -> GatewayHealth:
    told = (one for one in gateway.each("status.conditions[]") if one.text_at("type") == "Programmed")
    programmed = next(told, None)
    return GatewayHealth(
        name=f"{gateway.namespace}/{gateway.name}",
        kind=GATEWAY_API_GATEWAY.name,
        addresses=_unique(node.text for node in gateway.each("status.addresses[].value")),
        listeners=tuple(_listener(one, "port") for one in gateway.each("spec.listeners[]")),
        is_programmed=_STATES.get(programmed.text_at("status")) if programmed is not None else None,
    )


def _is_classic(view: MeshView, workload: Workload, cluster: str) -> bool:
    is_here = workload.cluster == cluster and GATEWAY_NAME not in workload.labels
    return is_here and is_running_gateway(view, workload)


def _of_workload(view: MeshView, workload: Workload) -> GatewayHealth:
    resource = workload.resource
    servers = (server for one in _configuring(view, resource) for server in one.each("spec.servers[]"))
    return GatewayHealth(
        name=f"{resource.namespace}/{resource.name}",
        kind=resource.kind.name,
        addresses=_unique(_addresses(services_of(view, workload))),
        listeners=_unique(_listener(port, "number") for one in servers if (port := one.get("port")) is not None),
    )


def _configuring(view: MeshView, resource: Resource) -> tuple[Resource, ...]:
    """Istio's Gateways that a workload serves."""
    return view.index(_by_workload).get(resource.key, ())


def _by_workload(view: MeshView) -> dict[ResourceKey, tuple[Resource, ...]]:
    found: dict[ResourceKey, list[Resource]] = {}
    for gateway in view.of_kind(GATEWAY):
        for workload in gateway_workloads(view, gateway):
            found.setdefault(workload.key, []).append(gateway)
    return {key: tuple(gateways_of) for key, gateways_of in found.items()}


def _addresses(services: Iterable[Resource]) -> Iterator[str]:
    for service in services:
        for ingress in service.each("status.loadBalancer.ingress[]"):
            yield ingress.text_at("ip") or ingress.text_at("hostname")
        yield from (node.text for node in service.each("spec.externalIPs[]"))


def _listener(node: Node, number: str) -> str:
    """`name:port/protocol`."""
    port = node.get(number)
    shown = str(port.value) if port is not None and type(port.value) is int else "?"
    return f"{node.text_at('name')}:{shown}/{node.text_at('protocol')}"


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _name(gateway: GatewayHealth) -> str:
    return gateway.name
