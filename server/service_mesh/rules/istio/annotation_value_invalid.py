"""Annotation of Istio has a value that cannot be read.

## Why it matters
The injector refuses a pod with such an annotation, so that a rollout stops; a quantity that is none makes the injected
container invalid. An AuthorizationPolicy whose `istio.io/dry-run` cannot be read is refused by Istio's webhook.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: 3306,redis
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
    traffic.sidecar.istio.io/excludeOutboundPorts: 3306,6379
spec:
  containers:
  - {name: shop, image: example.com/shop:1}
```

## When it stays quiet
The annotation stands on a kind where nobody reads it, which has a rule of its own (IS140). Unknown settings in
`proxy.istio.io/config` are passed over by Istio and here.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import BEARERS, OWNERS, places
from service_mesh.rules.istio._annotation_values import annotation_fault, is_boolean
from service_mesh.rules.istio._annotations import ANNOTATIONS
from service_mesh.rules.rule import rule

_DRY_RUN = "istio.io/dry-run"
_DECIDING = ("ALLOW", "DENY")


@rule(
    "IS142",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=BEARERS,
    reads=OWNERS,
    sources=(
        "istio/istio: pkg/kube/inject/validate.go",
        "istio/istio: pkg/kube/inject/inject.go (RunTemplate)",
        "istio/istio: pkg/config/validation/validation.go (checkDryRunAnnotation)",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
    upstream=("IST0125",),
)
def annotation_value_invalid(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each annotation whose value Istio cannot read."""
    for place in places(resource, mesh):
        for annotation in place.annotations:
            name = str(annotation.path[-1])
            if place.kind in ANNOTATIONS.get(name, ()):
                fault = _dry_run(annotation) if name == _DRY_RUN else annotation_fault(name, annotation.text)
                if fault:
                    yield annotation.finding(f"value of '{name}' {fault}")


def _dry_run(annotation: Node) -> str:
    if annotation.resource.kind != AUTHORIZATION_POLICY:
        return ""
    action = annotation.resource.get("spec.action")
    if action is not None and action.text and action.text not in _DECIDING:
        return f"counts for ALLOW and DENY only, and the webhook refuses the policy with action '{action.text[:40]}'"
    return "" if is_boolean(annotation.text) else "is neither 'true' nor 'false'"
