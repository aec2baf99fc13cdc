"""Which implementation serves a Gateway of the Gateway API: what its listeners and routes mean follows from that."""

from collections.abc import Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GATEWAY_CLASS
from service_mesh.model.resource import Resource

__all__ = ["AGENT_GATEWAY", "CILIUM", "ISTIO", "MADE_BY_CONTROLLERS", "implementation"]

ISTIO = "istio"
AGENT_GATEWAY = "agentgateway"
"""Istio's control plane with another proxy, which takes other filters and backends."""
CILIUM = "cilium"

_BY_CONTROLLER: Mapping[str, str] = {
    "istio.io/gateway-controller": ISTIO,
    "istio.io/mesh-controller": ISTIO,
    "istio.io/eastwest-controller": ISTIO,
    "istio.io/unmanaged-gateway": ISTIO,
    "io.cilium/gateway-controller": CILIUM,
}
_BY_CLASS: Mapping[str, str] = {
    "istio": ISTIO,
    "istio-waypoint": ISTIO,
    "istio-remote": ISTIO,
    "istio-east-west": ISTIO,
    "istio-agentgateway": AGENT_GATEWAY,
    "istio-agentgateway-waypoint": AGENT_GATEWAY,
    "cilium": CILIUM,
}

MADE_BY_CONTROLLERS = tuple(_BY_CLASS)
"""Names of the classes that controllers make by themselves, so that nobody writes them down."""


def implementation(mesh: MeshView, gateway: Resource) -> str:
    """Who serves a Gateway: by its class, if that is loaded, else by the name that the project gives its class.

    (`istio/istio: pilot/pkg/config/kube/gateway/gatewayclass.go`; `cilium/cilium: operator/pkg/gateway-api/cell.go`)

    Args:
        mesh: The objects.
        gateway: A Gateway.

    Returns:
        One of the names above; empty for another implementation, and for one that is not known.
    """
    name = gateway.get("spec.gatewayClassName")
    if name is None or not name.text:
        return ""
    chosen = mesh.find(GATEWAY_CLASS, "", name.text, gateway.cluster)
    controller = chosen.get("spec.controllerName") if chosen is not None else None
    if controller is None:
        return _BY_CLASS.get(name.text, "")
    return _BY_CONTROLLER.get(controller.text, "")
