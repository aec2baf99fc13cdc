"""Gateway is not programmed.

## Why it matters
Its configuration is valid but is not in effect: there is no address for it, or nothing that serves it.

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
  - type: Programmed
    status: "False"
    reason: AddressNotUsable
    message: host 'edge' not found
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
  - type: Programmed
    status: "True"
    reason: Programmed
    message: Resource programmed
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
It is so for less than five minutes, or was said of an older generation of the Gateway. The Gateway is not accepted
either, or a listener, the GatewayClass, the pods or the Service of the Gateway tell why: that is what is reported then.

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
from service_mesh.rules.status._conditions import explained, lasts
from service_mesh.rules.status.gateways._status import STATUS_KINDS, has_cause, own_failing

_WHILE = 300


@rule(
    "ST302",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY,),
    reads=STATUS_KINDS,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#gatewayconditiontype",
    ),
)
def gateway_not_programmed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the condition by which a Gateway is not carried out."""
    missing = own_failing(resource, "Programmed")
    if missing is None or own_failing(resource, "Accepted") is not None or has_cause(mesh, resource):
        return
    if lasts(mesh, missing, _WHILE):
        message = f"Gateway '{resource.name}' is not programmed, so it takes no traffic as written{explained(missing)}"
        yield missing.status.problem(message, kubectl.describe(resource))
