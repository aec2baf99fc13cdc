"""Selector of a workload does not select the pods of its own template.

## Why it matters
A Deployment, StatefulSet, DaemonSet or ReplicaSet counts the pods that its selector selects. If those of its template
are not among them, or the selector is empty, the API server refuses the object and nothing runs.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart, version: v2}
  template:
    metadata:
      labels: {app: cart, version: v1}
    spec:
      containers:
      - {name: app, image: "cart:1"}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart, version: v1}
  template:
    metadata:
      labels: {app: cart, version: v1}
    spec:
      containers:
      - {name: app, image: "cart:1"}
```

## When it stays quiet
No selector or no image, as in patches; values that are no text, which the schema reports; objects that were read
from a cluster, which took them.

## Fix safety
None is offered: a selector cannot be changed later, and other objects may select either labels.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.rules.rule import rule


@rule(
    "K8104",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET),
    needs=("selector",),
    sources=("kubernetes/kubernetes: pkg/apis/apps/validation/validation.go",),
)
def selector_misses_template(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the part of a selector that the labels of the template do not meet."""
    if _is_usual(resource):
        return
    written = resource.get("spec.selector")
    if written is None or not isinstance(written.value, dict) or resource.is_from_cluster:
        return
    if resource.get("spec.template.spec.containers[].image") is None:
        return
    selector = label_selector(written)
    if selector.is_empty:
        if set(written.value) <= {"matchLabels", "matchExpressions"}:
            yield written.finding("the selector is empty, which is refused", anchor=Anchor.KEY)
        return
    labels = resource.get("spec.template.metadata.labels")
    held = labels.value if labels is not None and isinstance(labels.value, dict) else {}
    if selector.nothing or selector.matches(held) or not all(isinstance(value, str) for value in held.values()):
        return
    missed = _missed(written, held) or written
    related = (labels.note("are the labels of the pods"),) if labels is not None else ()
    yield missed.finding("the selector does not select the pods of the template", related=related)


def _is_usual(resource: Resource) -> bool:
    """Whether the template has every label of a selector by labels alone, told from the plain data of thousands."""
    match resource.data:
        case {
            "spec": {
                "selector": {"matchLabels": dict(wanted), **more},
                "template": {"metadata": {"labels": dict(held)}},
            }
        }:
            return not more and bool(wanted) and wanted.items() <= held.items()
    return False


def _missed(written: Node, held: dict[str, object]) -> Node | None:
    """The first label that the template does not have; None if an expression is what it does not meet."""
    labels = written.get("matchLabels")
    return (
        next((node for node in labels.each("{}") if held.get(str(node.path[-1])) != node.value), None)
        if labels
        else None
    )
