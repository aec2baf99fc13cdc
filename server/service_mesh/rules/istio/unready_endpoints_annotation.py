"""Service asks for endpoints that are not ready, by an annotation that nothing reads.

## Why it matters
Kubernetes dropped the annotation in 1.24: endpoints that are not ready are left out again, so members of a cluster that
look for each other before they are ready do not find each other.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: db
  annotations:
    service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"
spec:
  clusterIP: None
  selector: {app: db}
  ports:
  - {name: tcp, port: 5432}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {app: db}
  ports:
  - {name: tcp, port: 5432}
```

## When it stays quiet
The field that replaces the annotation is there too. With another value than `true` the annotation asks for what happens
anyway, and it is info.

## Fix safety
Adding the field is offered; unsafe, because requests reach pods that are not ready then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ANNOTATION = "service.alpha.kubernetes.io/tolerate-unready-endpoints"
_FIELD = "publishNotReadyAddresses"


@rule(
    "IS283",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE,),
    sources=("https://github.com/kubernetes/kubernetes/pull/108020",),
)
def unready_endpoints_annotation(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the annotation where the field is missing."""
    annotations, spec = resource.get("metadata.annotations"), resource.get("spec")
    annotation = annotations.key(_ANNOTATION) if annotations is not None else None
    if annotation is None or spec is None or not isinstance(spec.value, dict) or _FIELD in spec.value:
        return
    if annotation.value not in ("true", True):
        message = "Kubernetes does not read this annotation since 1.24, so it changes nothing"
        yield annotation.finding(message, anchor=Anchor.KEY, severity=Severity.INFO)
    else:
        fix = Fix(f"add '{_FIELD}: true'", False, (Insert(resource, spec.path, _FIELD, True),))
        message = "Kubernetes does not read this annotation since 1.24, so endpoints that are not ready are left out"
        yield annotation.finding(message, fix=fix, anchor=Anchor.KEY)
