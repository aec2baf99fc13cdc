"""Route has a Server as its parent that does not exist.

## Why it matters
The route is attached to nothing: no Server asks it, and what is authorized on it is granted to nobody. The policy
controller says so in the route's status as `NoMatchingParent`.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: carts}
  rules:
  - matches:
    - path: {value: /admin}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
---
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
The Server exists; the route is dropped for another reason, which is reported as such. Where the Server may lie in what
is not loaded, the finding is reported as not checked.

## Fix safety
The only name that is near is offered; unsafe, because the route takes that Server over.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS, dropped_from_servers, server_parents
from service_mesh.rules.linkerd._policies import is_absent, server_names
from service_mesh.rules.rule import rule


@rule(
    "LD143",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=SERVER_ROUTE_KINDS,
    reads=(LINKERD_SERVER,),
    needs=("parentRefs",),
    upstream=("NoMatchingParent",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/status/src/index.rs",
        "https://linkerd.io/2/reference/httproute/#parentreference",
    ),
)
def route_server_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each parent of kind Server that is not there."""
    if dropped_from_servers(resource) is not None:
        return
    for parent in server_parents(resource):
        name, place = parent.get("name"), (resource.namespace, resource.cluster)
        if name is None or mesh.find(LINKERD_SERVER, resource.namespace, name.text, resource.cluster) is not None:
            continue
        near = nearest(name.text, mesh.index(server_names).get(place, ()), unique=True)
        message = f"Server '{name.text}' does not exist in namespace '{resource.namespace}'"
        fix = Fix.replace(name, near) if near is not None else None
        yield name.finding(message, fix=fix, partial=not is_absent(mesh, LINKERD_SERVER, *place))
