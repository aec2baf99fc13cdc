"""Gateway of Cilium asks for an address that is no IP address.

## Why it matters
Cilium takes addresses from its pools and gives a Gateway the IP addresses that it names. A host name, or a type of
another implementation, is passed over, so that the Gateway gets whatever address is free.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: cilium
  listeners: [{name: http, port: 80, protocol: HTTP}]
  addresses:
  - {type: Hostname, value: shop.example.com}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: cilium
  listeners: [{name: http, port: 80, protocol: HTTP}]
  addresses:
  - {type: IPAddress, value: 192.0.2.10}
```

## When it stays quiet
Gateways of other implementations; addresses that Istio does not use are reported by GW126.

## Fix safety
There is no fix: which address is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateway_classes import CILIUM, implementation
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_IP = "IPAddress"


@rule(
    "GW136",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GATEWAY_API_GATEWAY,),
    reads=(GATEWAY_CLASS,),
    needs=("addresses",),
    sources=(
        "cilium/cilium: operator/pkg/model/ingestion/gateway.go (GatewayAPI)",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/",
    ),
)
def gateway_address_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each address of another type than IPAddress."""
    if implementation(mesh, resource) == CILIUM:
        for entry in resource.each("spec.addresses[]"):
            sort = entry.get("type")
            if sort is not None and sort.text and sort.text != _IP:
                place = entry.get("value") or entry
                yield place.finding(f"Cilium gives no address of type '{sort.text}', only IP addresses")
