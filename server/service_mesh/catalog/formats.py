"""Formats that the API server enforces on strings: each as a function that tells whether a text has the form.

The forms are those of its own libraries, which differ from what their names stand for elsewhere: numbers of addresses
may start with zeros, and a duration may stand anywhere in a text.
"""

import base64
import binascii
import calendar
import ipaddress
import re
from collections.abc import Callable, Mapping

__all__ = ["DECODED", "FORMATS", "NAMES"]

DECODED = "decoded-"
"""Start of the names of formats of what is decoded into Go types: Kubernetes' own kinds, and metadata everywhere."""

_QUANTITY = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})")
_GO_CLOCK = re.compile(
    r"([01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]+)?(Z|[+-]([01][0-9]|2[0-4]):([0-5][0-9]|60))"
)
_GO_DURATION = re.compile(r"[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+|[+-]?0")
_SPELT_DURATION = re.compile(r"([0-9]+)[ \t\n\f\r]*([A-Za-zµ]+)")
_UNITS = frozenset(
    (*("ns", "us", "µs", "ms", "s", "sec", "m", "min", "h", "hr", "hour", "d", "day"), "w", "wk", "week")
)
_UNIT_STARTS = ("nano", "micro", "milli", "sec", "min", "hour", "day", "week")
_LARGEST = 2**63 - 1
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")
_MAC = re.compile(
    r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2})+|(?:-[0-9A-Fa-f]{2})+|(?:[0-9A-Fa-f]{2})+)"
    r"|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4})+"
)
_MAC_DIGITS = (12, 16, 40)
_UUID = re.compile(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_ZEROS = re.compile(r"(?<![0-9A-Fa-f])0+(?=[0-9A-Fa-f])")
_LENGTH = re.compile(r"0*([0-9]{1,3})")


def _is_address(text: str) -> bool:
    return text.isascii() and "%" not in text and _is_made(ipaddress.ip_address, text)


def _is_sloppy_address(text: str) -> bool:
    """An address whose numbers may start with zeros."""
    return _is_address(_ZEROS.sub("", text))


def _is_ipv4(text: str) -> bool:
    """An IPv4 address, or one of IPv6 that ends in one."""
    return "." in text and _is_sloppy_address(text)


def _is_ipv6(text: str) -> bool:
    return ":" in text and _is_address(text)


def _is_cidr(text: str) -> bool:
    address, _, length = text.partition("/")
    match = _LENGTH.fullmatch(length)
    most = 128 if ":" in address else 32
    return match is not None and length.isascii() and int(match[1]) <= most and _is_sloppy_address(address)


def _is_base64(text: str) -> bool:
    """Bytes as Go decodes them: line ends do not count."""
    try:
        base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    return 1 <= day <= calendar.monthrange(year or 4, month)[1]  # the year 0 is a leap year, which Python does not have


def _is_time(text: str) -> bool:
    """The part behind a second `t` is not looked at."""
    date, *rest = text.lower().split("t")
    return bool(rest) and _is_date(date) and _CLOCK.fullmatch(rest[0]) is not None


def _is_go_time(text: str) -> bool:
    """Source: Go standard library, time.Parse with RFC3339."""
    date, t, clock = text.partition("T")
    return bool(t) and _is_date(date) and _GO_CLOCK.fullmatch(clock) is not None


def _is_duration(text: str) -> bool:
    parts = _SPELT_DURATION.findall(text)
    if any(len(digits) > len(str(_LARGEST)) or int(digits) > _LARGEST for digits, _ in parts):
        return False
    return _GO_DURATION.fullmatch(text) is not None or any(_is_unit(unit.lower()) for _, unit in parts)


def _is_unit(name: str) -> bool:
    return name in _UNITS or name.startswith(_UNIT_STARTS)


def _is_mac(text: str) -> bool:
    return _MAC.fullmatch(text) is not None and sum(letter.isalnum() for letter in text) in _MAC_DIGITS


def _is_made(make: Callable[[str], object], text: str) -> bool:
    try:
        make(text)
    except ValueError:
        return False
    return True


def _matches(regex: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: regex.fullmatch(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "byte": _matches(_BASE64),
    "cidr": _is_cidr,
    "date": _is_date,
    "date-time": _is_time,
    "datetime": _is_time,
    "duration": _is_duration,
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "mac": _is_mac,
    "quantity": _matches(_QUANTITY),
    "uuid": _matches(_UUID),
    f"{DECODED}byte": _is_base64,
    f"{DECODED}date-time": _is_go_time,
}
"""Format -> check.

Source: kube-openapi, pkg/validation/strfmt; k8s.io/utils, net/parse.go; Go standard library, net.ParseMAC;
apimachinery, pkg/api/resource/quantity.go and pkg/apis/meta/v1/time.go.
"""

_TIME = "a time such as '2024-05-01T12:00:00Z'"

NAMES: Mapping[str, str] = {
    "byte": "base64 text",
    "cidr": "an address range such as '10.0.0.0/8'",
    "date": "a date",
    "date-time": _TIME,
    "datetime": _TIME,
    "duration": "a duration such as '10s'",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "mac": "a MAC address",
    "quantity": "a quantity such as '500m' or '1Gi'",
    "uuid": "a UUID",
    f"{DECODED}byte": "base64 text",
    f"{DECODED}date-time": _TIME,
}
"""Format -> what people call it."""
