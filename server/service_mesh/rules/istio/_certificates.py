"""Certificates in PEM form, read as far as rules need it: whether it is one, and when it ends.

Only lengths and dates are looked at, within the text that is there; signatures, names and keys are not.
"""

import binascii
import re
from base64 import b64decode
from typing import NamedTuple

__all__ = ["decoded", "end_of", "is_certificate"]

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s*(?P<body>[A-Za-z0-9+/=\s]*?)\s*-----END \1-----")
_SEQUENCE, _VERSION, _UTC_TIME, _GENERAL_TIME = 0x30, 0xA0, 0x17, 0x18
_BEFORE_VALIDITY = 3
_LAST_SHORT_CENTURY = "50"
_TIME = re.compile(r"(\d{14})Z")


class _Item(NamedTuple):
    """One value of DER: its tag, and where its content begins and ends."""

    tag: int
    begin: int
    end: int


def is_certificate(content: bytes) -> bool:
    """Tell whether the first block is PEM around one ASN.1 sequence of the right length; more is not checked."""
    der = _first(content)
    item = _item(der, 0)
    return item is not None and item.tag == _SEQUENCE


def end_of(content: bytes) -> str:
    """The last second of the first certificate as `YYYYMMDDhhmmss` in UTC; empty where it cannot be read.

    (RFC 5280, 4.1: serial number, algorithm and issuer stand before the validity, a version may stand before them.)
    """
    der = _first(content)
    inner = _child(der, _child(der, _item(der, 0)))
    if inner is not None and inner.tag == _VERSION:
        inner = _item(der, inner.end)
    for _ in range(_BEFORE_VALIDITY):
        inner = _item(der, inner.end) if inner is not None else None
    start = _child(der, inner)
    end = _item(der, start.end) if start is not None else None
    return _time(der, end) if end is not None else ""


def decoded(text: str) -> bytes:
    """What a text in base64 stands for; what cannot be decoded is there and unusable."""
    try:
        return b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return b"?"


def _first(content: bytes) -> bytes:
    block = _PEM.search(content.decode("ascii", "replace"))
    return decoded(block["body"]) if block else b""


def _item(der: bytes, at: int) -> _Item | None:
    if len(der) < at + 2:
        return None
    size, begin = der[at + 1], at + 2
    if size & 0x80:
        length = size & 0x7F
        size, begin = int.from_bytes(der[begin : begin + length], "big"), begin + length
        if not 0 < length <= 4:
            return None
    return _Item(der[at], begin, begin + size) if begin + size <= len(der) else None


def _child(der: bytes, item: _Item | None) -> _Item | None:
    return _item(der[: item.end], item.begin) if item is not None and item.tag == _SEQUENCE else None


def _time(der: bytes, item: _Item) -> str:
    text = der[item.begin : item.end].decode("ascii", "replace")
    if item.tag == _UTC_TIME:
        text = f"{'19' if text[:2] >= _LAST_SHORT_CENTURY else '20'}{text}"
    found = _TIME.fullmatch(text) if item.tag in (_UTC_TIME, _GENERAL_TIME) else None
    return found[1] if found else ""
