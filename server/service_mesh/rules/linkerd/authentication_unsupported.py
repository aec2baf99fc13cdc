"""AuthorizationPolicy requires an authentication of a kind that is none.

## Why it matters
The admission webhook refuses the object. Authentications are MeshTLSAuthentication and NetworkAuthentication of the
group `policy.linkerd.io`, and ServiceAccount of the core group. A reference without a group is one to the core group.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {kind: MeshTLSAuthentication, name: web}
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
The three kinds in their groups, letter case aside; a reference without a kind, which is the schema's business.

## Fix safety
The group is offered where the kind is one of the three and its group is absent, empty or, for a ServiceAccount, too
much. It is unsafe: the policy comes into force, and whoever it authorizes can call.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    LINKERD_AUTHORIZATION_POLICY,
    MESH_TLS_AUTHENTICATION,
    NETWORK_AUTHENTICATION,
    SERVICE_ACCOUNT,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._references import has_kind, refers_to, shown
from service_mesh.rules.rule import rule

_KINDS = (MESH_TLS_AUTHENTICATION, NETWORK_AUTHENTICATION, SERVICE_ACCOUNT)


@rule(
    "LD103",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_AUTHORIZATION_POLICY,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authentication_unsupported(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each required authentication of another kind."""
    for reference in resource.each("spec.requiredAuthenticationRefs[]"):
        if has_kind(reference) and not any(refers_to(reference, kind) for kind in _KINDS):
            message = (
                f"'{shown(reference)}' is none of the authentications MeshTLSAuthentication.policy.linkerd.io, "
                "NetworkAuthentication.policy.linkerd.io and ServiceAccount"
            )
            yield (reference.get("kind") or reference).finding(message, fix=_in_its_group(reference))


def _in_its_group(reference: Node) -> Fix | None:
    kind, group = reference.get("kind"), reference.get("group")
    meant = next((known for known in _KINDS if kind is not None and known.name.lower() == kind.text.lower()), None)
    if meant is None or (group is not None and group.text and meant is not SERVICE_ACCOUNT):
        return None
    if group is None:
        return Fix(
            f"set group '{meant.group}'", False, (Insert(reference.resource, reference.path, "group", meant.group),)
        )
    return Fix(f"set group '{meant.group}'", False, (Replace(reference.resource, group.path, meant.group),))
