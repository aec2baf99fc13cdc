"""Routes on the proxy's own port leave no way for the proxy's probes.

## Why it matters
The kubelet asks the proxy on port 4191 for `/live` and `/ready`. As long as the Server of that port has no routes these
are let through. The first route takes over: what meets none is answered with 404, and what meets one on which nobody
without an identity is authorized with 403. No pod that the Server selects becomes ready any more.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: proxy-admin, namespace: shop}
spec:
  podSelector: {}
  port: linkerd-admin
  proxyProtocol: HTTP/1
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: proxy-metrics, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: proxy-admin}
  rules:
  - matches:
    - path: {value: /metrics}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: proxy-admin, namespace: shop}
spec:
  podSelector: {}
  port: linkerd-admin
  proxyProtocol: HTTP/1
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: proxy-probes, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: proxy-admin}
  rules:
  - matches:
    - path: {value: /live}
    - path: {value: /ready}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: proxy-probes, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: HTTPRoute, name: proxy-probes}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: NetworkAuthentication, name: kubelet}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: kubelet, namespace: shop}
spec:
  networks:
  - cidr: 0.0.0.0/0
  - cidr: ::/0
```

## When it stays quiet
The Server is for another port; no route is attached, or one that decides by headers, a query or an expression; a
network is authorized that may be the nodes'. Where routes or authorizations may lie in what is not loaded, the finding
is reported as not checked.

## Fix safety
None is offered: it takes a route and a policy for it.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER, SERVER_AUTHORIZATION
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authentications import AUTHENTICATION_KINDS
from service_mesh.posture.linkerd.authorizations import Granted, admitted, route_authorizations, server_authorizations
from service_mesh.posture.linkerd.clients import NO_IDENTITY, Client
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS, taking_over
from service_mesh.rules.linkerd._policies import ADMIN_NAME, ADMIN_PORT
from service_mesh.rules.linkerd._probe_routes import Request, answers
from service_mesh.rules.rule import rule

_KUBELET = Client(NO_IDENTITY)
_PATHS = ("/live", "/ready")


@rule(
    "LD134",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=(
        *SERVER_ROUTE_KINDS,
        *AUTHENTICATION_KINDS,
        *INSTALLATION_KINDS,
        LINKERD_AUTHORIZATION_POLICY,
        SERVER_AUTHORIZATION,
    ),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2: charts/partials/templates/_proxy.tpl",
        "linkerd/linkerd2: viz/cmd/allow-scrapes.go",
    ),
)
def proxy_probe_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Server of port 4191 whose routes do not let the kubelet ask for /live and /ready."""
    port = resource.get("spec.port")
    routes = taking_over(mesh, resource) if port is not None and port.value in (ADMIN_PORT, ADMIN_NAME) else ()
    if port is None or not routes:
        return
    missing = [path for path in _PATHS if all(answers(route, Request(path)) is False for route in routes)]
    refused = [path for path in _PATHS if path not in missing and _is_refused(mesh, resource, routes, path)]
    for paths, what in ((missing, "meet no route"), (refused, "meet a route that lets in nobody without an identity")):
        if paths:
            listed = " and ".join(f"'{path}'" for path in paths)
            message = f"the kubelet's requests for {listed} of the proxy {what}, so no pod becomes ready"
            related = tuple(route.root.note("takes over the port") for route in routes[:5])
            yield port.finding(message, related=related, partial=not mesh.is_complete(*_place(resource)))


def _is_refused(mesh: MeshView, server: Resource, routes: tuple[Resource, ...], path: str) -> bool:
    meeting = (route for route in routes if answers(route, Request(path)) is not False)
    granted = server_authorizations(mesh, server), *(route_authorizations(mesh, route) for route in meeting)
    return all(_lets_in_nobody(part) for part in granted)


def _lets_in_nobody(granted: Granted) -> bool:
    """Whether the kubelet is refused by what is loaded."""
    return admitted(Granted(granted.authorizations, granted.void), _KUBELET) is False


def _place(resource: Resource) -> tuple[str, str]:
    return resource.namespace, resource.cluster
