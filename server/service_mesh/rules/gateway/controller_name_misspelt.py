"""GatewayClass names a controller that is a misspelt one.

## Why it matters
A controller takes up the classes that bear its name, letter by letter. A class with another name waits for ever: it is
not accepted, and every Gateway of it stays without an address.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: edge}
spec: {controllerName: cilium.io/gateway-controller}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: edge}
spec: {controllerName: io.cilium/gateway-controller}
```

## When it stays quiet
The name is near to none of the common controllers; a controller has accepted the class.

## Fix safety
The name of the controller is offered; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_CLASS
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_KNOWN = (
    "application-networking.k8s.aws/gateway-api-controller",
    "gateway.envoyproxy.io/gatewayclass-controller",
    "gateway.nginx.org/nginx-gateway-controller",
    "io.cilium/gateway-controller",
    "istio.io/eastwest-controller",
    "istio.io/gateway-controller",
    "istio.io/mesh-controller",
    "istio.io/unmanaged-gateway",
    "konghq.com/kic-gateway-controller",
    "kgateway.dev/kgateway",
    "networking.gke.io/gateway",
    "projectcontour.io/gateway-controller",
    "traefik.io/gateway-controller",
)
_CONFUSED: Mapping[str, str] = {
    "cilium.io/gateway-controller": "io.cilium/gateway-controller",
    "cilium.io/gateway-api-controller": "io.cilium/gateway-controller",
    "gateway.istio.io/gateway-controller": "istio.io/gateway-controller",
    "istio.io/gateway": "istio.io/gateway-controller",
    "istio.io/waypoint-controller": "istio.io/mesh-controller",
}
"""Names that are no controller's, and the one that is meant."""


@rule(
    "GW138",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(GATEWAY_CLASS,),
    needs=("controllerName",),
    sources=(
        "istio/istio: pkg/config/constants/constants.go (ManagedGatewayController and others)",
        "cilium/cilium: operator/pkg/gateway-api/cell.go (controllerName)",
        "https://gateway-api.sigs.k8s.io/reference/spec/#gatewayclassspec",
    ),
)
def controller_name_misspelt(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    """Report a controller that is near to a known one."""
    name = resource.get("spec.controllerName")
    if name is None or name.text in _KNOWN or _is_accepted(resource):
        return
    meant = _CONFUSED.get(name.text) or nearest(name.text, _KNOWN, unique=True)
    if meant is not None:
        message = f"no controller is named '{name.text}', so nobody takes this class up and no Gateway of it is served"
        yield name.finding(message, fix=Fix.replace(name, meant, title=f"rename to '{meant}'"))


def _is_accepted(found: Resource) -> bool:
    return any(
        (sort := node.get("type")) is not None
        and sort.text == "Accepted"
        and (status := node.get("status")) is not None
        and status.text == "True"
        for node in found.each("status.conditions[]")
    )
