"""The two ways in which Linkerd's controller reads durations: Go's in fields, a number and a unit in annotations."""

import re
from fractions import Fraction

__all__ = ["annotation_seconds", "field_seconds"]

_MICRO = Fraction(1, 10**6)
_UNITS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_UNITS |= {"us": _MICRO, "µs": _MICRO, "μs": _MICRO, "ns": Fraction(1, 10**9), "d": Fraction(86400)}
_PART = re.compile(r"([0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(ms|us|µs|μs|ns|h|m|s)")
_WHOLE = re.compile(r"\+?([0-9]{1,18})(ms|s|m|h|d)|\+?(0)")


def field_seconds(text: str) -> Fraction | None:
    """Length of a duration in a field such as `1m30s` or `-5s` in seconds, exactly; None for what is none.

    (linkerd/linkerd2: policy-controller/k8s/api/src/duration.rs)
    """
    sign = -1 if text.startswith("-") else 1
    rest = text.lstrip("+").lstrip("-")
    total, end = Fraction(0), 0
    while part := _PART.match(rest, end):
        total, end = total + Fraction(part[1].rstrip(".")) * _UNITS[part[2]], part.end()
    return sign * total if end == len(rest) or (rest[end:] == "0") else None


def annotation_seconds(text: str) -> Fraction | None:
    """Length of a duration in an annotation such as `300ms` in seconds; None for what is none, fractions included.

    (linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs)
    """
    whole = _WHOLE.fullmatch(text.strip())
    if whole is None:
        return None
    return Fraction(0) if whole[3] else Fraction(whole[1]) * _UNITS[whole[2]]
