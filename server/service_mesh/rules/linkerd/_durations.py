"""The two ways in which Linkerd's controller reads durations: Go's in fields, a number and a unit in annotations."""

import re
from fractions import Fraction

from service_mesh.model.durations import go_parts

__all__ = ["annotation_seconds", "field_seconds"]

_UNITS = {"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600), "d": Fraction(86400)}
_WHOLE = re.compile(r"\+?([0-9]{1,18})(ms|s|m|h|d)|\+?(0)")


def field_seconds(text: str) -> Fraction | None:
    """Length of a duration in a field such as `1m30s` or `-5s` in seconds, exactly; None for what is none.

    The notation is Go's, read more loosely: several signs are taken, an empty text is 0, a `0` at the end makes all 0,
    and there is no upper bound.
    (linkerd/linkerd2: policy-controller/k8s/api/src/duration.rs)
    """
    rest = text.lstrip("+").lstrip("-")
    total, end = go_parts(rest)
    if rest[end:] == "0":
        return Fraction(0)
    if end != len(rest):
        return None
    return Fraction(-total if text.startswith("-") else total, 10**9)


def annotation_seconds(text: str) -> Fraction | None:
    """Length of a duration in an annotation such as `300ms` in seconds; None for what is none, fractions included.

    (linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs)
    """
    whole = _WHOLE.fullmatch(text.strip())
    if whole is None:
        return None
    return Fraction(0) if whole[3] else Fraction(whole[1]) * _UNITS[whole[2]]
