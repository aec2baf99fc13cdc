"""Durations in Go's notation, read in one place: CEL's `duration()`, istiod and Linkerd's controller all take it.

Other notations are no part of it. The Gateway API's (GEP-2257: up to four whole numbers of five digits with `h`, `m`,
`s` or `ms`) and the JSON form of protobuf (`3.5s`) write less, and the patterns of the CRDs see to that; the format
`duration` of Kubernetes and the annotations of Linkerd take units, such as days, that Go does not know.
"""

import re

__all__ = ["go_duration", "go_parts"]

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
"""Unit -> nanoseconds; micro is U+00B5 or U+03BC."""

_PART = re.compile(r"(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_LONGEST = 128


def go_duration(text: str) -> int | None:
    """Nanoseconds of a duration such as `1h30m`, `-1.5s` or `0`; None where it is none or exceeds 64 bits.

    Source: Go standard library, time.ParseDuration.
    """
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    total, end = go_parts(rest)
    if not rest or end != len(rest):
        return None
    signed = -total if text.startswith("-") else total
    return signed if -(2**63) <= signed < 2**63 else None


def go_parts(text: str) -> tuple[int, int]:
    """Add up the numbers with units that a text starts with.

    Returns:
        Nanoseconds, and the offset behind the last unit. Of a text longer than 128 characters nothing is read.
    """
    total, end = 0, 0
    while len(text) <= _LONGEST and (part := _PART.match(text, end)):
        total += int(part[1] or "0") * _UNITS[part[3]] + _fraction(part[2] or "", _UNITS[part[3]])
        end = part.end()
    return total, end


def _fraction(digits: str, unit: int) -> int:
    """Nanoseconds of what stands behind a point; Go takes digits while they fit 63 bits and multiplies as floats."""
    value, scale = 0, 1.0
    for digit in digits:
        longer = value * 10 + int(digit)
        if value > (2**63 - 1) // 10 or longer > 2**63:
            break
        value, scale = longer, scale * 10
    return int(value * (unit / scale))
