"""Listener of a Gateway does not work.

## Why it matters
It is not opened, or it has no certificate to show: what is addressed to its host and port is refused, while the other
listeners work.

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
    status: "True"
    reason: Accepted
    message: Resource accepted
    lastTransitionTime: "2026-10-01T08:00:00Z"
  listeners:
  - name: http
    attachedRoutes: 1
    supportedKinds: [{kind: HTTPRoute}]
    conditions:
    - type: ResolvedRefs
      status: "False"
      reason: InvalidCertificateRef
      message: Secret edge/public not found
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
  listeners:
  - name: http
    attachedRoutes: 1
    supportedKinds: [{kind: HTTPRoute}]
    conditions:
    - type: ResolvedRefs
      status: "True"
      reason: ResolvedRefs
      message: No errors found
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The condition was made for an older generation of the Gateway, or its controller has not come to it. That a listener is
not programmed follows from a Gateway that is not.

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
from service_mesh.rules.status._words import told
from service_mesh.rules.status.gateways._status import failing_listeners

_WHAT = {
    "Conflicted": "conflicts with another listener",
    "Accepted": "is not accepted",
    "ResolvedRefs": "names what cannot be used",
}


@rule(
    "ST304",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY,),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conditions.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditiontype",
    ),
)
def listener_failing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each listener of a Gateway that does not work, with the condition that comes first."""
    for name, condition in failing_listeners(resource):
        what = _WHAT.get(condition.kind, "is not programmed")
        message = f"listener '{told(name)}' of Gateway '{resource.name}' {what}{explained(condition)}"
        yield condition.status.problem(message, kubectl.describe(resource))
