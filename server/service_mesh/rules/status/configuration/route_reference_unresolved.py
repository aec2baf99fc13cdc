"""Route names something that cannot be used.

## Why it matters
A backend, filter or other object that it names is missing, of the wrong kind or not granted. Requests that should get
there are answered with 500.

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
    - type: ResolvedRefs
      status: "False"
      reason: BackendNotFound
      message: Service shop/web not found
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
    - type: ResolvedRefs
      status: "True"
      reason: ResolvedRefs
      message: All references resolved
      lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The route is not accepted at that parent, which is reported by itself. The condition was made for an older generation of
the route.

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
    "ST602",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=ROUTES,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conditions.go",
        "linkerd/linkerd2: policy-controller/k8s/status/src/index.rs",
        "https://gateway-api.sigs.k8s.io/reference/spec/#routeconditiontype",
    ),
)
def route_reference_unresolved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each parent of a route at which something that it names cannot be used."""
    for parent, condition in failing_at_parents(resource, "ResolvedRefs"):
        message = f"route '{resource.name}' names what cannot be used at '{parent}'{explained(condition)}"
        yield condition.status.problem(message, kubectl.describe(resource))
