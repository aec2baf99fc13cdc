"""Annotation that asks for a proxy has a value the injector does not know.

## Why it matters
The injector knows `enabled`, `ingress` and `disabled`, in these letters. With any other value it leaves the pod alone:
`true` or `Enabled` on a namespace keep all of its pods out of the mesh, and also pods that ask for a proxy themselves.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: "true"}
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
The three values, and an empty one, which is as good as none. A ReplicaSet or a Pod whose owner is in the input.

## Fix safety
The value that was meant is offered for `true`, `on`, `false`, `off` and misspelt ones; unsafe, because it decides who
is in the mesh.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import INJECT
from service_mesh.rules.linkerd._annotated import BEARERS, OWNERS, places
from service_mesh.rules.linkerd._annotations import INJECT_VALUES
from service_mesh.rules.rule import rule

_MEANT: Mapping[str, str] = {
    **dict.fromkeys(("true", "on", "yes", "enable", "1"), "enabled"),
    **dict.fromkeys(("false", "off", "no", "disable", "0"), "disabled"),
}


@rule(
    "LD172",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(kind for kind in BEARERS if kind.name != "Service"),
    where=has_linkerd,
    reads=tuple(kind for kind in OWNERS),
    sources=("linkerd/linkerd2: pkg/inject/report.go", "https://linkerd.io/2/features/proxy-injection/"),
)
def inject_value_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a value that is none of the three where the injector reads it."""
    for place in places(resource, mesh):
        annotation = place.annotation(INJECT)
        if annotation is None or annotation.text in ("", *INJECT_VALUES) or place.kind not in ("Namespace", "Pod"):
            continue
        text = annotation.text.strip().lower()
        meant = text if text in INJECT_VALUES else _MEANT.get(text) or nearest(text, INJECT_VALUES, unique=True)
        message = f"'{annotation.text[:80]}' is no value of '{INJECT}', so that no pod gets a proxy"
        yield annotation.finding(message, fix=Fix.replace(annotation, meant) if meant else None)
