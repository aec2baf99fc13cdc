"""HTTPLocalRateLimitPolicy refers to something that has no rate there.

## Why it matters
The admission webhook refuses the object. The target is a Server of the group `policy.linkerd.io`, and the clients of an
override are ServiceAccounts. A target without a group is looked up in the core group, where there is no Server.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: apps, kind: Deployment, name: cart}
  total: {requestsPerSecond: 100}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  total: {requestsPerSecond: 100}
```

## When it stays quiet
The two kinds in their groups, letter case aside; a reference without a kind, which is the schema's business.

## Fix safety
Adding the group to `kind: Server` is safe: no other group has a target of that kind.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HTTP_LOCAL_RATE_LIMIT_POLICY, LINKERD_SERVER, SERVICE_ACCOUNT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._references import has_kind, refers_to, shown
from service_mesh.rules.rule import rule


@rule(
    "LD118",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(HTTP_LOCAL_RATE_LIMIT_POLICY,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "https://linkerd.io/2/reference/rate-limiting/",
    ),
)
def rate_limit_reference_unsupported(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a target that is no Server, and each client that is no ServiceAccount."""
    for target in resource.each("spec.targetRef"):
        if has_kind(target) and not refers_to(target, LINKERD_SERVER):
            message = f"target '{shown(target)}' is no Server of the group '{LINKERD_SERVER.group}'"
            yield (target.get("kind") or target).finding(message, fix=_with_group(target))
    for client in resource.each("spec.overrides[].clientRefs[]"):
        if has_kind(client) and not refers_to(client, SERVICE_ACCOUNT):
            yield (client.get("kind") or client).finding(f"client '{shown(client)}' is no ServiceAccount")


def _with_group(target: Node) -> Fix | None:
    kind, group = target.get("kind"), target.get("group")
    if kind is None or kind.text.lower() != LINKERD_SERVER.name.lower() or (group is not None and group.text):
        return None
    value = LINKERD_SERVER.group
    edit = (
        Insert(target.resource, target.path, "group", value)
        if group is None
        else Replace(target.resource, group.path, value)
    )
    return Fix(f"set group '{value}'", True, (edit,))
