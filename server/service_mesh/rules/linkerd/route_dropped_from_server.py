"""Route with a Server as its parent is dropped as a whole.

## Why it matters
A Server is a parent of routes of its own namespace, without a port and without a section. A reference to it that says
otherwise makes the policy controller drop the whole route, not that reference alone, and so does a filter other than
those for headers and redirects. What is authorized on the route is then granted to nobody, and the paths are not
guarded.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart, port: 8080}
  rules:
  - matches:
    - path: {value: /admin}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - path: {value: /admin}
```

## When it stays quiet
No parent is a Server; `namespace` repeats the route's own.

## Fix safety
Taking the port or the section away is offered; unsafe, because the route takes effect with it, and requests that meet
no route are then answered with 404.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS, dropped_from_servers
from service_mesh.rules.rule import rule


@rule(
    "LD141",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=SERVER_ROUTE_KINDS,
    needs=("parentRefs",),
    upstream=("NoMatchingParent",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/routes.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index/http.rs",
    ),
)
def route_dropped_from_server(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report what makes the controller drop a route."""
    dropped = dropped_from_servers(resource)
    if dropped is None:
        return
    node = dropped.node
    if "filters" in node.path:
        yield node.finding(f"filter '{node.text[:40]}' does not exist for Servers, so the whole route is dropped")
        return
    fix = Fix.remove(node) if node.path[-1] in ("port", "sectionName") else None
    yield node.finding(f"the reference to a Server {dropped.reason}, so the whole route is dropped", fix=fix)
