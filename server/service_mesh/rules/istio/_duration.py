"""Durations as istiod reads them, in exact seconds: comparing tries with a timeout must not hang on rounding."""

from fractions import Fraction
from math import ceil

from service_mesh.model.durations import go_duration

__all__ = ["seconds", "shown"]


def seconds(text: str) -> Fraction | None:
    """Length of a duration such as `1m30s`, `250ms` or `-1s` in seconds, exactly; None for what is none.

    (Go standard library: time.ParseDuration)
    """
    length = go_duration(text)
    return None if length is None else Fraction(length, 10**9)


def shown(length: Fraction) -> str:
    """Write a length in seconds as a duration: whole seconds if it is some, else milliseconds, rounded up."""
    if length.denominator == 1:
        return f"{length.numerator}s"
    return f"{ceil(length * 1000)}ms"
