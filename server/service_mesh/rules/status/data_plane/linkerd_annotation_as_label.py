"""Setting of Linkerd is written as a label where only an annotation counts, or the other way round.

## Why it matters
The injector and the proxies read `linkerd.io/inject` and `config.linkerd.io/…` from annotations and nowhere else, and
other clusters read `mirror.linkerd.io/exported` from labels. In the wrong place the setting does nothing and nothing
says so.

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
metadata: {name: shop, labels: {linkerd.io/inject: enabled}}
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
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
```

## When it stays quiet
Linkerd does not run in the cluster, or the annotation stands beside the label. The label
`config.linkerd.io/admission-webhooks` is one. Pods of one workload are said once.

## Fix safety
No fix: the object in the cluster was made from a file, a chart or an operator, which is where it has to be mended.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, pods_of, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, POD, SERVICE
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import INJECT
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import has_linkerd

_EXEMPT = "config.linkerd.io/admission-webhooks"
_EXPORTED = "mirror.linkerd.io/exported"
_PREFIXES = ("config.linkerd.io/", "config.alpha.linkerd.io/")


@rule(
    "ST236",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NAMESPACE, POD, SERVICE),
    reads=tuple(kind for kind in WORKLOAD_KINDS if kind != POD),
    sources=("linkerd/linkerd2: pkg/healthcheck/healthcheck_labels.go",),
    upstream=("l5d-data-plane-pod-labels", "l5d-data-plane-services-labels", "l5d-data-plane-services-annotations"),
)
def linkerd_annotation_as_label(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each key of Linkerd that stands among the labels, and an export that stands among the annotations."""
    if not _has_label(resource) and _EXPORTED not in resource.annotations:
        return
    if not has_linkerd(mesh, resource.cluster) or _is_said_elsewhere(mesh, resource):
        return
    next_command = get_yaml(resource)
    for label in _misplaced(resource):
        name = label.path[-1]
        yield label.problem(f"'{name}' is a label here and is only read as an annotation", next_command)
    annotations = resource.get("metadata.annotations")
    exported = annotations.key(_EXPORTED) if annotations is not None and resource.kind == SERVICE else None
    if exported is not None and _EXPORTED not in resource.labels:
        yield exported.problem(f"'{_EXPORTED}' is an annotation here and is only read as a label", next_command)


def _has_label(resource: Resource) -> bool:
    return any(name == INJECT or name.startswith(_PREFIXES) for name in resource.labels)


def _misplaced(resource: Resource) -> Iterator[Node]:
    labels = resource.get("metadata.labels")
    for name in resource.labels if labels is not None else ():
        is_setting = name == INJECT or (name.startswith(_PREFIXES) and name != _EXEMPT and resource.kind != NAMESPACE)
        if is_setting and name not in resource.annotations and labels is not None:
            node = labels.key(name)
            if node is not None:
                yield node


def _is_said_elsewhere(mesh: MeshView, resource: Resource) -> bool:
    """Whether an earlier pod of the same workload says it, or the pod does not run."""
    if resource.kind != POD:
        return False
    if not is_meant_to_run(resource):
        return True
    workload = workload_of(mesh, resource)
    running = (pod for pod in pods_of(mesh, workload) if is_meant_to_run(pod)) if workload is not None else iter(())
    return next(running, resource).key != resource.key
