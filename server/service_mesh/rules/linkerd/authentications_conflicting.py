"""AuthorizationPolicy requires two authentications of a sort that only one may be of.

## Why it matters
The admission webhook refuses the object. All references of a policy have to hold at once, so two lists of identities,
or two lists of networks, would mean their intersection, which Linkerd does not work out: at most one
MeshTLSAuthentication or ServiceAccount, and at most one NetworkAuthentication. Clients that may come in under either of
two lists take two policies on the same target, or one list with both.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
  - {kind: ServiceAccount, name: admin}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
```

## When it stays quiet
One reference about identities and one about networks, or fewer. An empty list is accepted: it requires nothing.

## Fix safety
None is offered: which list is meant, and whether one of both or both is, the policy does not say.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    LINKERD_AUTHORIZATION_POLICY,
    MESH_TLS_AUTHENTICATION,
    NETWORK_AUTHENTICATION,
    SERVICE_ACCOUNT,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._references import refers_to, shown
from service_mesh.rules.rule import rule

_EXCLUSIVE = (((MESH_TLS_AUTHENTICATION, SERVICE_ACCOUNT), "identities"), ((NETWORK_AUTHENTICATION,), "networks"))


@rule(
    "LD102",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_AUTHORIZATION_POLICY,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authentications_conflicting(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each reference after the first one about identities, and about networks."""
    for kinds, what in _EXCLUSIVE:
        first, *others = _of(resource, kinds) or [resource.root]
        for other in others:
            message = f"'{shown(other)}' is a second requirement about {what} beside '{shown(first)}'"
            yield (other.get("kind") or other).finding(message, related=(first.note("is the first"),))


def _of(policy: Resource, kinds: tuple[Kind, ...]) -> list[Node]:
    references = policy.each("spec.requiredAuthenticationRefs[]")
    return [reference for reference in references if any(refers_to(reference, kind) for kind in kinds)]
