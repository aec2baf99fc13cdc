"""HTTPLocalRateLimitPolicy limits nothing: its Server does not exist, or has an older one.

## Why it matters
A Server has one rate limit, that of the oldest policy. Others are not accepted (`RateLimitReasonAlreadyExists`), nor is
one whose target is not there (`NoMatchingTarget`): requests are not limited as it says.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec: {podSelector: {}, port: 8080}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  total: {requestsPerSecond: 100}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: cart-strict, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  total: {requestsPerSecond: 10}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec: {podSelector: {}, port: 8080}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  total: {requestsPerSecond: 10}
```

## When it stays quiet
Targets of other kinds, which the webhook refuses. Where the objects do not tell their age, the ones that come later by
name are pointed at. A missing Server in a namespace that is not loaded as a whole is reported as not checked.

## Fix safety
The name of a Server there is offered if exactly one is near; unsafe, because requests are limited then.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.known_names import object_names
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HTTP_LOCAL_RATE_LIMIT_POLICY, LINKERD_SERVER
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.rules.rule import rule


@rule(
    "LD186",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(HTTP_LOCAL_RATE_LIMIT_POLICY,),
    reads=(HTTP_LOCAL_RATE_LIMIT_POLICY, LINKERD_SERVER),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/status/src/index.rs",
        "https://linkerd.io/2/reference/rate-limiting/",
    ),
    upstream=("RateLimitReasonAlreadyExists", "NoMatchingTarget"),
)
def rate_limit_ineffective(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a target that does not exist, or that another policy has first."""
    name = _target(resource)
    if name is None:
        return
    if mesh.find(LINKERD_SERVER, resource.namespace, name.text, resource.cluster) is None:
        names = object_names(mesh, LINKERD_SERVER, resource.namespace, resource.cluster)
        near = nearest(name.text, names, unique=True)
        fix = Fix.replace(name, near, title=f"rename to '{near}'") if near else None
        message = f"Server '{resource.namespace}/{name.text}' does not exist, so nothing is limited"
        yield name.finding(message, fix=fix, partial=not mesh.is_complete(resource.namespace, resource.cluster))
        return
    first = mesh.index(_first).get((resource.cluster, resource.namespace, name.text))
    if first is not None and first.resource is not resource:
        message = f"Server '{name.text}' has its limit from '{first.resource.name}', so this one does not count"
        yield name.finding(message, related=(first.note("limits the Server"),))


def _target(policy: Resource) -> Node | None:
    target = policy.get("spec.targetRef")
    name = target.get("name") if target is not None and refers_to(target, LINKERD_SERVER) else None
    return name if name is not None and name.text else None


def _first(mesh: MeshView) -> Mapping[tuple[str, str, str], Node]:
    policies = mesh.of_kind(HTTP_LOCAL_RATE_LIMIT_POLICY)
    is_dated = all(policy.created_at for policy in policies)
    found: dict[tuple[str, str, str], Node] = {}
    for policy in sorted(policies, key=lambda one: (one.created_at if is_dated else "", one.name)):
        name = _target(policy)
        if name is not None:
            found.setdefault((policy.cluster, policy.namespace, name.text), name)
    return found
