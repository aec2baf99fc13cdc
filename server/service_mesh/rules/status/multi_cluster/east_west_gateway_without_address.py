"""East-west gateway has no address.

## Why it matters
Other clusters get the addresses of the pods here by way of this gateway. Without its address they send to addresses of
pods that they cannot reach.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: istio-eastwestgateway
  namespace: istio-system
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {istio: eastwestgateway, topology.istio.io/network: north}
spec:
  type: LoadBalancer
  ports:
  - {name: tls, port: 15443}
status: {loadBalancer: {}}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: istio-eastwestgateway
  namespace: istio-system
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {istio: eastwestgateway, topology.istio.io/network: north}
spec:
  type: LoadBalancer
  ports:
  - {name: tls, port: 15443}
status: {loadBalancer: {ingress: [{ip: 203.0.113.20}]}}
```

## When it stays quiet
The Service is younger than five minutes, or the time of the reading is not known. It has `externalIPs`.

## Fix safety
No fix: the events of the Service tell the cause.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.running_gateways import is_east_west, lacks_address
from service_mesh.rules.rule import rule


@rule(
    "ST503",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(SERVICE,),
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/kube/controller/network.go",
        "https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/",
    ),
)
def east_west_gateway_without_address(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an east-west gateway's Service whose load balancer has no address."""
    node = lacks_address(mesh, resource) if is_east_west(resource) else None
    if node is not None:
        message = f"east-west gateway Service '{resource.name}' has no address, so other networks cannot reach this one"
        yield node.problem(message, kubectl.describe(resource))
