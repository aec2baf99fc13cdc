"""Two WorkloadGroups of a namespace give their machines the same labels.

## Why it matters
Services, policies and routes choose machines by these labels, so the two groups cannot be told apart: what is meant for
one reaches the other too.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vm-a, namespace: shop}
spec:
  metadata: {labels: {app: vm}}
  template: {serviceAccount: default}
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vm-b, namespace: shop}
spec:
  metadata: {labels: {app: vm}}
  template: {serviceAccount: default}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vm-a, namespace: shop}
spec:
  metadata: {labels: {app: vm, group: a}}
  template: {serviceAccount: default}
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vm-b, namespace: shop}
spec:
  metadata: {labels: {app: vm, group: b}}
  template: {serviceAccount: default}
```

## When it stays quiet
The labels differ in any way, or a group has none. Groups of other namespaces do not count.

## Fix safety
There is no fix: which label tells the groups apart is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOAD_GROUP
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NOTES = 3
_Key = tuple[str, str, tuple[tuple[str, str], ...]]


@rule(
    "IS241",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(WORKLOAD_GROUP,),
    sources=(
        "https://istio.io/latest/docs/reference/config/networking/workload-group/",
        "kiali/kiali: business/checkers/workloadgroups/duplicate_labels_checker.go",
    ),
    upstream=("KIA1702",),
)
def workload_group_labels_repeated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the labels of a group that another group of its namespace gives too."""
    labels = resource.get("spec.metadata.labels")
    key = _key(labels) if labels is not None else None
    if labels is None or key is None:
        return
    others = [node for node in mesh.index(_groups)[key] if node.resource is not resource]
    if others:
        names = ", ".join(f"'{node.resource.name}'" for node in others[:_NOTES])
        more = " and others" if len(others) > _NOTES else ""
        message = f"machines get the same labels as those of {names}{more}"
        yield labels.finding(message, related=tuple(node.note("gives the same labels") for node in others[:_NOTES]))


def _key(labels: Node) -> _Key | None:
    values = labels.value if isinstance(labels.value, dict) else {}
    pairs = tuple(sorted((str(name), str(value)) for name, value in values.items()))
    return (labels.resource.cluster, labels.resource.namespace, pairs) if pairs else None


def _groups(mesh: MeshView) -> Mapping[_Key, tuple[Node, ...]]:
    found: dict[_Key, list[Node]] = {}
    for group in mesh.of_kind(WORKLOAD_GROUP):
        labels = group.get("spec.metadata.labels")
        key = _key(labels) if labels is not None else None
        if labels is not None and key is not None:
            found.setdefault(key, []).append(labels)
    return {key: tuple(nodes) for key, nodes in found.items()}
