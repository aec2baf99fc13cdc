"""Listener has a protocol that its implementation does not open.

## Why it matters
The API server takes any word as a protocol, since implementations may have their own. A word that is none, such as one
in small letters, or a protocol that the implementation does not serve, leaves the port closed; only the status of the
listener tells.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - {name: dns, port: 53, protocol: UDP}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
```

## When it stays quiet
Protocols of an implementation's own; HBONE on waypoints, east-west and remote gateways; implementations other than
Istio and Cilium, except where a standard protocol is written in small letters. TLS and TCP in releases of Istio that
serve them only behind a switch: with the switch, or where the installation is not part of the input.

## Fix safety
A protocol in small letters is written in capitals. That opens the port, so it is not marked as safe.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import gateway_of
from service_mesh.mesh.gateway_classes import ISTIO, implementation
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.listeners import WITH_LISTENERS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import TITLES, unserved_by
from service_mesh.rules.rule import rule

_STANDARD = ("HTTP", "HTTPS", "TLS", "TCP", "UDP")
_TUNNEL = "HBONE"
_TUNNEL_CLASSES = ("istio-waypoint", "istio-east-west", "istio-agentgateway-waypoint", "istio-remote")
_TUNNEL_CONTROLLERS = ("istio.io/mesh-controller", "istio.io/eastwest-controller", "istio.io/unmanaged-gateway")
_SWITCH = "PILOT_ENABLE_ALPHA_GATEWAY_API"
_SWITCHED_SINCE, _SWITCHED_UNTIL = (1, 23), (1, 28)
"""Releases of Istio of which it is known that TLS and TCP listeners need the switch."""


@rule(
    "GW133",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=WITH_LISTENERS,
    reads=(GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE, *INSTALLATION_KINDS),
    needs=("listeners",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (listenerProtocolToIstio)",
        "cilium/cilium: operator/pkg/model/ingestion/gateway.go (GatewayAPI)",
        "https://gateway-api.sigs.k8s.io/reference/spec/#protocoltype",
    ),
)
def listener_protocol_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each listener whose protocol opens no port."""
    gateway = gateway_of(mesh, resource)
    served = implementation(mesh, gateway) if gateway is not None else ""
    for node in resource.each("spec.listeners[].protocol"):
        upper = node.text.upper()
        if upper in _STANDARD and upper != node.text:
            yield _in_capitals(node, upper, served)
        elif unserved_by(mesh, served, f"listener {node.text}") is not None:
            yield node.finding(f"{TITLES[served]} opens no port for protocol '{node.text}'")
        elif gateway is not None and served == ISTIO:
            yield from _of_istio(node, gateway, mesh)


def _in_capitals(node: Node, upper: str, served: str) -> Draft:
    fix = Fix.replace(node, upper, title=f"write '{upper}'")
    message = f"'{node.text}' is no protocol, since protocols are written in capitals: the listener opens no port"
    return node.finding(message, fix=fix, severity=None if served in TITLES else Severity.WARNING)


def _of_istio(node: Node, gateway: Resource, mesh: MeshView) -> Iterator[Draft]:
    if node.text == _TUNNEL and not _is_tunnel_class(gateway, mesh):
        yield node.finding("Istio opens HBONE on waypoints and east-west gateways only, and this Gateway is neither")
    elif node.text in ("TLS", "TCP"):
        settings = mesh_config(mesh, node.resource.cluster)
        needs_switch = _SWITCHED_SINCE <= mesh.release("istio") <= _SWITCHED_UNTIL
        if needs_switch and settings.is_known and not settings.flag(_SWITCH, default=False):
            release = ".".join(map(str, mesh.release("istio")))
            message = f"Istio {release} opens no port for protocol '{node.text}' without '{_SWITCH}'"
            yield node.finding(message, severity=Severity.WARNING)


def _is_tunnel_class(gateway: Resource, mesh: MeshView) -> bool:
    name = gateway.get("spec.gatewayClassName")
    found = mesh.find(GATEWAY_CLASS, "", name.text, gateway.cluster) if name is not None else None
    controller = found.get("spec.controllerName") if found is not None else None
    if controller is not None:
        return controller.text in _TUNNEL_CONTROLLERS
    return name is not None and name.text in _TUNNEL_CLASSES
