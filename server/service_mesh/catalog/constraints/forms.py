"""Shapes of constraints on the form of one value: durations, URLs, addresses, names, and numbers in bounds."""

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator

from service_mesh.catalog.constraints.constraint import Break, Check, Manner
from service_mesh.catalog.wording import listed, number, quoted
from service_mesh.model.durations import go_duration

__all__ = ["among", "duration_between", "each_key", "form", "integer_of", "is_ip", "number_between"]

FORM = "SC133"
_OUT_OF_BOUNDS = "SC123"
_NOT_ALLOWED = "SC122"

_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")


def form(is_so: Callable[[str], bool], text: str, code: str = FORM) -> Check:
    """A text has a form.

    Args:
        is_so: Whether it has it.
        text: What it is when it has not, such as `no URL`.
        code: The rule it is reported under.
    """

    def check(value: object) -> Iterator[Break]:
        if isinstance(value, str) and not is_so(value):
            yield Break(code, (), text, Manner.VALUE)

    return check


def each_key(is_so: Callable[[str], bool], text: str, code: str = FORM) -> Check:
    """Every key of a map has a form; arguments as of `form`."""

    def check(value: object) -> Iterator[Break]:
        for key in value if isinstance(value, dict) else ():
            if isinstance(key, str) and not is_so(key):
                yield Break(code, (key,), f"the key {quoted(key)} {text}")

    return check


def among(values: Collection[str]) -> Check:
    """A text is one of the values; the empty text, where it is one, goes without saying."""
    known = listed(value for value in values if value)
    return form(lambda text: text in values, f"not one of {known}", _NOT_ALLOWED)


def number_between(least: int, most: int) -> Check:
    """A number is not below `least` and not above `most`."""

    def check(value: object) -> Iterator[Break]:
        if isinstance(value, int | float) and not isinstance(value, bool) and not least <= value <= most:
            text = f"not between {number(least)} and {number(most)}"
            yield Break(_OUT_OF_BOUNDS, (), text, Manner.VALUE)

    return check


def duration_between(least: str, most: str = "", *, is_zero_allowed: bool = True) -> Check:
    """A text is a duration within bounds.

    Args:
        least: The shortest, empty for none.
        most: The longest, empty for none.
        is_zero_allowed: Whether a duration of nothing passes, where `least` does not exclude it.
    """
    low, high = go_duration(least), go_duration(most)
    bounds = ["" if is_zero_allowed else "more than 0s"]
    bounds += [f"at least {least}" if least else "", f"at most {most}" if most else ""]

    def is_so(written: str) -> bool:
        length = go_duration(written)
        if length is None or (length == 0 and not is_zero_allowed):
            return False
        return (low is None or low <= length) and (high is None or length <= high)

    return form(is_so, f"not a duration of {' and '.join(bound for bound in bounds if bound)}")


def integer_of(text: str) -> int | None:
    """The integer that a text is, of 64 bits, without spaces or underscores; None where it is none.

    Source: Go, strconv.ParseInt, which CEL's int() calls.
    """
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text)
    return value if -(2**63) <= value < 2**63 else None


def is_ip(text: str) -> bool:
    """Whether a text is an IP address as Kubernetes' CEL library takes it: no zone, no IPv4 address mapped into IPv6.

    Source: k8s.io/apiserver, pkg/cel/library/ip.go.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return text.isascii()
    return text.isascii() and "%" not in text and address.ipv4_mapped is None
