"""Annotation of Linkerd is written as a label.

## Why it matters
`linkerd.io/inject` and everything below `config.linkerd.io` is read from annotations only. As a label it is accepted
and has no effect: the pods get no proxy, or one without the setting.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {linkerd.io/inject: enabled}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
```

## When it stays quiet
The annotation stands beside the label; the label `config.linkerd.io/admission-webhooks` of a namespace, which is one. A
ReplicaSet or a Pod whose owner is in the input, since it only repeats what stands there. Linkerd's own check looks at
running pods and at Services only.

## Fix safety
The entry can be moved to the annotations. That is unsafe, because it takes effect there.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.moves import moved
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import INJECT
from service_mesh.rules.linkerd._annotated import BEARERS, OWNERS, places
from service_mesh.rules.linkerd._annotations import EXEMPT, is_config
from service_mesh.rules.rule import rule


@rule(
    "LD170",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=BEARERS,
    where=has_linkerd,
    reads=OWNERS,
    sources=(
        "linkerd/linkerd2: pkg/healthcheck/healthcheck_labels.go",
        "https://linkerd.io/2/features/proxy-injection/",
    ),
    upstream=("l5d-data-plane-pod-labels", "l5d-data-plane-services-labels"),
)
def injection_setting_as_label(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each label that is an annotation by its name."""
    found = places(resource, mesh)
    for place in found:
        for label in place.labels:
            name = str(label.path[-1])
            if name == EXEMPT or not (name == INJECT or is_config(name)) or place.annotation(name) is not None:
                continue
            target = found[-1].metadata if place.kind != "Service" else place.metadata
            fix = moved(label, target, "annotations", "write it as an annotation")
            message = f"'{name[:120]}' is read as an annotation and has no effect as a label"
            yield label.finding(message, fix=fix, anchor=Anchor.KEY)
