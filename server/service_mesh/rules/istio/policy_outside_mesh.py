"""Security policy is for workloads that are not in the mesh.

## Why it matters
Policies are enforced by the sidecar of a workload or by the ztunnel of its node. A workload with neither takes every
connection, whatever the policy says, and nothing reports it.

## Wrong
```yaml
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
metadata: {name: shop}
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
At least one selected workload is in the mesh, is a gateway, or may be in it because its namespace is not loaded. Labels
that select nothing at all are another rule's matter, and so are policies with `targetRefs` and those for the mesh.

## Fix safety
No fix is offered: whether the workload belongs into the mesh is not the policy's to say.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import policy_selector, selected
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, GATEWAY, PEER_AUTHENTICATION, REQUEST_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.istio.attachment import (
    is_gateway_workload,
    modes_of,
    namespace_of_scope,
    selected_by,
    targets,
)
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.rules.rule import rule

_NOTES = 3


@rule(
    "IS200",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY, PEER_AUTHENTICATION, REQUEST_AUTHENTICATION),
    reads=(GATEWAY, *ENROLMENT_KINDS),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/authz/authorizationpolicies.go",
        "istio/istio: pkg/config/analysis/analyzers/util/in_mesh.go",
        "https://istio.io/latest/docs/concepts/security/#authorization-architecture",
    ),
    upstream=("IST0127",),
)
def policy_outside_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a policy all of whose workloads run without a proxy and outside ambient mode."""
    selector = policy_selector(resource)
    if targets(resource) or (selector.is_empty and namespace_of_scope(mesh, resource) is None):
        return
    found = selected_by(mesh, resource)
    if modes_of(mesh, resource) != {Enrolled.NONE}:
        return
    if mesh.once(_has_gateway, (selector, namespace_of_scope(mesh, resource), resource.cluster)):
        return
    node = resource.get("spec.selector.matchLabels") or resource.root
    which = "it is for" if selector.is_empty else f"'{selector.text}' selects"
    message = f"every workload that {which} is outside the mesh, such as '{found[0].title}', so nothing enforces it"
    notes = (note for workload in found[:_NOTES] for note in enrolment(mesh, workload).chain[-1:])
    yield node.finding(message, related=tuple(notes))


def _has_gateway(mesh: MeshView, asked: tuple[Selector, str | None, str]) -> bool:
    """Whether a gateway or waypoint is among the selected workloads; told once for all policies of one selector."""
    return any(is_gateway_workload(mesh, workload) for workload in selected(mesh, *asked))
