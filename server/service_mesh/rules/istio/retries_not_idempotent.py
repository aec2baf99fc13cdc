"""Requests that change something are retried after any server error.

## Why it matters
`5xx` retries whatever the server answered, also when it has done the work and failed afterwards. A route without a
method match retries POST and PATCH in the same way as GET, so that orders or payments can be made twice. Istio's own
default leaves generic 5xx answers out.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [payments]
  http:
  - retries: {attempts: 3, retryOn: "5xx,reset"}
    route:
    - destination: {host: payments}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [payments]
  http:
  - match:
    - method: {exact: GET}
    retries: {attempts: 3, retryOn: "5xx,reset"}
    route:
    - destination: {host: payments}
  - route:
    - destination: {host: payments}
```

## When it stays quiet
Every match of the rule asks for a method that may be repeated (GET, HEAD, OPTIONS, TRACE, PUT, DELETE), as exact text
or as alternatives of a regular expression; `attempts` is 0; the rule redirects or answers by itself; a
delegate, whose roots may choose the methods.

## Fix safety
Replacing `5xx` by `connect-failure,refused-stream`, failures in which the request was not processed, is offered;
unsafe, because fewer failures are hidden from callers.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate, is_filled
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._methods import takes_only
from service_mesh.rules.rule import rule

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
_UNPROCESSED = ("connect-failure", "refused-stream")


@rule(
    "IS113",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=(VIRTUAL_SERVICE,),
    needs=("retryOn",),
    sources=(
        "istio/istio: pilot/pkg/networking/core/route/retry/retry.go",
        "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on",
    ),
)
def retries_not_idempotent(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each `5xx` that holds for requests of any method."""
    if is_delegate(resource):
        return
    for route in resource.each("spec.http[]"):
        if "5xx" not in route.text_at("retries.retryOn") or route.value_at("retries.attempts") == 0:
            continue
        retry_on = route.get("retries.retryOn")
        if retry_on is None or "5xx" not in _words(retry_on) or takes_only(route, _REPEATABLE):
            continue
        if not is_filled(route.get("route")):
            continue
        message = "'5xx' retries requests of every method, those that change something too"
        yield retry_on.finding(message, fix=_fix(retry_on))


def _words(node: Node) -> list[str]:
    return [word.strip() for word in node.text.split(",")]


def _fix(retry_on: Node) -> Fix:
    kept = [word for word in _words(retry_on) if word != "5xx" and word not in _UNPROCESSED]
    return Fix.replace(retry_on, ",".join((*_UNPROCESSED, *kept)))
