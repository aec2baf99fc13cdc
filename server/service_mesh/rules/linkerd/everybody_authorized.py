"""Policy requires nothing, so everybody is let in.

## Why it matters
An empty list of required authentications reads like "nobody", and stands for "nothing is required": every client gets
in, meshed or not, from every network. On a namespace it opens every Server in it, also those that are written later.

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
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
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
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  port: http
  accessPolicy: all-unauthenticated
```

## When it stays quiet
Something is required. A policy that requires a network of all addresses says so in words, and is told of only where it
is for a namespace. It is a note: that a port is open is often meant.

## Fix safety
None is offered: who may come in is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER, NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authentications import AUTHENTICATION_KINDS, Void, authorization_of
from service_mesh.posture.linkerd.authorizations import target_kind
from service_mesh.rules.linkerd._policies import server_names
from service_mesh.rules.rule import rule


@rule(
    "LD154",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(LINKERD_AUTHORIZATION_POLICY,),
    reads=(LINKERD_SERVER, *AUTHENTICATION_KINDS),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def everybody_authorized(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a policy without requirements, and any for a whole namespace that keeps nobody out."""
    kind, found = target_kind(resource), authorization_of(mesh, resource)
    references = resource.get("spec.requiredAuthenticationRefs")
    if kind is None or references is None or isinstance(found, Void) or not found.is_for_everybody:
        return
    if kind == NAMESPACE:
        servers = mesh.index(server_names).get((resource.namespace, resource.cluster), [])
        count = f" ({len(servers)} loaded)" if servers else ""
        message = f"everybody is let in, meshed or not, at every Server of namespace '{resource.namespace}'{count}"
        yield references.finding(message)
    elif references.value == []:
        yield references.finding("nothing is required, so everybody is let in, meshed or not")
