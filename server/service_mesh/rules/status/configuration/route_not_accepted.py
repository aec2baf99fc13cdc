"""Route is not accepted by its parent.

## Why it matters
It has no effect there: requests get what the other routes of the parent say, or 404.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop, generation: 2}
spec:
  parentRefs:
  - {name: public, namespace: edge}
status:
  parents:
  - parentRef: {name: public, namespace: edge}
    controllerName: istio.io/gateway-controller
    conditions:
    - type: Accepted
      status: "False"
      reason: NotAllowedByListeners
      message: hostnames matched parent hostname but namespace is not allowed
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop, generation: 2}
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
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The condition was made for an older generation of the route, or the controller has not come to it. Parents that no
controller speaks of are left out.

## Fix safety
No fix: what has to change depends on what the controller says.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import explained
from service_mesh.rules.status.configuration._parents import ROUTES, failing_at_parents


@rule(
    "ST601",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=ROUTES,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conditions.go",
        "linkerd/linkerd2: policy-controller/k8s/status/src/index.rs",
        "https://gateway-api.sigs.k8s.io/reference/spec/#routeconditiontype",
    ),
)
def route_not_accepted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each parent of a route whose controller does not accept it."""
    for parent, condition in failing_at_parents(resource, "Accepted"):
        message = f"route '{resource.name}' is not accepted by '{parent}'{explained(condition)}"
        yield condition.status.problem(message, kubectl.describe(resource))
