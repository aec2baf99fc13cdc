"""Policy is for a namespace without Servers, where it changes nothing.

## Why it matters
A policy for a namespace counts on the Servers of that namespace. Ports that no Server selects are under the default
policy, and no AuthorizationPolicy is asked there: it neither lets in anybody whom a default of `deny` keeps out, nor
keeps out anybody whom `all-unauthenticated` lets in.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: all-from-web, namespace: shop}
spec:
  targetRef: {kind: Namespace, name: shop}
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
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: all-from-web, namespace: shop}
spec:
  targetRef: {kind: Namespace, name: shop}
  requiredAuthenticationRefs:
  - {kind: ServiceAccount, name: web}
```

## When it stays quiet
The namespace has a Server, whichever port it is for. Where Servers may lie in what is not loaded, the finding is
reported as not checked.

## Fix safety
None is offered: which ports are to have a Server is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER, NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import target_kind
from service_mesh.rules.linkerd._policies import is_absent, server_names
from service_mesh.rules.rule import rule


@rule(
    "LD148",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(LINKERD_AUTHORIZATION_POLICY,),
    reads=(LINKERD_SERVER,),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authorization_namespace_bare(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a policy for a namespace in which no Server is."""
    target, place = resource.get("spec.targetRef"), (resource.namespace, resource.cluster)
    if target is None or target_kind(resource) != NAMESPACE or mesh.index(server_names).get(place):
        return
    message = f"namespace '{resource.namespace}' has no Server, so its ports are under the default policy alone"
    yield target.finding(message, partial=not is_absent(mesh, LINKERD_SERVER, *place))
