"""Authorization requires an authentication that does not exist, so it lets in nobody.

## Why it matters
The policy controller passes over a policy that it cannot make out, with a line in its log: a reference to a
MeshTLSAuthentication or NetworkAuthentication that is not there does not stand for "nothing is required" but for
"nobody". A ServerAuthorization that asks for mTLS and names no client lets in nobody either.

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
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: webs}
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
The authentication exists, in the policy's namespace or in the one that the reference names. References of a kind that
is none, or one too many of a kind, are refused by the webhook and have rules of their own. Where it may lie in what is
not loaded, the finding is reported as not checked.

## Fix safety
The only name that is near is offered; unsafe, because clients get access with it.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, SERVER_AUTHORIZATION, Kind
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authentications import AUTHENTICATION_KINDS, Void, authorization_of
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.rules.rule import rule


@rule(
    "LD150",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(LINKERD_AUTHORIZATION_POLICY, SERVER_AUTHORIZATION),
    reads=(*AUTHENTICATION_KINDS, *INSTALLATION_KINDS),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/server_authorization.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authentication_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report what makes an authorization void that its own text does not show."""
    found = authorization_of(mesh, resource)
    if not isinstance(found, Void) or found.node.resource is not resource:
        return
    if "requiredAuthenticationRefs" in found.node.path and found.node.get("name") is not None:
        kind = next((one for one in AUTHENTICATION_KINDS if refers_to(found.node, one)), None)
        if kind is not None and not _is_there(mesh, kind, found.node):
            name = found.node.get("name") or found.node
            message = f"{found.reason}, so the policy lets in nobody"
            yield name.finding(message, fix=_fix(mesh, kind, found.node), partial=bool(found.missing))
    elif resource.kind == SERVER_AUTHORIZATION and found.node.path[-1:] == ("meshTLS",):
        yield found.node.finding(f"{found.reason}, so it lets in nobody")


def _is_there(mesh: MeshView, kind: Kind, reference: Node) -> bool:
    namespace, name = _named(reference)
    return mesh.find(kind, namespace, name, reference.resource.cluster) is not None


def _fix(mesh: MeshView, kind: Kind, reference: Node) -> Fix | None:
    namespace, written = _named(reference)
    place = reference.resource.cluster, namespace
    names = (one.name for one in mesh.of_kind(kind) if (one.cluster, one.namespace) == place)
    near, name = nearest(written, names, unique=True), reference.get("name")
    return Fix.replace(name, near) if near is not None and name is not None else None


def _named(reference: Node) -> tuple[str, str]:
    return reference.text_at("namespace") or reference.resource.namespace, reference.text_at("name")
