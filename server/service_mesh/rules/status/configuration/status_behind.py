"""Status of an object is for an older generation of it.

## Why it matters
Its controller has not looked at the object since it was changed: what is written is not in effect, and what the status
says holds for something else.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop, generation: 3}
spec:
  parentRefs:
  - {name: public, namespace: edge}
status:
  parents:
  - parentRef: {name: public, namespace: edge}
    controllerName: istio.io/gateway-controller
    conditions:
    - type: Accepted
      status: "True"
      reason: Accepted
      message: Route was valid
      observedGeneration: 2
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop, generation: 3}
spec:
  parentRefs:
  - {name: public, namespace: edge}
status:
  parents:
  - parentRef: {name: public, namespace: edge}
    controllerName: istio.io/gateway-controller
    conditions:
    - type: Accepted
      status: "True"
      reason: Accepted
      message: Route was valid
      observedGeneration: 3
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
One condition is for the object as it is now: others may be left over from controllers that are gone. Conditions that
name no generation. No istiod is ready, which is reported by itself.

## Fix safety
No fix: why the controller does not follow is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    BACKEND_TLS_POLICY,
    EGRESS_NETWORK,
    GATEWAY_API_GATEWAY,
    HTTP_LOCAL_RATE_LIMIT_POLICY,
    LISTENER_SET,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import generation_of
from service_mesh.rules.status._istiod import is_istiod_down
from service_mesh.rules.status.configuration._parents import ROUTES

_PATHS = (
    "status.conditions[].observedGeneration",
    "status.listeners[].conditions[].observedGeneration",
    "status.parents[].conditions[].observedGeneration",
    "status.ancestors[].conditions[].observedGeneration",
)


@rule(
    "ST609",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(
        GATEWAY_API_GATEWAY,
        *ROUTES,
        AUTHORIZATION_POLICY,
        BACKEND_TLS_POLICY,
        EGRESS_NETWORK,
        HTTP_LOCAL_RATE_LIMIT_POLICY,
        LISTENER_SET,
    ),
    reads=COMPONENT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conditions.go",
        "https://gateway-api.sigs.k8s.io/guides/implementers/",
    ),
)
def status_behind(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an object all of whose conditions are for an older generation of it."""
    generation = resource.get("metadata.generation")
    seen = [node for path in _PATHS for node in resource.each(path)]
    numbers = [(number, node) for node in seen if (number := generation_of(node)) is not None]
    now = generation_of(generation) if generation is not None else None
    if not numbers or now is None:
        return
    newest, node = max(numbers, key=_number)
    if 0 < newest < now and not is_istiod_down(mesh, resource.cluster):
        what, lag = f"{resource.kind.name} '{resource.name}'", now - newest
        message = f"status of {what} is for generation {newest} of it, {lag} behind what is written"
        yield node.problem(message, kubectl.describe(resource))


def _number(found: tuple[int, Node]) -> int:
    return found[0]
