"""AuthorizationPolicy has a target that Linkerd does not take.

## Why it matters
The admission webhook refuses the object, so nobody is authorised by it. Targets are a Server, an HTTPRoute, a
GRPCRoute, or the policy's own namespace. A target without a group is looked up in the core group, where only Namespace
is a target: `kind: Server` alone is not found.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {kind: Server, name: cart}
  requiredAuthenticationRefs: []
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs: []
```

## When it stays quiet
HTTPRoute of either group, letter case aside; the namespace that the policy is in; a target without a kind, which is the
schema's business.

## Fix safety
The group is offered where one group alone has a target of that kind, and the policy's own namespace in place of another
one. Both are unsafe: the policy comes into force, and whoever it authorizes can call.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    NAMESPACE,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._references import has_kind, refers_to, shown
from service_mesh.rules.rule import rule

_TARGETS = (LINKERD_SERVER, LINKERD_HTTP_ROUTE, HTTP_ROUTE, GRPC_ROUTE)


@rule(
    "LD101",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_AUTHORIZATION_POLICY,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/authorization_policy.rs",
        "https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy",
    ),
)
def authorization_target_unsupported(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a target of another kind, or another namespace."""
    target = resource.get("spec.targetRef")
    if target is None or not has_kind(target) or any(refers_to(target, kind) for kind in _TARGETS):
        return
    if refers_to(target, NAMESPACE):
        yield from _namespace(target)
        return
    message = f"target '{shown(target)}' is none of Server, HTTPRoute, GRPCRoute and Namespace in their groups"
    yield (target.get("kind") or target).finding(message, fix=_with_group(target))


def _namespace(target: Node) -> Iterator[Draft]:
    name, own = target.get("name"), target.resource.namespace
    if name is not None and name.text and name.text != own:
        message = f"target namespace '{name.text}' is not the policy's own namespace '{own}'"
        yield name.finding(message, fix=Fix.replace(name, own))


def _with_group(target: Node) -> Fix | None:
    kind, group = target.get("kind"), target.get("group")
    meant = [known for known in _TARGETS if kind is not None and known.name.lower() == kind.text.lower()]
    if len(meant) != 1 or (group is not None and group.text):
        return None
    return _group_set(target, group, meant[0])


def _group_set(target: Node, group: Node | None, kind: Kind) -> Fix:
    edit = (
        Insert(target.resource, target.path, "group", kind.group)
        if group is None
        else Replace(target.resource, group.path, kind.group)
    )
    return Fix(f"set group '{kind.group}'", False, (edit,))
