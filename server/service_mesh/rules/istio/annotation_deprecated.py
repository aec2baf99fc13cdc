"""Annotation of Istio is deprecated.

## Why it matters
A later release stops reading it. `sidecar.istio.io/inject` as an annotation is also weaker than the label of the same
name: the webhook selects pods by labels, so the annotation cannot turn injection on where the namespace does not.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
  labels: {app: shop}
  annotations:
    sidecar.istio.io/inject: "false"
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
  labels:
    app: shop
    sidecar.istio.io/inject: "false"
spec:
  containers:
  - {name: shop, image: example.com/shop:1}
```

## When it stays quiet
The label of the same name stands beside the annotation; the annotation stands on a kind where nobody reads it (IS140).
Pod templates of all kinds of workloads are looked at, which Istio's analyzers do not do.

## Fix safety
`sidecar.istio.io/inject` can be written as a label. That is unsafe: the label is stronger.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import BEARERS, OWNERS, moved, places
from service_mesh.rules.istio._annotations import ANNOTATIONS, DEPRECATED, INJECT
from service_mesh.rules.rule import rule


@rule(
    "IS143",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=BEARERS,
    reads=OWNERS,
    sources=(
        "istio/api: annotation/annotations.yaml",
        "istio/istio: pkg/config/analysis/analyzers/annotations/annotations.go",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
    upstream=("IST0135",),
)
def annotation_deprecated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each deprecated annotation where it is read."""
    for place in places(resource, mesh):
        for annotation in place.annotations:
            name = str(annotation.path[-1])
            instead = DEPRECATED.get(name)
            if instead is None or place.kind not in ANNOTATIONS[name] or (name == INJECT and place.label(name)):
                continue
            fix = moved(annotation, place.metadata, "labels", "write it as a label") if name == INJECT else None
            message = f"annotation '{name}' is deprecated: {instead}"
            yield annotation.finding(message, fix=fix, anchor=Anchor.KEY)
