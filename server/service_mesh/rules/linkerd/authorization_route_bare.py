"""Policy is for a route that no Server has.

## Why it matters
An AuthorizationPolicy on a route counts where requests arrive, at a Server that has the route. A route of a Service or
of a Gateway decides where requests go; nobody asks for its policies.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 80}
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
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: admin, namespace: shop}
spec:
  targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: admin}
  requiredAuthenticationRefs:
  - {kind: ServiceAccount, name: web}
```

## When it stays quiet
A parent of the route is called Server, whether it is found or not, which is reported at the route; the route does not
exist, which is reported as such.

## Fix safety
None is offered: the route, or the target of the policy, may be wrong.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import target_kind
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS
from service_mesh.rules.rule import rule


@rule(
    "LD149",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(LINKERD_AUTHORIZATION_POLICY,),
    reads=SERVER_ROUTE_KINDS,
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authorization_route_bare(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a policy for a route without a Server as its parent."""
    kind, name = target_kind(resource), resource.get("spec.targetRef.name")
    if kind not in SERVER_ROUTE_KINDS or name is None:
        return
    route = mesh.find(kind, resource.namespace, name.text, resource.cluster)
    if route is None or any(_is_named_server(parent) for parent in route.each("spec.parentRefs[]")):
        return
    message = f"'{route.title}' has no Server as its parent, so nobody asks for the policy"
    yield name.finding(message, related=(route.root.note("is attached to no Server"),))


def _is_named_server(parent: Node) -> bool:
    """Whether a reference means a Server, or would if it were complete."""
    kind, group = parent.text_at("kind"), parent.text_at("group")
    return kind == LINKERD_SERVER.name or (not kind and group == LINKERD_SERVER.group)
