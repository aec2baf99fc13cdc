"""Durations as istiod reads them, exactly: comparing tries with a timeout must not hang on rounding."""

import re
from fractions import Fraction
from math import ceil

__all__ = ["seconds", "shown"]

_UNITS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_UNITS |= {"us": Fraction(1, 10**6), "µs": Fraction(1, 10**6), "ns": Fraction(1, 10**9)}
_PART = re.compile(r"(\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(ms|us|µs|ns|h|m|s)")


def seconds(text: str) -> Fraction | None:
    """Length of a Go duration such as `1m30s` or `250ms` in seconds, exactly; None for anything else.

    (Go standard library: time.ParseDuration)
    """
    total, end = Fraction(0), 0
    while part := _PART.match(text, end):
        total, end = total + Fraction(part[1]) * _UNITS[part[2]], part.end()
    return total if text and end == len(text) else None


def shown(length: Fraction) -> str:
    """Write a length in seconds as a duration: whole seconds if it is some, else milliseconds, rounded up."""
    if length.denominator == 1:
        return f"{length.numerator}s"
    return f"{ceil(length * 1000)}ms"
