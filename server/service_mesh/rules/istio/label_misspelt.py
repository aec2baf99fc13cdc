"""Label is almost the name of one that Istio reads.

## Why it matters
Labels put namespaces and pods into the mesh and bind them to a waypoint. A misspelt one is accepted and nothing
happens, so that traffic flows without mTLS and without the policies that were meant for it.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/data-plane-mode: ambient
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/dataplane-mode: ambient
```

## When it stays quiet
The label is no near miss of exactly one known name: labels in Istio's domains that it does not know may be anybody's.
The right label stands beside it. `istio-injection` is compared on Namespaces only.

## Fix safety
Renaming is unsafe, because the label takes effect then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import BEARERS, OWNERS, Place, places
from service_mesh.rules.istio._annotations import ANNOTATIONS, LABELS, is_internal, is_of_istio, meant
from service_mesh.rules.rule import rule

_INJECTION = "istio-injection"


@rule(
    "IS145",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=BEARERS,
    reads=OWNERS,
    sources=("istio/api: label/labels.yaml", "https://istio.io/latest/docs/reference/config/labels/"),
)
def label_misspelt(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each label that is a near miss of exactly one label of Istio."""
    for place in places(resource, mesh):
        for label in place.labels:
            near = _meant(str(label.path[-1]), place)
            if near and place.label(near) is None:
                message = f"label '{str(label.path[-1])[:120]}' is not known to Istio, '{near}' is"
                yield label.finding(message, fix=Fix.rename(label, near), anchor=Anchor.KEY)


def _meant(name: str, place: Place) -> str | None:
    if is_of_istio(name):
        is_known = name in LABELS or name in ANNOTATIONS or is_internal(name)
        return None if is_known else meant(name, LABELS)
    if place.kind == NAMESPACE.name and name.startswith("istio") and name != _INJECTION:
        return nearest(name, (_INJECTION,))
    return None
