"""Gateway is taken up by no controller.

## Why it matters
Nothing opens its listeners and nobody says so: the API server accepts a Gateway of any class, and fills in that a
controller is waited for.

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
    status: "Unknown"
    reason: Pending
    message: Waiting for controller
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
The Gateway is younger than five minutes. Its GatewayClass is not accepted, or the istiod that serves it is not ready:
that is reported then. The classes were not listed.

## Fix safety
No fix: whether a controller has to be installed or another class is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._istiod import is_istiod_down
from service_mesh.rules.status._words import told
from service_mesh.rules.status.gateways._status import class_of, is_answered, is_refused

_WHILE = 300
_OF_ISTIO = "istio.io/"


@rule(
    "ST303",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY,),
    reads=(GATEWAY_CLASS, *COMPONENT_KINDS),
    sources=(
        "kubernetes-sigs/gateway-api: apis/v1/gateway_types.go",
        "istio/istio: pilot/pkg/config/kube/gateway/gatewayclass.go",
    ),
)
def gateway_ignored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Gateway of which no controller says anything."""
    name = resource.get("spec.gatewayClassName")
    if name is None or resource.get("status") is None or is_answered(resource):
        return
    if not is_settled(mesh, resource, _WHILE):
        return
    chosen = class_of(mesh, resource)
    if chosen is not None and (is_refused(mesh, chosen) is not None or _is_down(mesh, chosen)):
        return
    if chosen is None and not mesh.is_listed(GATEWAY_CLASS, resource.cluster):
        return
    command = kubectl.command("kubectl", "get", "gatewayclass")
    yield name.problem(f"Gateway '{resource.name}' is taken up by no controller: {_why(chosen, name)}", command)


def _why(chosen: Resource | None, name: Node) -> str:
    if chosen is None:
        return f"GatewayClass '{told(name.text)}' does not exist"
    controller = chosen.get("spec.controllerName")
    return f"controller '{told(controller.text) if controller else ''}' of its GatewayClass does not answer"


def _is_down(mesh: MeshView, chosen: Resource) -> bool:
    controller = chosen.get("spec.controllerName")
    is_of_istio = controller is not None and controller.text.startswith(_OF_ISTIO)
    return is_of_istio and is_istiod_down(mesh, chosen.cluster)
