"""AuthorizationPolicy closes the whole mesh, and workloads have no exception.

## Why it matters
An ALLOW without rules in the root namespace lets nobody in anywhere, gateways included. That is the right base for a
mesh where every workload has an ALLOW of its own; each one without stops serving the moment the policy is applied. A
DENY with an empty rule there leaves no exception possible at all.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-nothing, namespace: istio-system}
spec: {}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-nothing, namespace: istio-system}
spec: {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  rules:
  - to:
    - operation: {methods: [GET]}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
Every loaded workload of the mesh has an ALLOW with rules, by labels, for its namespace, or for the Gateway that it runs
for; nothing of the mesh is loaded. In a single namespace an ALLOW without rules is the usual way to close it. Where
only namespaces that are not loaded as a whole have such workloads, it is reported as not checked.

## Fix safety
No fix is offered: who may talk to whom has to be written.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import (
    ATTACHMENT_KINDS,
    GATEWAY_NAME,
    Point,
    namespace_of_scope,
    point_of,
    policies_selecting,
    targets,
)
from service_mesh.rules.istio._authorization import action, has_rules, is_dry_run, rules
from service_mesh.rules.rule import rule

_ENFORCING = (Point.SIDECAR, Point.ZTUNNEL, Point.GATEWAY)


@rule(
    "IS214",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    reads=ATTACHMENT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/authorization.go",
        "https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy",
    ),
)
def mesh_wide_allow_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an ALLOW without rules for the whole mesh if it leaves workloads without any client."""
    if is_dry_run(resource) or targets(resource):
        return
    if not policy_selector(resource).is_empty or namespace_of_scope(mesh, resource) is not None:
        return
    if action(resource) == "DENY":
        empty = (node for node in rules(resource) if not any(map(node.get, ("from", "to", "when"))))
        yield from (node.finding("this rule denies every request in the whole mesh") for node in empty)
    elif action(resource) == "ALLOW" and not has_rules(resource):
        yield from _of_closed(mesh, resource)


def _of_closed(mesh: MeshView, policy: Resource) -> Iterator[Draft]:
    closed = [workload for workload in workloads(mesh) if _is_closed(mesh, workload, policy)]
    certain = [workload for workload in closed if mesh.is_complete(workload.namespace, workload.cluster)]
    shown = certain or closed
    if shown:
        more = f" and {len(shown) - 1} more" if len(shown) > 1 else ""
        message = f"this ALLOW without rules closes the whole mesh, and no other ALLOW is for '{shown[0].title}'{more}"
        notes = tuple(one.resource.root.note("is closed") for one in shown[:3])
        yield (policy.get("spec") or policy.root).finding(message, related=notes, partial=not certain)


def _is_closed(mesh: MeshView, workload: Workload, policy: Resource) -> bool:
    if workload.cluster != policy.cluster or point_of(mesh, workload) not in _ENFORCING:
        return False
    name = workload.labels.get(GATEWAY_NAME)
    if isinstance(name, str) and (workload.cluster, workload.namespace, name) in mesh.index(_targeted):
        return False
    others = policies_selecting(mesh, AUTHORIZATION_POLICY, workload)
    return not any(action(other) == "ALLOW" and has_rules(other) for other in others)


def _targeted(mesh: MeshView) -> frozenset[tuple[str, str, str]]:
    """Cluster, namespace and name of everything that an ALLOW with rules targets."""
    return frozenset(
        (policy.cluster, target.namespace, target.name)
        for policy in mesh.of_kind(AUTHORIZATION_POLICY)
        if action(policy) == "ALLOW" and has_rules(policy)
        for target in targets(policy)
    )
