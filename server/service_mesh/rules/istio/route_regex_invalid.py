"""Regular expression of a route is not one for the proxy.

## Why it matters
Routes are matched by RE2, which knows no look-around and no back references. The webhook refuses what it cannot
compile, an empty expression, and one of more than 1024 bytes; where it is not asked, the proxy rejects its whole
configuration and goes on with an old one.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - match:
    - uri: {regex: "/api/(?!internal).*"}
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
  - match:
    - uri: {regex: "/api/public/.*"}
    route:
    - destination: {host: shop}
```

## When it stays quiet
The expression compiles, as far as its syntax tells: names of Unicode classes are not looked up, and how large a
program it makes is not measured.

## Fix safety
No fix is offered: what the expression was to match has to be written in another way.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.re2 import regex_fault
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_MOST_BYTES = 1024
_MATCH = "spec.http[].match[]"
_PLACES = (
    *(f"{_MATCH}.{field}.regex" for field in ("uri", "scheme", "method", "authority")),
    *(f"{_MATCH}.{field}{{}}.regex" for field in ("headers", "withoutHeaders", "queryParams")),
    "spec.http[].corsPolicy.allowOrigins[].regex",
    "spec.http[].rewrite.uriRegexRewrite.match",
)


@rule(
    "IS185",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    needs=("regex", "uriRegexRewrite"),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "https://github.com/google/re2/wiki/Syntax",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch",
    ),
    upstream=("IST0106",),
)
def route_regex_invalid(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each expression that the webhook refuses."""
    for place in _PLACES:
        for node in resource.each(place):
            if isinstance(node.value, str) and (fault := _fault(node)):
                yield node.finding(f"the regular expression is refused: {fault}")


def _fault(node: Node) -> str:
    if not node.text:
        return "it is empty"
    size = len(node.text.encode("utf-8", "surrogatepass"))
    return f"it has {size} bytes, {_MOST_BYTES} at most are allowed" if size > _MOST_BYTES else regex_fault(node.text)
