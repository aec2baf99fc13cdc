"""Allowed origin holds a star that is taken as a plain character.

## Why it matters
`exact` and `prefix` know no wildcards. `https://*.example.com` fits only an origin with a star in its name, which no
browser sends, so that every origin it was meant for is refused.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - corsPolicy:
      allowOrigins:
      - prefix: https://*.example.com
    route:
    - destination: {host: shop}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - corsPolicy:
      allowOrigins:
      - regex: https://[^/:]+[.]example[.]com
    route:
    - destination: {host: shop}
```

## When it stays quiet
A lone `*`, which stands for every origin; regular expressions.

## Fix safety
A regular expression for one or more labels in place of the star is offered; unsafe, because origins that were refused
are allowed then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Rename, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/-_")


@rule(
    "IS114",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    needs=("allowOrigins",),
    sources=(
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch",
    ),
)
def cors_origin_wildcard_literal(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each exact origin or prefix with a star inside."""
    for origin in resource.each("spec.http[].corsPolicy.allowOrigins[]"):
        for form in ("exact", "prefix"):
            field = origin.get(form)
            if field is not None and "*" in field.text and field.text != "*":
                message = f"'*' in '{field.text}' is a plain character in '{form}', so no real origin fits"
                yield field.finding(message, fix=_fix(field))


def _fix(field: Node) -> Fix:
    pattern = "".join(_pattern(character) for character in field.text)
    edits = (Rename(field.resource, field.path, "regex"), Replace(field.resource, field.path, pattern))
    return Fix(f"match by regex '{pattern}'", False, edits)


def _pattern(character: str) -> str:
    # Brackets rather than backslashes, which would need care in quoted YAML.
    return "[^/:]+" if character == "*" else character if character in _PLAIN else f"[{character}]"
