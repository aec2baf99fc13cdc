"""How long the certificates of a Secret last: the only thing of its content that is kept."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["CERTIFICATES", "Validity", "certificate_dates", "validities", "written"]

CERTIFICATES = "service-mesh/certificates"
"""Annotation that carries the dates of a reduced Secret's certificates as JSON, so that a saved snapshot keeps them."""

_MOST = 64
_LONGEST = 4 * 1024 * 1024
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]++-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class Validity:
    """The time between which a certificate is valid, in UTC (RFC 5280, 4.1.2.5)."""

    not_before: datetime
    not_after: datetime


def validities(value: str) -> tuple[Validity, ...]:
    """The dates of the PEM certificates in a value, in their order; empty where `cryptography` is not installed.

    Args:
        value: PEM, or PEM in base64 as the `data` of a Secret holds it.
    """
    return tuple(_validities(_bytes(value)))


def written(dates: Mapping[str, tuple[Validity, ...]]) -> str:
    """Dates by key of a Secret, as the annotation `CERTIFICATES` holds them."""
    names = {key: [[_text(one.not_before), _text(one.not_after)] for one in found] for key, found in dates.items()}
    return json.dumps(names, separators=(",", ":"), sort_keys=True)


def certificate_dates(data: Mapping[str, object]) -> Mapping[str, tuple[Validity, ...]]:
    """The dates by key of a Secret that was reduced before; whatever else stands in the annotation is dropped."""
    metadata = data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    text = annotations.get(CERTIFICATES) if isinstance(annotations, dict) else None
    try:
        held = json.loads(text) if isinstance(text, str) and len(text) < _LONGEST else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(held, dict):
        return {}
    found = {str(key): tuple(_pairs(value)) for key, value in held.items()}
    return {key: dates for key, dates in found.items() if dates}


def _pairs(value: object) -> Iterator[Validity]:
    for pair in value[:_MOST] if isinstance(value, list) else ():
        try:
            start, end = pair
            yield Validity(_time(start), _time(end))
        except (TypeError, ValueError):
            continue


def _validities(content: bytes) -> Iterator[Validity]:
    if b"-----BEGIN CERTIFICATE-----" not in content:
        return
    try:
        from cryptography import x509  # heavy, and needed only where a Secret holds a certificate
    except ImportError:
        return
    for number, match in enumerate(_BLOCK.finditer(content)):
        if number >= _MOST:
            return
        try:
            certificate = x509.load_pem_x509_certificate(match[0])
            yield Validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        except (ValueError, TypeError, OverflowError):
            continue


def _bytes(value: str) -> bytes:
    if len(value) > _LONGEST:
        return b""
    if "-----BEGIN" in value:
        return value.encode("utf-8", "replace")
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
