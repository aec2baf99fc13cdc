"""Redirect of a route has a path that is not absolute, or none.

## Why it matters
Linkerd's admission webhook refuses the route. The new path of a redirect starts with `/`; the CRD takes any text, so
only the webhook says so. An empty prefix is refused as well.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - filters:
    - type: RequestRedirect
      requestRedirect:
        path: {type: ReplaceFullPath, replaceFullPath: cart/new}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - filters:
    - type: RequestRedirect
      requestRedirect:
        path: {type: ReplaceFullPath, replaceFullPath: /cart/new}
```

## When it stays quiet
Routes of gateways; filters of single backends, which the webhook does not read; redirects without a `path`. Where the
only parents are Services, which other meshes take too, it is a warning.

## Fix safety
A slash before the path is offered: no other path can be meant. It is unsafe, since the route comes into force, and a
Server with a route answers what no route matches with 404.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._routes import HTTP_ROUTES, grade
from service_mesh.rules.rule import rule

_NAMES = ("replaceFullPath", "replacePrefixMatch")


@rule(
    "LD114",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=HTTP_ROUTES,
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/routes/http.rs",
    ),
)
def redirect_path_relative(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each path of a redirect that does not start with a slash, and each that is left out."""
    severity = grade(resource)
    if severity is None:
        return
    for path in resource.each("spec.rules[].filters[].requestRedirect.path"):
        written = _written(path)
        if written is not None and not written.text.startswith("/"):
            message = f"redirect to '{written.text[:120]}' is not an absolute path"
            fix = Fix.replace(written, f"/{written.text}")
            yield written.finding(message, severity=severity, fix=fix)
        # In the other group the CRD itself asks for the field that fits the type.
        elif written is None and resource.kind == LINKERD_HTTP_ROUTE and isinstance(path.value, dict):
            yield path.finding("redirect has a path with neither 'replaceFullPath' nor 'replacePrefixMatch'")


def _written(path: Node) -> Node | None:
    """The field that the webhook reads: the full path before the prefix."""
    found = (path.get(name) for name in _NAMES)
    return next((node for node in found if node is not None and isinstance(node.value, str)), None)
