"""Gateway is refused by its controller.

## Why it matters
The controller has read it and cannot carry it out: none of its listeners is opened, or they stay as they were before.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge, creationTimestamp: "2026-10-01T08:00:00Z", generation: 1}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
status:
  conditions:
  - type: Accepted
    status: "False"
    reason: UnsupportedAddress
    message: only Hostname is supported
    lastTransitionTime: "2026-10-01T08:00:00Z"
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
status:
  conditions:
  - type: Accepted
    status: "True"
    reason: Accepted
    message: Resource accepted
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The condition was made for an older generation of the Gateway, or its controller has not come to it. A listener, the
GatewayClass, the pods or the Service of the Gateway tell why: that is what is reported then.

## Fix safety
No fix: what has to change depends on what the controller says.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import explained
from service_mesh.rules.status.gateways._status import STATUS_KINDS, has_cause, own_failing


@rule(
    "ST301",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY,),
    reads=STATUS_KINDS,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#gatewayconditiontype",
    ),
)
def gateway_not_accepted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the condition by which the controller of a Gateway refuses it."""
    refused = own_failing(resource, "Accepted")
    if refused is not None and not has_cause(mesh, resource):
        message = f"Gateway '{resource.name}' is not accepted by its controller{explained(refused)}"
        yield refused.status.problem(message, kubectl.describe(resource))
