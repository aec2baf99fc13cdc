"""Route sends requests into another namespace that does not allow it.

## Why it matters
A reference into another namespace counts only where a ReferenceGrant of that namespace allows it. Without one the
share of requests for that backend is answered with 500.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  rules:
  - backendRefs:
    - {name: cart, namespace: bank, port: 80}
---
apiVersion: v1
kind: Namespace
metadata: {name: bank}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  rules:
  - backendRefs:
    - {name: cart, namespace: bank, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: bank}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service, name: cart}]
---
apiVersion: v1
kind: Namespace
metadata: {name: bank}
```

## When it stays quiet
Where the backend's namespace was not loaded as a whole, the finding is reported as not checked. The route has Services
alone for parents: Istio asks for no grant in the mesh, and what others ask for was not read.

## Fix safety
No fix is offered: who grants the reference is a decision of the other namespace's owner.
"""

from collections.abc import Iterator

from service_mesh.mesh.route_references import ROUTES, backends, is_granted, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import REFERENCE_GRANT, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW103",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(REFERENCE_GRANT,),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/api-types/referencegrant/",
    ),
    upstream=("KIA1402",),
)
def route_backend_not_granted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each backend of another namespace that no ReferenceGrant allows."""
    if _is_of_mesh(resource):
        return
    for backend in backends(resource):
        if is_granted(mesh, resource.kind, resource.namespace, backend):
            continue
        node = backend.node.get("namespace") or backend.node
        message = (
            f"no ReferenceGrant in '{backend.namespace}' lets a {resource.kind.name} of '{resource.namespace}' use"
            f" {backend.kind.name} '{backend.name}', so its share of requests gets 500"
        )
        yield node.finding(message, partial=not mesh.is_complete(backend.namespace, resource.cluster))


def _is_of_mesh(route: Resource) -> bool:
    found = [parent.kind for parent in parents(route)]
    return bool(found) and all(kind == SERVICE for kind in found)
