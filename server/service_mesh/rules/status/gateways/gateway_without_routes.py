"""Gateway has no routes.

## Why it matters
It takes connections and passes none on: either it is not used any more, or its routes name another Gateway or are not
let in.

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
    attachedRoutes: 0
    supportedKinds: [{kind: HTTPRoute}]
    conditions:
    - type: Accepted
      status: "True"
      reason: Accepted
      message: No errors found
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
    - type: Accepted
      status: "True"
      reason: Accepted
      message: No errors found
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
One listener has a route. It is a waypoint, an east-west gateway or younger than a day. Its status says nothing of
routes, or it or a listener does not work.

## Fix safety
No fix: whether routes are missing or the Gateway is not needed is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.waypoints import is_waypoint
from service_mesh.rules.rule import rule
from service_mesh.rules.status.gateways._status import failing_listeners, own_failing

_WHILE = 86_400
_OWN_PROTOCOLS = frozenset({"HBONE"})


@rule(
    "ST309",
    category=Category.TRAFFIC,
    severity=Severity.INFO,
    about=(GATEWAY_API_GATEWAY,),
    reads=(GATEWAY_CLASS,),
    sources=("https://gateway-api.sigs.k8s.io/reference/spec/#listenerstatus",),
)
def gateway_without_routes(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Gateway to none of whose listeners a route is attached."""
    listeners = list(resource.each("status.listeners[]"))
    counts = [listener.get("attachedRoutes") for listener in listeners]
    if not listeners or is_waypoint(mesh, resource) or not is_settled(mesh, resource, _WHILE):
        return
    if any(count is None or count.value != 0 for count in counts) or _is_carried(resource):
        return
    node = counts[0] or listeners[0]
    message = f"no route is attached to Gateway '{resource.name}', so it answers every request with 404 or closes it"
    kinds = "httproute,grpcroute,tlsroute"
    yield node.problem(message, kubectl.command("kubectl", "get", kinds, "--all-namespaces"))


def _is_carried(gateway: Resource) -> bool:
    """Whether what it carries needs no routes, or that it does not work is told already."""
    protocols = {node.text for node in gateway.each("spec.listeners[].protocol")}
    passes_on = any(node.text == "Passthrough" for node in gateway.each("spec.listeners[].tls.mode"))
    is_down = any(own_failing(gateway, kind) is not None for kind in ("Accepted", "Programmed"))
    return bool(protocols & _OWN_PROTOCOLS) or passes_on or is_down or any(True for _ in failing_listeners(gateway))
