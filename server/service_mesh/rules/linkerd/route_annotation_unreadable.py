"""Annotation of a route about retries, timeouts or circuit breaking is one that Linkerd cannot read.

## Why it matters
The admission webhook refuses the route. Durations are a whole number and a unit of `ms`, `s`, `m`, `h`, `d`, not a
fraction and not two units; conditions for retries are separated by a comma without a space.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations:
    retry.linkerd.io/http: 5xx, 429
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations:
    retry.linkerd.io/http: 5xx,429
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
```

## When it stays quiet
Routes whose parents are Servers or gateways, where these annotations are not read; the same annotations on a Service,
which the webhook does not see. Of circuit breaking, only the mode and the form of the two penalties are checked.

## Fix safety
Removing spaces around conditions is safe where all of them are known.
"""

import re
from collections.abc import Callable, Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, GRPC_ROUTE, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._durations import annotation_seconds
from service_mesh.rules.linkerd._routes import HTTP_ROUTES, parents
from service_mesh.rules.rule import rule

_BREAKER = "balancer.linkerd.io/failure-accrual"
_DURATIONS = (
    "retry.linkerd.io/timeout",
    "timeout.linkerd.io/request",
    "timeout.linkerd.io/response",
    "timeout.linkerd.io/idle",
)
_PENALTIES = (f"{_BREAKER}-consecutive-max-penalty", f"{_BREAKER}-consecutive-min-penalty")
_COUNT = re.compile(r"\+?[0-9]{1,12}")
_STATUS = re.compile(r"[1-5][0-9]{2}")
_STATUSES = re.compile(r"([1-5][0-9]{2})-([1-5][0-9]{2})")
_GRPC = frozenset({"cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"})


@rule(
    "LD119",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(*HTTP_ROUTES, GRPC_ROUTE),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/grpc.rs",
        "https://linkerd.io/2/reference/retries/",
    ),
)
def route_annotation_unreadable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each annotation whose value the controller cannot read."""
    annotations = resource.get("metadata.annotations")
    if annotations is None or not any(parents(resource, SERVICE, EGRESS_NETWORK)):
        return
    breaker = annotations.key(_BREAKER)
    names = _DURATIONS if breaker is None else (*_DURATIONS, *_PENALTIES)
    for name in names:
        yield from _unless(annotations.key(name), _is_duration, "is no whole number with a unit of ms, s, m, h, d")
    yield from _unless(annotations.key("retry.linkerd.io/limit"), _is_limit, "is no number from 0 to 65535")
    yield from _unless(breaker, _is_mode, "is no mode of circuit breaking")
    yield from _conditions(annotations, is_grpc=resource.kind == GRPC_ROUTE)


def _unless(annotation: Node | None, is_right: Callable[[str], bool], fault: str) -> Iterator[Draft]:
    if annotation is not None and isinstance(annotation.value, str) and not is_right(annotation.value):
        yield annotation.finding(f"'{annotation.value[:80]}' {fault}")


def _is_duration(text: str) -> bool:
    return annotation_seconds(text) is not None


def _is_limit(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None and int(text) <= 2**16 - 1


def _is_mode(text: str) -> bool:
    # 'unified' is newer than most installations, and right in those that know it.
    return text in ("consecutive", "unified")


def _conditions(annotations: Node, *, is_grpc: bool) -> Iterator[Draft]:
    written = annotations.key("retry.linkerd.io/grpc" if is_grpc else "retry.linkerd.io/http")
    if written is None or not isinstance(written.value, str):
        return
    is_known = _is_grpc_condition if is_grpc else _is_http_condition
    parts = written.value.split(",")
    wrong = next((part for part in parts if not is_known(part)), None)
    if wrong is not None:
        trimmed = [part.strip() for part in parts]
        fix = Fix.replace(written, ",".join(trimmed), safe=True) if all(map(is_known, trimmed)) else None
        yield written.finding(f"'{wrong[:80]}' is no condition for retries", fix=fix)


def _is_grpc_condition(text: str) -> bool:
    return text.lower() in _GRPC


def _is_http_condition(text: str) -> bool:
    if text.lower() in ("5xx", "gateway-error") or _STATUS.fullmatch(text):
        return True
    span = _STATUSES.fullmatch(text)
    return span is not None and span[1] <= span[2]
