"""Annotation that asks for Linkerd's proxy stands on an object that nobody reads it from.

## Why it matters
The injector reads `linkerd.io/inject` from the pod and from its namespace. On a Deployment's own metadata, or on a
Service, it has no effect: the pods run without a proxy although the object seems to ask for one.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-identity
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: identity}
spec:
  selector: {matchLabels: {app: identity}}
  template:
    metadata: {labels: {app: identity}}
    spec: {containers: [{name: identity, image: identity}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, annotations: {linkerd.io/inject: enabled}}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: cart}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-identity
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: identity}
spec:
  selector: {matchLabels: {app: identity}}
  template:
    metadata: {labels: {app: identity}}
    spec: {containers: [{name: identity, image: identity}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}, annotations: {linkerd.io/inject: enabled}}
    spec: {containers: [{name: cart, image: cart}]}
```

## When it stays quiet
Linkerd does not run in the cluster, the pods are in the mesh or opt out themselves, the workload is scaled to zero,
or a Service selects nothing that is loaded.

## Fix safety
No fix: the object in the cluster was made from a file, a chart or an operator, which is where it has to be mended.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    CONFIG_MAP,
    DAEMON_SET,
    DEPLOYMENT,
    MUTATING_WEBHOOK,
    NAMESPACE,
    SERVICE,
    STATEFUL_SET,
)
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import INJECT, Enrolled, asked_enrolment, enrolment
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import has_linkerd

_ABOUT = (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, SERVICE)


@rule(
    "ST237",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=_ABOUT,
    reads=(NAMESPACE, MUTATING_WEBHOOK, CONFIG_MAP, *(kind for kind in WORKLOAD_KINDS if kind not in _ABOUT)),
    sources=("linkerd/linkerd2: pkg/inject/report.go", "https://linkerd.io/2/features/proxy-injection/"),
)
def linkerd_inject_unread(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an annotation on a workload or a Service that none of its pods got a proxy by."""
    node = _asking(resource)
    if node is None or not has_linkerd(mesh, resource.cluster):
        return
    behind = _behind(mesh, resource)
    if behind and all(_is_unasked(mesh, workload) for workload in behind):
        place = "a Service" if resource.kind == SERVICE else "the workload instead of its pods"
        yield node.problem(f"'{INJECT}' stands on {place}, where the injector does not read it", get_yaml(resource))


def _asking(resource: Resource) -> Node | None:
    annotations = resource.get("metadata.annotations")
    node = annotations.key(INJECT) if annotations is not None else None
    return node if node is not None and node.text in ("enabled", "ingress") else None


def _behind(mesh: MeshView, resource: Resource) -> tuple[Workload, ...]:
    if resource.kind == SERVICE:
        return workloads_of(mesh, resource)
    own = workload_of(mesh, resource)
    replicas = resource.get("spec.replicas")
    is_stopped = replicas is not None and replicas.number == 0
    return (own,) if own is not None and own.key == resource.key and not is_stopped else ()


def _is_unasked(mesh: MeshView, workload: Workload) -> bool:
    """Whether the pods neither have a proxy nor ask for one nor opt out."""
    if INJECT in workload.annotations:
        return False
    return asked_enrolment(mesh, workload).mode is enrolment(mesh, workload).mode is Enrolled.NONE
