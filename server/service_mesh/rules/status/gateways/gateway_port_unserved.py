"""Service of a Gateway has no port for a listener.

## Why it matters
The proxy listens, but nothing outside gets to it: a Service passes on only the ports that it lists. The Service was
changed by hand, or its controller did not follow the Gateway.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge, creationTimestamp: "2026-10-01T08:00:00Z", generation: 1}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
---
apiVersion: v1
kind: Service
metadata:
  name: public-istio
  namespace: edge
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {gateway.networking.k8s.io/gateway-name: public}
spec:
  type: LoadBalancer
  ports:
  - {name: http, port: 8080}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge, creationTimestamp: "2026-10-01T08:00:00Z", generation: 1}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
---
apiVersion: v1
kind: Service
metadata:
  name: public-istio
  namespace: edge
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {gateway.networking.k8s.io/gateway-name: public}
spec:
  type: LoadBalancer
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
No Service belongs to the Gateway by owner or label, or Services were not listed. A condition says that the Gateway or a
listener of it does not work.

## Fix safety
No fix: the controller writes the Service; why it does not is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.running_gateways import services_for
from service_mesh.rules.rule import rule
from service_mesh.rules.status.gateways._status import failing_listeners, own_failing


@rule(
    "ST307",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY,),
    reads=(SERVICE,),
    sources=(
        "kubernetes/kubernetes: pkg/proxy/iptables/proxier.go",
        "istio/istio: pilot/pkg/config/kube/gateway/deploymentcontroller.go",
    ),
)
def gateway_port_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each listener whose port no Service of the Gateway has."""
    services = services_for(mesh, resource)
    if not services or not mesh.is_listed(SERVICE, resource.cluster) or _says_so(resource):
        return
    held = {number for service in services for port in service.each("spec.ports[]") if (number := port_number(port))}
    for listener in resource.each("spec.listeners[]"):
        port = listener.get("port")
        if port is not None and type(port.value) is int and port.value not in held:
            message = (
                f"Service '{services[0].name}' of Gateway '{resource.name}' has no port {port.value} for its listener"
            )
            yield port.problem(message, kubectl.describe(services[0]))


def _says_so(gateway: Resource) -> bool:
    """Whether the status tells already that the Gateway, or one of its listeners, is not carried out."""
    is_down = any(own_failing(gateway, kind) is not None for kind in ("Accepted", "Programmed"))
    return is_down or any(True for _ in failing_listeners(gateway))
