"""Labels of a policy choose no workload.

## Why it matters
The object is accepted and does nothing. Of an AuthorizationPolicy that means that what it forbids is allowed, of a
PeerAuthentication that plaintext goes on being taken; a typo in a label is enough.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: admin, namespace: shop}
spec:
  selector:
    matchLabels: {app: admni}
  action: DENY
  rules:
  - to:
    - operation: {ports: ["8080"]}
---
apiVersion: v1
kind: Pod
metadata:
  name: admin
  namespace: shop
  labels: {app: admin}
spec:
  containers:
  - {name: admin, image: example.com/admin:1}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: admin, namespace: shop}
spec:
  selector:
    matchLabels: {app: admin}
  action: DENY
  rules:
  - to:
    - operation: {ports: ["8080"]}
---
apiVersion: v1
kind: Pod
metadata:
  name: admin
  namespace: shop
  labels: {app: admin}
spec:
  containers:
  - {name: admin, image: example.com/admin:1}
```

## When it stays quiet
Any kind of workload has the labels, in the object's namespace, or anywhere for an object of the root namespace. Labels
of pods that Istio makes for a loaded Gateway of the Gateway API count as found. An AuthorizationPolicy without labels
is reported only if its namespace has no workload and others have. Where the input has no workload of the cluster at
all, it is only counted as not checked. If the namespace is not loaded as a whole, for an object of the root namespace
if not everything is said to be loaded, and if labels are looked for in a namespace without any workload, the finding is
reported as not checked.

## Fix safety
Offered when a label's value has exactly one near one among the workloads; unsafe, because the policy starts to work.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.known_names import holds_any
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workloads, workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    GATEWAY_API_GATEWAY,
)
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import targets
from service_mesh.rules.istio._competing import selector_node
from service_mesh.rules.istio._selecting import OWN_NAMESPACE_ONLY, SELECTING, chosen, is_mesh_wide
from service_mesh.rules.rule import rule

_OF_GATEWAYS = ("gateway.networking.k8s.io/gateway-name", "istio.io/gateway-name")
_MOST = 2000
"""Workloads that a near label is looked for among."""


@rule(
    "IS152",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=SELECTING,
    reads=(
        *INSTALLATION_KINDS,
        GATEWAY_API_GATEWAY,
        *WORKLOAD_KINDS,
    ),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/authz/authorizationpolicies.go",
        "istio/istio: pkg/config/analysis/analyzers/sidecar/selector.go",
        "istio/istio: pkg/config/analysis/analyzers/telemetry/selector.go",
        "kiali/kiali: business/checkers/common/workload_selector_checker.go",
    ),
    upstream=("IST0101", "IST0127", "KIA0004"),
)
def selector_selects_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report labels that no workload in reach has."""
    labels = selector_node(resource)
    wide = is_mesh_wide(mesh, resource)
    partial = not (mesh.is_whole if wide else mesh.is_complete(resource.namespace, resource.cluster))
    if labels is None or not labels.value:
        if resource.kind == AUTHORIZATION_POLICY and not wide:
            yield from _of_empty_namespace(resource, mesh, partial)
    elif not chosen(mesh, resource, everywhere=wide) and not _is_of_gateway(labels, mesh):
        elsewhere = _elsewhere(resource, mesh)
        if not elsewhere:
            where = "any namespace" if wide else f"namespace '{resource.namespace}'"
            message = f"labels {_shown(labels)} choose no workload in {where}, so the object has no effect"
            fix = _fix(labels, mesh, wide=wide)
            is_partial = partial or not _around(resource, mesh, wide=wide)
            yield labels.finding(message, fix=fix, partial=is_partial, tacit=_is_alone(resource, mesh))


def _of_empty_namespace(resource: Resource, mesh: MeshView, partial: bool) -> Iterator[Draft]:
    if targets(resource) or workloads_in(mesh, resource.namespace, resource.cluster):
        return
    if any(g.namespace == resource.namespace for g in mesh.of_kind(GATEWAY_API_GATEWAY)):
        return
    message = f"namespace '{resource.namespace}' has no workload, so the policy has no effect"
    node = resource.get("metadata.namespace") or resource.root
    is_alone = _is_alone(resource, mesh)
    yield node.finding(message, partial=partial or is_alone, tacit=is_alone)


def _is_alone(resource: Resource, mesh: MeshView) -> bool:
    return not holds_any(mesh, WORKLOAD_KINDS, resource.cluster)


def _elsewhere(resource: Resource, mesh: MeshView) -> bool:
    """Whether the object means workloads of other namespaces from the root namespace: another rule's matter."""
    is_root = resource.namespace == root_namespace(mesh, resource.cluster)
    return is_root and resource.kind in OWN_NAMESPACE_ONLY and bool(chosen(mesh, resource, everywhere=True))


def _is_of_gateway(labels: Node, mesh: MeshView) -> bool:
    resource = labels.resource
    names = (found.text for name in _OF_GATEWAYS if (found := labels.key(name)) is not None)
    return any(mesh.find(GATEWAY_API_GATEWAY, resource.namespace, name, resource.cluster) for name in names)


def _around(resource: Resource, mesh: MeshView, *, wide: bool) -> tuple[Workload, ...]:
    return workloads(mesh) if wide else workloads_in(mesh, resource.namespace, resource.cluster)


def _shown(labels: Node) -> str:
    return ", ".join(f"'{node.path[-1]}: {node.text}'" for node in labels.each("{}"))


def _fix(labels: Node, mesh: MeshView, *, wide: bool) -> Fix | None:
    resource = labels.resource
    around = _around(resource, mesh, wide=wide)[:_MOST]
    for label in labels.each("{}"):
        key = str(label.path[-1])
        known = {value for w in around if isinstance(value := w.labels.get(key), str)}
        if label.text not in known and (near := nearest(label.text, known, unique=True)):
            return Fix.replace(label, near, title=f"rename to '{near}'")
    return None
