"""Authorization is for a Server or a route that does not exist.

## Why it matters
Nobody is authorized by it: the Server that was meant keeps its clients out, or, if it is missing altogether, its port
stays under the default policy. Servers and routes are looked for in the policy's own namespace, and a route in the
group that the reference names: there are two kinds called HTTPRoute.

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
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart-http}
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
The target exists; letter case of a route's name does not count. A target of another kind is refused by the webhook,
which has a rule of its own. Where the target may lie in what is not loaded, the finding is reported as not checked.

## Fix safety
The only name that is near, or the group in which a route of the name exists, are offered; unsafe, because clients get
access with them.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    HTTP_ROUTE,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    NAMESPACE,
    SERVER_AUTHORIZATION,
    Kind,
)
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import label_selector
from service_mesh.posture.linkerd.authorizations import target_kind
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS
from service_mesh.rules.linkerd._policies import is_absent
from service_mesh.rules.rule import rule

_GROUPS = {HTTP_ROUTE: LINKERD_HTTP_ROUTE, LINKERD_HTTP_ROUTE: HTTP_ROUTE}


@rule(
    "LD147",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(LINKERD_AUTHORIZATION_POLICY, SERVER_AUTHORIZATION),
    reads=(LINKERD_SERVER, *SERVER_ROUTE_KINDS),
    upstream=("NoMatchingTarget",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/authorization_policy.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/server_authorization.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authorization_target_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a target that is not there."""
    kind, name = _target(resource)
    place = resource.namespace, resource.cluster
    if kind is not None and name is not None:
        known = mesh.index(_names).get((kind, *place), {})
        if _folded(kind, name.text) in known:
            return
        message = f"{kind.name} '{name.text}' does not exist in namespace '{resource.namespace}'"
        yield name.finding(message, fix=_fix(mesh, kind, name), partial=not is_absent(mesh, kind, *place))
    selector = resource.get("spec.server.selector")
    is_chosen = resource.kind == SERVER_AUTHORIZATION and name is None
    if is_chosen and selector is not None and resource.key not in mesh.index(_selecting):
        message = f"selects no Server of namespace '{resource.namespace}'"
        yield selector.finding(message, partial=not is_absent(mesh, LINKERD_SERVER, *place))


def _target(policy: Resource) -> tuple[Kind | None, Node | None]:
    if policy.kind == SERVER_AUTHORIZATION:
        return LINKERD_SERVER, policy.get("spec.server.name")
    kind = target_kind(policy)
    return (None if kind == NAMESPACE else kind), policy.get("spec.targetRef.name")


def _fix(mesh: MeshView, kind: Kind, name: Node) -> Fix | None:
    place, other = (name.resource.namespace, name.resource.cluster), _GROUPS.get(kind)
    known = mesh.index(_names)
    if other is not None and name.text.lower() in known.get((other, *place), {}):
        group = name.parent().get("group")
        return Fix.replace(group, other.group) if group is not None else None
    near = nearest(name.text, known.get((kind, *place), {}).values(), unique=True)
    return Fix.replace(name, near) if near is not None else None


def _names(mesh: MeshView) -> Mapping[tuple[Kind, str, str], dict[str, str]]:
    """Names by kind and place, as they are compared and as they are written."""
    found: dict[tuple[Kind, str, str], dict[str, str]] = {}
    for kind in (LINKERD_SERVER, *SERVER_ROUTE_KINDS):
        for one in mesh.of_kind(kind):
            found.setdefault((kind, one.namespace, one.cluster), {})[_folded(kind, one.name)] = one.name
    return found


def _folded(kind: Kind, name: str) -> str:
    return name if kind == LINKERD_SERVER else name.lower()


def _selecting(mesh: MeshView) -> frozenset[ResourceKey]:
    """The ServerAuthorizations whose selector selects a Server."""
    chosen = ((one, one.get("spec.server.selector")) for one in mesh.of_kind(SERVER_AUTHORIZATION))
    policies = SelectorIndex(
        (one.cluster, one.namespace, label_selector(node), one.key) for one, node in chosen if node is not None
    )
    servers = mesh.of_kind(LINKERD_SERVER)
    return frozenset(key for one in servers for key in policies.matching(one.cluster, one.namespace, one.labels))
