"""Nobody is authorized on a route of a Server.

## Why it matters
A request that meets a route is let through if the route, the Server, or the namespace authorizes the client. Where only
other routes have policies, every request that meets this one is refused with 403.

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
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - path: {value: /admin}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: rest, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - path: {value: /}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: admin, namespace: shop}
spec:
  targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: admin}
  requiredAuthenticationRefs:
  - {kind: ServiceAccount, name: web}
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
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: rest, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - path: {value: /}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {kind: ServiceAccount, name: web}
```

## When it stays quiet
The route, its Server or the namespace authorizes somebody, or has a policy that is void, which is reported where it is;
nothing at all is authorized on the Server, which is reported there. Where policies may lie in what is not loaded, the
finding is reported as not checked.

## Fix safety
None is offered: who may send these requests is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER, SERVER_AUTHORIZATION
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authentications import AUTHENTICATION_KINDS
from service_mesh.posture.linkerd.authorizations import route_authorizations, server_authorizations
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS, server_parents, taking_over
from service_mesh.rules.linkerd._policies import granted_in_all
from service_mesh.rules.rule import rule


@rule(
    "LD145",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=SERVER_ROUTE_KINDS,
    reads=(
        LINKERD_SERVER,
        LINKERD_AUTHORIZATION_POLICY,
        SERVER_AUTHORIZATION,
        *AUTHENTICATION_KINDS,
        *INSTALLATION_KINDS,
    ),
    needs=("parentRefs",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2-proxy: linkerd/proxy/server-policy/src/http.rs",
        "https://linkerd.io/2/tasks/configuring-per-route-policy/",
    ),
)
def route_for_nobody(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Server at which a route refuses everybody while others do not."""
    for parent in server_parents(resource):
        server = mesh.find(LINKERD_SERVER, resource.namespace, parent.text_at("name"), resource.cluster)
        if server is None or resource not in taking_over(mesh, server):
            continue
        own = server_authorizations(mesh, server), route_authorizations(mesh, resource)
        if any(part.authorizations or part.void for part in own):
            continue
        if mesh.once(_lets_in_somebody, server):
            message = f"nobody is authorized on the route or on '{server.title}', so requests that meet it are refused"
            yield (parent.get("name") or parent).finding(message, partial=any(part.missing for part in own))


def _lets_in_somebody(mesh: MeshView, server: Resource) -> bool:
    return any(part.authorizations for part in granted_in_all(mesh, server))
