"""Formats that the API server enforces on strings: each as a function that tells whether a text has the form."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping

__all__ = ["FORMATS", "NAMES"]

_QUANTITY = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?[0-9]+)?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_DURATION = re.compile(r"[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+|[+-]?0")
_SPELT_DURATION = re.compile(r"[0-9]+\s*([a-zµμ]+)")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}(?:(?:[0-9A-Fa-f]{2}\1){2})?[0-9A-Fa-f]{2}")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def _is_ipv4(text: str) -> bool:
    return _is_made(ipaddress.IPv4Address, text)


def _is_ipv6(text: str) -> bool:
    return "%" not in text and _is_made(ipaddress.IPv6Address, text)


def _is_cidr(text: str) -> bool:
    _, slash, length = text.partition("/")
    return bool(slash) and length.isdecimal() and _is_made(ipaddress.ip_interface, text)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_duration(text: str) -> bool:
    return bool(_DURATION.fullmatch(text) or _SPELT_DURATION.fullmatch(text))


def _is_made(make: Callable[[str], object], text: str) -> bool:
    try:
        make(text)
    except ValueError:
        return False
    return True


def _matches(regex: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: regex.fullmatch(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "byte": _is_base64,
    "cidr": _is_cidr,
    "date": _matches(_DATE),
    "date-time": _matches(_TIME),
    "datetime": _matches(_TIME),
    "duration": _is_duration,
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "mac": _matches(_MAC),
    "quantity": _matches(_QUANTITY),
    "uuid": _matches(_UUID),
}
"""Format -> check. Source: kube-openapi, pkg/validation/strfmt; apimachinery, pkg/api/resource/quantity.go."""

NAMES: Mapping[str, str] = {
    "byte": "base64 text",
    "cidr": "an address range such as '10.0.0.0/8'",
    "date": "a date",
    "date-time": "a time such as '2024-05-01T12:00:00Z'",
    "datetime": "a time such as '2024-05-01T12:00:00Z'",
    "duration": "a duration such as '10s'",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "mac": "a MAC address",
    "quantity": "a quantity such as '500m' or '1Gi'",
    "uuid": "a UUID",
}
"""Format -> what people call it."""
