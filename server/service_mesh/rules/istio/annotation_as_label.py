"""Annotation of Istio is written as a label.

## Why it matters
Istio reads it from the annotations only. As a label it is accepted and has no effect.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
  labels:
    app: shop
    traffic.sidecar.istio.io/excludeOutboundPorts: "3306"
spec:
  containers:
  - {name: shop, image: example.com/shop:1}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
  labels: {app: shop}
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: "3306"
spec:
  containers:
  - {name: shop, image: example.com/shop:1}
```

## When it stays quiet
The annotation stands beside the label, or a label of this name exists too, as with `istio.io/rev`.

## Fix safety
The entry can be moved to the annotations. That is unsafe, because it takes effect there.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import BEARERS, OWNERS, moved, places
from service_mesh.rules.istio._annotations import ANNOTATIONS, LABELS
from service_mesh.rules.rule import rule


@rule(
    "IS144",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=BEARERS,
    reads=OWNERS,
    sources=(
        "istio/api: annotation/annotations.yaml",
        "istio/api: label/labels.yaml",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
)
def annotation_as_label(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each label whose name is that of an annotation and of no label."""
    for place in places(resource, mesh):
        written = {annotation.path[-1] for annotation in place.annotations}
        for label in place.labels:
            name = label.path[-1]
            if name in ANNOTATIONS and name not in LABELS and name not in written:
                fix = moved(label, place.metadata, "annotations", "write it as an annotation")
                message = f"'{name}' is read as an annotation and has no effect as a label"
                yield label.finding(message, fix=fix, anchor=Anchor.KEY)
