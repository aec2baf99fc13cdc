"""Annotation of Istio stands on a kind where nothing reads it.

## Why it matters
Most annotations of Istio are read from the pod. On a Deployment, a Namespace or a Service they are accepted and have no
effect: the port is still redirected, the proxy keeps its size, injection goes its way. `istio.io/dry-run` on another
kind than AuthorizationPolicy is refused by Istio's webhook.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: "3306"
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
      - {name: shop, image: example.com/shop:1}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
      annotations:
        traffic.sidecar.istio.io/excludeOutboundPorts: "3306"
    spec:
      containers:
      - {name: shop, image: example.com/shop:1}
```

## When it stays quiet
The pod template has the same annotation with the same value; the object is a ReplicaSet or a Pod whose owner is in the
input, since it only repeats what stands there; a Gateway of the Gateway API, whose annotations are handed on to the
objects made for it. Istio's analyzers look at Namespaces, Services, Pods and Deployments only; here all kinds of
workloads and Istio's own kinds are looked at.

## Fix safety
For workloads the annotation can be moved to the pod template. That is unsafe, because it then takes effect.
"""

from collections.abc import Iterator, Sequence

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import BEARERS, CONFIGURATION, OWNERS, Place, moved, places
from service_mesh.rules.istio._annotations import ANNOTATIONS, ANY
from service_mesh.rules.rule import rule

_DRY_RUN = "istio.io/dry-run"
_POD = "Pod"


@rule(
    "IS140",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=BEARERS,
    needs=tuple(ANNOTATIONS),
    reads=OWNERS,
    sources=(
        "istio/api: annotation/annotations.yaml",
        "istio/istio: pkg/config/analysis/analyzers/annotations/annotations.go",
        "istio/istio: pkg/config/validation/validation.go (checkDryRunAnnotation)",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
    upstream=("IST0107",),
)
def annotation_misplaced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each annotation that is not read on the kind it stands on."""
    found = places(resource, mesh)
    for place in found:
        for annotation in () if place.passes_on else place.annotations:
            kinds = ANNOTATIONS.get(str(annotation.path[-1]), (ANY,))
            if ANY not in kinds and place.kind not in kinds:
                yield from _told(annotation, place, kinds, found)


def _told(annotation: Node, place: Place, kinds: Sequence[str], found: Sequence[Place]) -> Iterator[Draft]:
    name, fix = annotation.path[-1], None
    if name == _DRY_RUN and annotation.resource.kind in CONFIGURATION:
        message = f"annotation '{name}' makes Istio's webhook refuse a {place.kind}"
        yield annotation.finding(message, anchor=Anchor.KEY)
        return
    template = found[1] if kinds == (_POD,) and len(found) > 1 and found[1].kind == _POD else None
    if template is not None:
        if any(other.path[-1] == name and other.value == annotation.value for other in template.annotations):
            return
        message = f"annotation '{name}' is read from the pod template and has no effect on the {place.kind}"
        fix = moved(annotation, template.metadata, "annotations", "move to the pod template")
    else:
        listed = " or ".join(kinds)
        message = f"annotation '{name}' is read from a {listed} and has no effect on a {place.kind}"
    yield annotation.finding(message, fix=fix, severity=Severity.WARNING, anchor=Anchor.KEY)
