"""Requests to a Server that meet none of its routes are answered with 404.

## Why it matters
Without routes a Server lets every request of an authorized client through. The first route that is attached takes over:
from then on a request meets one of the routes or is answered with 404, whoever sends it, even if the Server itself
authorizes the client. A route for `/admin` alone, meant to guard that path, so takes all other paths away.

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
    - path: {type: PathPrefix, value: /admin}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identities: ["web.shop.serviceaccount.identity.linkerd.cluster.local"]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart-from-web, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
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
    - path: {type: PathPrefix, value: /admin}
  - matches:
    - path: {type: PathPrefix, value: /}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identities: ["web.shop.serviceaccount.identity.linkerd.cluster.local"]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart-from-web, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
```

## When it stays quiet
One of the routes takes every request; no route is attached; the routes are on the proxy's own port, which has a rule of
its own. It is a warning where clients are authorized for all of the Server, and a note where they are for routes alone,
since a list of the paths that exist is what routes are for.

## Fix safety
None is offered: which paths are to be served is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER, SERVER_AUTHORIZATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authentications import AUTHENTICATION_KINDS
from service_mesh.posture.linkerd.authorizations import server_authorizations
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS, taking_over
from service_mesh.rules.linkerd._policies import ADMIN_NAME, ADMIN_PORT, is_absent
from service_mesh.rules.rule import rule


@rule(
    "LD140",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=(*SERVER_ROUTE_KINDS, LINKERD_AUTHORIZATION_POLICY, SERVER_AUTHORIZATION, *AUTHENTICATION_KINDS),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2-proxy: linkerd/proxy/server-policy/src/http.rs",
        "https://linkerd.io/2/tasks/configuring-per-route-policy/",
    ),
)
def server_routes_take_over(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Server whose routes leave requests over."""
    routes = taking_over(mesh, resource)
    port = resource.get("spec.port")
    if not routes or any(map(_takes_all, routes)) or (port is not None and port.value in (ADMIN_PORT, ADMIN_NAME)):
        return
    for_all = any(one.node.resource != resource for one in server_authorizations(mesh, resource).authorizations)
    named = ", ".join(f"'{route.title}'" for route in routes[:3])
    message = f"requests that do not meet {named}{' or another route' if len(routes) > 3 else ''} are answered with 404"
    if for_all:
        message += ", also those of clients that are authorized for all of the Server"
    related = tuple(route.root.note("takes over the Server") for route in routes[:5])
    node = resource.get("metadata.name") or resource.root
    partial = not any(is_absent(mesh, kind, resource.namespace, resource.cluster) for kind in SERVER_ROUTE_KINDS)
    yield node.finding(message, related=related, severity=None if for_all else Severity.INFO, partial=partial)


def _takes_all(route: Resource) -> bool:
    if any(True for _ in route.each("spec.hostnames[]")):
        return False
    for found in route.each("spec.rules[]"):
        matches = tuple(found.each("matches[]"))
        if not matches or any(map(_is_open, matches)):
            return True
    return False


def _is_open(match: Node) -> bool:
    """Whether a match asks for nothing: no method, headers or query, and a path that all begin with."""
    if any(match.get(field) is not None for field in ("method", "headers[]", "queryParams[]")):
        return False
    path = match.get("path")
    return path is None or (path.text_at("type") in ("", "PathPrefix") and path.text_at("value") in ("", "/"))
