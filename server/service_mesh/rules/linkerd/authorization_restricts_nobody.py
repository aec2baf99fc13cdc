"""Authorization lets in nobody who is not let in by a wider one.

## Why it matters
Authorizations add up. Whoever meets one of those for a Server, for its namespace, or for the route of the request gets
in, so a policy for one account guards nothing beside one that is for everybody, and one on a route guards nothing that
the Server is already open for: a route's policies can only add clients to those of its Server.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
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
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: everybody, namespace: shop}
spec:
  targetRef: {kind: Namespace, name: shop}
  requiredAuthenticationRefs: []
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
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: everybody, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: web}
  requiredAuthenticationRefs: []
```

## When it stays quiet
Each of them lets in somebody whom the others do not. It is a warning where the wider one takes clients without identity
or every meshed client, and a note where it has some identities more or the very same ones; of two that are alike the
later is told of. What a Server's own `accessPolicy` opens has a rule of its own.

## Fix safety
None is offered: which of them says what is meant is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER, NAMESPACE, SERVER_AUTHORIZATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.authentications import AUTHENTICATION_KINDS, Void, authorization_of
from service_mesh.posture.linkerd.authorizations import route_authorizations, server_authorizations, target_kind
from service_mesh.posture.linkerd.clients import Authorization
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS, server_parents, taking_over
from service_mesh.rules.linkerd._policies import covers
from service_mesh.rules.rule import rule


@rule(
    "LD146",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(LINKERD_AUTHORIZATION_POLICY, SERVER_AUTHORIZATION),
    reads=(LINKERD_SERVER, *SERVER_ROUTE_KINDS, *AUTHENTICATION_KINDS, *INSTALLATION_KINDS),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2-proxy: linkerd/proxy/server-policy/src/http.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authorization_restricts_nobody(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an authorization that is covered by another one where both count."""
    own = authorization_of(mesh, resource)
    if isinstance(own, Void):
        return
    for wide in _beside(mesh, resource):
        if wide.node.resource is resource or wide.node.resource.kind == LINKERD_SERVER or not covers(wide, own):
            continue
        is_alike = covers(own, wide)
        if is_alike and not _is_later(resource, wide.node.resource, mesh):
            continue
        opens = (wide.takes_plaintext and not own.takes_plaintext) or ("*" in wide.identities) > ("*" in own.identities)
        end = (
            "lets in the same clients" if is_alike else "lets in all of its clients and others, so it restricts nobody"
        )
        node = resource.get("spec.targetRef") or resource.get("spec.server") or resource.root
        severity = None if opens and not is_alike else Severity.INFO
        related = (wide.node.note("counts there too"),)
        yield node.finding(f"'{wide.node.resource.title}' {end}", severity=severity, related=related)
        return


def _beside(mesh: MeshView, policy: Resource) -> tuple[Authorization, ...]:
    """What counts wherever a policy counts: on its Server, or on the Servers of its route and on the route."""
    named = policy.get("spec.server.name" if policy.kind == SERVER_AUTHORIZATION else "spec.targetRef.name")
    kind = LINKERD_SERVER if policy.kind == SERVER_AUTHORIZATION else target_kind(policy)
    if named is None or kind is None or kind == NAMESPACE:
        return ()
    target = mesh.find(kind, policy.namespace, named.text, policy.cluster)
    if target is None:
        return ()
    if kind == LINKERD_SERVER:
        return server_authorizations(mesh, target).authorizations
    servers = [_server(mesh, parent) for parent in server_parents(target)]
    on_servers = [server_authorizations(mesh, server).authorizations for server in servers if server is not None]
    everywhere = on_servers[0] if len(on_servers) == 1 == len(servers) else ()
    return (*route_authorizations(mesh, target).authorizations, *everywhere)


def _server(mesh: MeshView, parent: Node) -> Resource | None:
    place = parent.resource
    found = mesh.find(LINKERD_SERVER, place.namespace, parent.text_at("name"), place.cluster)
    return found if found is not None and place in taking_over(mesh, found) else None


def _is_later(resource: Resource, other: Resource, mesh: MeshView) -> bool:
    """Which of two that are alike comes later in the input; a policy beside an older kind is the one to keep."""
    if resource.kind != other.kind:
        return resource.kind == SERVER_AUTHORIZATION
    places = mesh.index(_places)
    return places[resource.key] > places[other.key]


def _places(mesh: MeshView) -> Mapping[ResourceKey, int]:
    every = (*mesh.of_kind(LINKERD_AUTHORIZATION_POLICY), *mesh.of_kind(SERVER_AUTHORIZATION))
    return {policy.key: place for place, policy in enumerate(every)}
