"""Match of a route is one that Linkerd cannot read.

## Why it matters
Linkerd's admission webhook refuses the route. Paths to compare are absolute; regular expressions are those of Rust's
`regex` crate, which has neither look-around nor back-references; and gRPC methods are compared as they stand, never as
an expression.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - matches:
    - path: {type: PathPrefix, value: cart}
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
  - matches:
    - path: {type: PathPrefix, value: /cart}
```

## When it stays quiet
Routes of gateways. Of an expression only what is certainly refused is reported, so that one may still be refused for
another reason. A relative path in an HTTPRoute of the Gateway API is reported by the schema rules. Where the only
parents are Services, which other meshes take too, it is a warning.

## Fix safety
A slash before the path is offered: no other path can be meant. It is unsafe, since the route comes into force, and a
Server with a route answers what no route matches with 404.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, LINKERD_HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._expressions import expression_fault
from service_mesh.rules.linkerd._routes import HTTP_ROUTES, grade
from service_mesh.rules.rule import rule

_REGEX = "RegularExpression"


@rule(
    "LD116",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(*HTTP_ROUTES, GRPC_ROUTE),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/routes/http.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/routes/grpc.rs",
        "https://docs.rs/regex/latest/regex/#syntax",
    ),
)
def route_match_unreadable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report relative paths, expressions that Rust's crate does not know, and gRPC methods given as expressions."""
    severity = grade(resource)
    if severity is None:
        return
    for match in resource.each("spec.rules[].matches[]"):
        yield from _expressions(match, severity)
        if resource.kind == GRPC_ROUTE:
            yield from _method(match, severity)
        elif resource.kind == LINKERD_HTTP_ROUTE:
            yield from _path(match)


def _expressions(match: Node, severity: Severity) -> Iterator[Draft]:
    for place in ("path", "headers[]", "queryParams[]"):
        for condition in match.each(place):
            value = condition.get("value")
            if value is not None and _has_type(condition, _REGEX) and (fault := expression_fault(value.text)):
                yield value.finding(f"expression '{value.text[:120]}' has {fault}", severity=severity)


def _method(match: Node, severity: Severity) -> Iterator[Draft]:
    kind = match.get("method.type")
    if kind is not None and kind.value == _REGEX:
        yield kind.finding("gRPC methods cannot be given as an expression in Linkerd", severity=severity)


def _path(match: Node) -> Iterator[Draft]:
    path, value = match.get("path"), match.get("path.value")
    if path is None or value is None or not isinstance(value.value, str) or _has_type(path, _REGEX):
        return
    if not value.text.startswith("/"):
        fix = Fix.replace(value, f"/{value.text}")
        yield value.finding(f"path '{value.text[:120]}' is not absolute", fix=fix)


def _has_type(condition: Node, name: str) -> bool:
    kind = condition.get("type")
    return kind is not None and kind.value == name
