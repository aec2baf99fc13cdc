"""Server's own access policy lets in more than its authorizations say.

## Why it matters
`accessPolicy` does not set the mood of a Server, it adds clients: whoever meets it gets in, and so does whoever meets
one of the authorizations. With `all-unauthenticated` an AuthorizationPolicy that names one account restricts nobody,
whatever it looks like, and neither does one on a route of the Server.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
  accessPolicy: all-unauthenticated
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
The policy is `deny`, which is meant where nothing is written; no authorization names the Server or one of its routes;
each of them lets in somebody whom the policy does not, such as the kubelet's network beside `all-authenticated`; the
two let in the same clients. Policies for the whole namespace are left out: a Server that is more open than its
namespace is a way to say that. `audit` is a note: it lets everybody in on purpose, and logs what would be refused.

## Fix safety
`deny` is offered; unsafe, because clients may lose access that live from what is open by now.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER, NAMESPACE, SERVER_AUTHORIZATION
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import AUTHORIZATION_KINDS, target_kind
from service_mesh.posture.linkerd.clients import Authorization, of_policy
from service_mesh.posture.linkerd.policy import InboundPolicy
from service_mesh.posture.linkerd.servers import SERVER_KINDS, access_policy
from service_mesh.rules.linkerd._policies import covers, granted_in_all, is_equally_wide
from service_mesh.rules.rule import rule

_WHOM = {
    InboundPolicy.ALL_UNAUTHENTICATED: "everybody",
    InboundPolicy.ALL_AUTHENTICATED: "every meshed client",
    InboundPolicy.CLUSTER_UNAUTHENTICATED: "everybody in the cluster's networks",
    InboundPolicy.CLUSTER_AUTHENTICATED: "every meshed client in the cluster's networks",
    InboundPolicy.AUDIT: "everybody, logging alone whom it would refuse,",
}


@rule(
    "LD130",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=tuple(kind for kind in AUTHORIZATION_KINDS if kind not in SERVER_KINDS and kind != NAMESPACE),
    needs=("accessPolicy",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def access_policy_opens_server(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an access policy that covers authorizations of its Server."""
    policy, node = access_policy(mesh, resource)
    added = of_policy(mesh, policy, node) if node is not None else None
    if node is None or added is None or policy not in _WHOM:
        return
    granted = (one for part in granted_in_all(mesh, resource) for one in part.authorizations if one.node != node)
    useless = [one for one in granted if _is_of_server(one) and _opens(added, one)]
    if not useless:
        return
    first = useless[0].node.resource
    message = f"lets in {_WHOM[policy]} besides whom '{first.title}' lets in, so that restricts nobody"
    related = tuple(one.node.note("restricts nobody") for one in useless[:5])
    severity = Severity.INFO if policy is InboundPolicy.AUDIT else None
    fix = Fix.replace(node, InboundPolicy.DENY.value)
    yield node.finding(f"access policy '{policy}' {message}", fix=fix, related=related, severity=severity)


def _opens(added: Authorization, one: Authorization) -> bool:
    return covers(added, one, anywhere=True) and not is_equally_wide(added, one)


def _is_of_server(one: Authorization) -> bool:
    return one.node.resource.kind == SERVER_AUTHORIZATION or target_kind(one.node.resource) not in (None, NAMESPACE)
