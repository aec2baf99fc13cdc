"""Two Gateways ask for the same address.

## Why it matters
Each Gateway gets a load balancer of its own. An address can be given to one of them; the other one stays without it
and is not programmed.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
  addresses: [{type: IPAddress, value: 192.0.2.10}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: internal}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
  addresses: [{type: IPAddress, value: 192.0.2.10}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
  addresses: [{type: IPAddress, value: 192.0.2.10}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: internal}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
  addresses: [{type: IPAddress, value: 192.0.2.11}]
```

## When it stays quiet
Gateways of different classes or clusters; addresses of type Hostname, which in Istio name a gateway that was deployed
by hand and may serve several objects.

## Fix safety
No fix is offered: which of them keeps the address is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_Place = tuple[str, str, str]


@rule(
    "GW106",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(GATEWAY_API_GATEWAY,),
    sources=("https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspecaddress",),
    upstream=("KIA1502",),
)
def gateways_share_address(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each IP address that another Gateway of the class asks for too."""
    for place, node in _addresses(resource):
        rivals = [other for other in mesh.index(_by_address)[place] if other.resource is not resource]
        if rivals:
            message = f"address '{node.text}' is also asked for by '{rivals[0].resource.title}'"
            yield node.finding(message, related=tuple(other.note("asks for it too") for other in rivals[:3]))


def _addresses(gateway: Resource) -> Iterator[tuple[_Place, Node]]:
    kind = gateway.get("spec.gatewayClassName")
    for entry in gateway.each("spec.addresses[]"):
        sort, value = entry.get("type"), entry.get("value")
        if value is not None and value.text and (sort is None or sort.text == "IPAddress"):
            yield (gateway.cluster, kind.text if kind else "", value.text), value


def _by_address(mesh: MeshView) -> Mapping[_Place, list[Node]]:
    found: dict[_Place, list[Node]] = {}
    for gateway in mesh.of_kind(GATEWAY_API_GATEWAY):
        for place, node in _addresses(gateway):
            found.setdefault(place, []).append(node)
    return found
