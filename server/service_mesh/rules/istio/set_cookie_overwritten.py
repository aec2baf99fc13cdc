"""Route sets the header `Set-Cookie` and so takes away the cookies of the service.

## Why it matters
`set` replaces every value of a header. A cookie that makes requests stick to a version removes the session cookies that
the service sends in the same answer.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - route:
    - destination: {host: shop}
      headers:
        response:
          set:
            Set-Cookie: version=b
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - route:
    - destination: {host: shop}
      headers:
        response:
          add:
            Set-Cookie: version=b
```

## When it stays quiet
The cookie is added; another header is set; an answer that the proxy gives by itself.

## Fix safety
Adding instead of setting is offered; unsafe, because the cookies of the service may have been unwanted.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert, Remove, Rename
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS188",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    needs=("set",),
    sources=(
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers-HeaderOperations",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
    ),
)
def set_cookie_overwritten(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each `Set-Cookie` that is set on answers of a service."""
    for entry in resource.each("spec.http[]"):
        if entry.get("redirect") is not None or entry.get("directResponse") is not None:
            continue
        for place in ("headers.response.set", "route[].headers.response.set"):
            for operation in entry.each(place):
                yield from (_draft(operation, node) for node in operation.each("{}") if _is_cookie(node))


def _is_cookie(node: Node) -> bool:
    return str(node.path[-1]).lower() == "set-cookie"


def _draft(operation: Node, cookie: Node) -> Draft:
    message = "'Set-Cookie' is set, which takes away every cookie that the service sends"
    return cookie.finding(message, fix=_fix(operation, cookie), anchor=Anchor.KEY)


def _fix(operation: Node, cookie: Node) -> Fix | None:
    route, response = operation.resource, operation.parent()
    alone, added = len(list(operation.each("{}"))) == 1, response.get("add")
    name = str(cookie.path[-1])
    if added is None and alone:
        return Fix("add the cookie", False, (Rename(route, operation.path, "add"),))
    removal = Remove(route, operation.path if alone else cookie.path)
    if added is None:
        return Fix("add the cookie", False, (removal, Insert(route, response.path, "add", {name: cookie.value})))
    if not isinstance(added.value, dict) or any(_is_cookie(node) for node in added.each("{}")):
        return None
    return Fix("add the cookie", False, (removal, Insert(route, added.path, name, cookie.value)))
