"""AuthorizationPolicy names a method that no request has.

## Why it matters
Methods are compared with the request line, exactly and with upper and lower case. A misspelt or lower-case method
matches no request: an ALLOW refuses what it was meant to let in, a DENY lets through what it was meant to stop.
Requests of gRPC all use POST; the name of the call is their path.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {methods: [get]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {methods: [GET]}
```

## When it stays quiet
Every method that is registered with IANA is known, WebDAV's too, and so are those that are in use without it, such as
`PURGE` and `TRACK`. A pattern that matches one of them is fine: `*`, `P*`, `*T`. Names of gRPC calls are reported
although other checkers take them for methods.

## Fix safety
Upper case, or the only near method, is offered; unsafe, because the rule starts to match.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import covers_value, listed_texts
from service_mesh.rules.rule import rule

_COMMON = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE")
_RARE = (
    "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF "
    "MKWORKSPACE MOVE ORDERPATCH PRI PROPFIND PROPPATCH QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK "
    "UPDATE UPDATEREDIRECTREF VERSION-CONTROL "
    "DEBUG M-SEARCH NOTIFY PURGE SOURCE SUBSCRIBE TRACK UNSUBSCRIBE"
)
_METHODS = frozenset({*_COMMON, *_RARE.split()})


@rule(
    "IS202",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    needs=("methods", "notMethods"),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/generator.go",
        "kiali/kiali: business/checkers/authorization/namespace_method_checker.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation",
        "https://www.iana.org/assignments/http-methods/http-methods.xhtml",
    ),
    upstream=("KIA0102",),
)
def method_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # no lookup is needed
    """Report each method that is none of HTTP's."""
    for node in listed_texts(resource, "methods", "notMethods", where=_is_other):
        if not any(covers_value(node.text, method) for method in _METHODS):
            yield node.finding(_message(node), fix=_fix(node))


def _is_other(method: str) -> bool:
    return method not in _METHODS


def _message(node: Node) -> str:
    if "/" in node.text:
        return f"'{node.text}' is no method: requests of gRPC all use POST and carry the name of the call as their path"
    if node.text.upper() in _METHODS:
        return f"methods are compared exactly, and no request has the method '{node.text}'"
    return f"no request has the method '{node.text}'"


def _fix(node: Node) -> Fix | None:
    upper = node.text.strip().upper()
    near = upper if upper in _METHODS else nearest(upper, _COMMON, unique=True)
    return Fix.replace(node, near) if near else None
