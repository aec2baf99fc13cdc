"""Label of Istio has a value that means nothing.

## Why it matters
Istio compares these labels with fixed values. Any other value counts as if the label were not there, or excludes what
it was meant to include: `istio.io/dataplane-mode: sidecar` enrols nobody, `istio-injection: "true"` injects nothing.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: "true"
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
```

## When it stays quiet
The label stands on a kind where it is not read: `istio-injection` anywhere but on a Namespace,
`sidecar.istio.io/inject` anywhere but on pods, `istio.io/waypoint-for` anywhere but on a Gateway. Before Istio 1.27
`sidecar.istio.io/inject` took other words for yes, so that it is not judged for such a release.

## Fix safety
There is no fix, except for a value that differs from a known one in case only; that is unsafe, because it takes effect
then.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import BEARERS, OWNERS, places
from service_mesh.rules.istio._annotations import INJECT, LABEL_VALUES
from service_mesh.rules.rule import rule

_READ_ON: Mapping[str, tuple[str, ...]] = {
    "istio-injection": ("Namespace",),
    "istio.io/dataplane-mode": ("Namespace", "Pod"),
    "istio.io/waypoint-for": ("Gateway",),
    INJECT: ("Pod",),
}
_STRICT_SINCE = (1, 27)


@rule(
    "IS146",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=BEARERS,
    reads=OWNERS,
    sources=(
        "istio/api: label/labels.yaml",
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
        "istio/istio: pkg/kube/inject/inject.go",
        "https://istio.io/latest/docs/reference/config/labels/",
    ),
)
def label_value_meaningless(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each label of Istio with a value that Istio compares with nothing."""
    for place in places(resource, mesh):
        for label in place.labels:
            name = str(label.path[-1])
            known = LABEL_VALUES.get(name, ())
            if name == INJECT and mesh.release("istio") < _STRICT_SINCE:
                continue
            if place.kind in _READ_ON.get(name, ()) and label.text not in known:
                folded = label.text.lower()
                fix = Fix.replace(label, folded) if folded in known else None
                listed = " or ".join(f"'{value}'" for value in known)
                yield label.finding(f"value '{label.text[:63]}' of label '{name}' is not {listed}", fix=fix)
