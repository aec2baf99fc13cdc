"""Annotation lies in a domain of Istio, but no release knows it.

## Why it matters
Kubernetes takes every annotation and Istio reads only those it knows: a misspelt one is silently without effect.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations:
    sidecar.istio.io/proxyCpu: 100m
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
  annotations:
    sidecar.istio.io/proxyCPU: 100m
spec:
  containers:
  - {name: shop, image: example.com/shop:1}
```

## When it stays quiet
Names in domains that Istio's components mark their own objects with (`internal.istio.io`, `gateway.istio.io`,
`operator.istio.io` and what is below it). A ReplicaSet or a Pod whose owner is in the input, and what istiod made for a
Gateway of the Gateway API (label `gateway.istio.io/managed`): both repeat what was written elsewhere. Istio's analyzers
look at Namespaces, Services, Pods and Deployments only and not into pod templates; here all kinds of workloads, their
templates and Istio's own kinds are looked at.

## Fix safety
A known name is offered if exactly one is near; what is a label is moved to the labels. Both are unsafe, because they
take effect then and the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import BEARERS, OWNERS, Place, moved, places
from service_mesh.rules.istio._annotations import ANNOTATIONS, LABELS, RETIRED, is_internal, is_of_istio, meant
from service_mesh.rules.rule import rule

_SENSES = ("inbound", "outbound", "include", "exclude")


@rule(
    "IS141",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=BEARERS,
    reads=OWNERS,
    sources=(
        "istio/api: annotation/annotations.yaml",
        "istio/istio: pkg/config/analysis/analyzers/annotations/annotations.go",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
    upstream=("IST0108",),
)
def annotation_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each annotation in a domain of Istio that Istio does not know."""
    for place in places(resource, mesh):
        for annotation in place.annotations:
            name = str(annotation.path[-1])
            if is_of_istio(name) and name not in ANNOTATIONS and not is_internal(name):
                yield _told(annotation, name[:120], place)


def _told(annotation: Node, name: str, place: Place) -> Draft:
    if name in RETIRED:
        return annotation.finding(f"annotation '{name}' is not read by Istio any more", anchor=Anchor.KEY)
    if name in LABELS:
        message = f"'{name}' is read as a label and has no effect as an annotation"
        fix = moved(annotation, place.metadata, "labels", "write it as a label")
        return annotation.finding(message, fix=fix, anchor=Anchor.KEY)
    near = meant(name, (known for known in ANNOTATIONS if _sense(known) == _sense(name)))
    fix = Fix.rename(annotation, near) if near else None
    return annotation.finding(f"annotation '{name}' is not known to Istio", fix=fix, anchor=Anchor.KEY)


def _sense(name: str) -> tuple[bool, ...]:
    """Words that turn a name into its opposite by few letters: a guess may not change them."""
    folded = name.lower()
    return tuple(word in folded for word in _SENSES)
