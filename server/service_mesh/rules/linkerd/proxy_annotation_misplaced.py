"""Annotation for Linkerd's injector stands where it is not read.

## Why it matters
The injector reads annotations from pods, which is the template of a Deployment, and from namespaces. On the metadata of
the Deployment itself, or on a Service, they are accepted and have no effect: `kubectl annotate deployment` does not
bring a proxy. Of the settings of proxies a Service has one alone, its opaque ports.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  namespace: shop
  annotations: {linkerd.io/inject: enabled}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata:
      labels: {app: cart}
    spec:
      containers:
      - {name: cart, image: example.com/cart:1}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  namespace: shop
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata:
      labels: {app: cart}
      annotations: {linkerd.io/inject: enabled}
    spec:
      containers:
      - {name: cart, image: example.com/cart:1}
```

## When it stays quiet
The pod template has an annotation of that name too; `linkerd.io/inject: disabled` on a Service. A ReplicaSet or a Pod
whose owner is in the input.

## Fix safety
For workloads the annotation can be moved to the pod template. That is unsafe, because it then takes effect.
"""

from collections.abc import Iterator, Sequence

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, POD, SERVICE
from service_mesh.model.moves import moved
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import INJECT
from service_mesh.posture.linkerd.ports import OPAQUE_PORTS
from service_mesh.rules.linkerd._annotated import BEARERS, OWNERS, Place, places
from service_mesh.rules.linkerd._annotations import KNOWN
from service_mesh.rules.rule import rule

_READ = KNOWN | {INJECT}


@rule(
    "LD173",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(kind for kind in BEARERS if kind not in (NAMESPACE, POD)),
    where=has_linkerd,
    reads=OWNERS,
    sources=(
        "linkerd/linkerd2: controller/proxy-injector/webhook.go",
        "https://linkerd.io/2/features/proxy-injection/",
    ),
)
def proxy_annotation_misplaced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each annotation for pods that stands on the workload itself or on a Service."""
    found = places(resource, mesh)
    for place in found[:1]:
        for annotation in place.annotations:
            if annotation.path[-1] in _READ and not _is_at_home(annotation, resource):
                yield from _told(annotation, resource, found)


def _is_at_home(annotation: Node, resource: Resource) -> bool:
    name = annotation.path[-1]
    return resource.kind == SERVICE and (name == OPAQUE_PORTS or (name == INJECT and annotation.text == "disabled"))


def _told(annotation: Node, resource: Resource, found: Sequence[Place]) -> Iterator[Draft]:
    name = str(annotation.path[-1])
    template = found[1] if len(found) > 1 else None
    if template is not None and template.annotation(name) is not None:
        return
    fix: Fix | None = None
    if template is not None:
        fix = moved(annotation, template.metadata, "annotations", "move to the pod template")
    home = "its pod template" if resource.kind != SERVICE else "pods"
    message = f"annotation '{name}' is read from {home} and has no effect on a {resource.kind.name}"
    yield annotation.finding(message, fix=fix, anchor=Anchor.KEY)
