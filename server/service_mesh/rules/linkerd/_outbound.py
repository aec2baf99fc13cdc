"""Annotations about retries, timeouts and circuit breaking, and which values of theirs the policy controller reads."""

import re
from collections.abc import Callable, Iterator

from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.node import Node
from service_mesh.rules.linkerd._durations import annotation_seconds

__all__ = ["BREAKER", "GRPC_CONDITIONS", "HTTP_CONDITIONS", "KNOWN", "is_outbound", "unreadable", "unreadable_breaker"]

BREAKER = "balancer.linkerd.io/failure-accrual"
"""The annotation that switches circuit breaking on; those that start with it adjust it."""

HTTP_CONDITIONS = "retry.linkerd.io/http"
"""Which answers to HTTP requests are retried."""

GRPC_CONDITIONS = "retry.linkerd.io/grpc"
"""Which answers to gRPC requests are retried."""

_DOMAINS = (
    "retry.linkerd.io/",
    "timeout.linkerd.io/",
    "balancer.linkerd.io/",
    "balancer.alpha.linkerd.io/",
)
_DURATIONS = (
    "retry.linkerd.io/timeout",
    "timeout.linkerd.io/request",
    "timeout.linkerd.io/response",
    "timeout.linkerd.io/idle",
)
_LONGEST_PENALTY = f"{BREAKER}-consecutive-max-penalty"
_SHORTEST_PENALTY = f"{BREAKER}-consecutive-min-penalty"
_FAILURES = f"{BREAKER}-consecutive-max-failures"
_JITTER = f"{BREAKER}-consecutive-jitter-ratio"
_LIMIT = "retry.linkerd.io/limit"
_SWITCHES = ("balancer.alpha.linkerd.io/load-bias", "balancer.alpha.linkerd.io/retry-after")
_ALPHA = (
    *_SWITCHES,
    "balancer.alpha.linkerd.io/load-bias-penalty",
    "balancer.alpha.linkerd.io/load-bias-penalty-decay",
    "balancer.alpha.linkerd.io/retry-after-max-duration",
)
_COUNT = re.compile(r"\+?[0-9]{1,12}")
_RATIO = re.compile(r"\+?([0-9]{1,6}(\.[0-9]{0,12})?|\.[0-9]{1,12})([eE][+-]?[0-9]{1,2})?")
_STATUS = re.compile(r"[1-5][0-9]{2}")
_STATUSES = re.compile(r"([1-5][0-9]{2})-([1-5][0-9]{2})")
_GRPC = frozenset({"cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"})
_NO_DURATION = "is no whole number with a unit of ms, s, m, h, d"

KNOWN = frozenset(
    {
        *_DURATIONS,
        HTTP_CONDITIONS,
        GRPC_CONDITIONS,
        _LIMIT,
        BREAKER,
        _FAILURES,
        _JITTER,
        _LONGEST_PENALTY,
        _SHORTEST_PENALTY,
        *_ALPHA,
    }
)
"""The annotations that are read. (`linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs`)"""


def is_outbound(name: object) -> bool:
    """Tell whether a name lies in one of the domains of these annotations."""
    return isinstance(name, str) and name.startswith(_DOMAINS)


def unreadable(annotations: Node, *conditions: str) -> Iterator[Draft]:
    """Report each value that cannot be read, of what the webhook looks at in routes.

    Args:
        annotations: The map of annotations.
        conditions: The annotations with conditions for retries that are read there.
    """
    breaker = annotations.key(BREAKER)
    names = _DURATIONS if breaker is None else (*_DURATIONS, _LONGEST_PENALTY, _SHORTEST_PENALTY)
    for name in names:
        yield from _unless(annotations.key(name), _is_duration, _NO_DURATION)
    yield from _unless(annotations.key(_LIMIT), _is_limit, "is no number from 0 to 65535")
    yield from _unless(breaker, _is_mode, "is no mode of circuit breaking")
    for name in conditions:
        yield from _conditions(annotations.key(name), is_grpc=name == GRPC_CONDITIONS)


def unreadable_breaker(annotations: Node) -> Iterator[Draft]:
    """Report what else keeps circuit breaking off where it is switched on, and switches that are neither on nor off."""
    for name in _SWITCHES:
        yield from _unless(annotations.key(name), _is_switch, "is neither 'true' nor 'false'")
    breaker = annotations.key(BREAKER)
    if breaker is None or breaker.value != "consecutive":
        return
    yield from _unless(annotations.key(_FAILURES), _is_count, "is no number of failures")
    yield from _unless(annotations.key(_JITTER), _is_jitter, "is no ratio from 0 to 100")
    longest, shortest = annotations.key(_LONGEST_PENALTY), annotations.key(_SHORTEST_PENALTY)
    most = annotation_seconds(longest.text) if longest is not None else 60
    least = annotation_seconds(shortest.text) if shortest is not None else 1
    node = longest or shortest
    if node is None or most is None or least is None:
        return
    if most == 0:
        yield node.finding("the longest penalty is 0, which switches circuit breaking off")
    elif least > most:
        yield node.finding("the shortest penalty is longer than the longest one, which switches circuit breaking off")


def _unless(annotation: Node | None, is_right: Callable[[str], bool], fault: str) -> Iterator[Draft]:
    if annotation is not None and isinstance(annotation.value, str) and not is_right(annotation.value):
        yield annotation.finding(f"'{annotation.value[:80]}' {fault}")


def _is_duration(text: str) -> bool:
    return annotation_seconds(text) is not None


def _is_limit(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None and int(text) <= 2**16 - 1


def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None and int(text) <= 2**32 - 1


def _is_jitter(text: str) -> bool:
    return _RATIO.fullmatch(text) is not None and float(text) <= 100


def _is_switch(text: str) -> bool:
    return text.strip() in ("true", "false")


def _is_mode(text: str) -> bool:
    # 'unified' is newer than most installations, and right in those that know it.
    return text in ("consecutive", "unified")


def _conditions(written: Node | None, *, is_grpc: bool) -> Iterator[Draft]:
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
