"""Certificates in files of their own, beside the objects of a cluster or alone: each file is read as an object."""

import base64
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service_mesh.cluster.pem import without_others
from service_mesh.cluster.secret_words import REDACTED
from service_mesh.model.kinds import CERTIFICATE_FILE
from service_mesh.model.origin import Layer, Origin, SourceText
from service_mesh.model.resource import Resource

if TYPE_CHECKING:
    from service_mesh.cluster.redaction import Redactor

__all__ = ["are_only_files", "as_pem", "certificate_file", "is_certificate_name", "looks_like_pem", "present"]

_SUFFIXES = (".pem", ".crt", ".cer", ".cert")
_BEGIN = "-----BEGIN CERTIFICATE-----"
_DER = b"\x30\x82"
_LINE = 64


def is_certificate_name(path: str) -> bool:
    """Tell by its name whether a file is meant to hold certificates."""
    return path.lower().endswith(_SUFFIXES)


def looks_like_pem(text: str) -> bool:
    """Tell whether a text holds a certificate at the start of a line, as no YAML or JSON does."""
    return text.startswith(_BEGIN) or f"\n{_BEGIN}" in text


def are_only_files(resources: Collection[Resource]) -> bool:
    """Tell whether a snapshot is nothing but certificates in files: they are what they are at any time."""
    return bool(resources) and all(resource.kind == CERTIFICATE_FILE for resource in resources)


def present() -> datetime:
    """The time at which certificates in files are judged: a snapshot of a cluster has its own."""
    return datetime.now(UTC)


def as_pem(content: bytes) -> bytes:
    """A certificate in DER as PEM, which is text; anything else as it is."""
    if not content.startswith(_DER):
        return content
    body = base64.b64encode(content)
    lines = [body[start : start + _LINE] for start in range(0, len(body), _LINE)]
    return b"\n".join([b"-----BEGIN CERTIFICATE-----", *lines, b"-----END CERTIFICATE-----", b""])


def certificate_file(name: str, text: str, redactor: "Redactor") -> Resource:
    """A file of certificates as an object `CertificateFile`: its name, and facts about what it holds.

    A private key in the file is compared with the certificates and goes with the rest of the content.

    Args:
        name: How the file is named in findings.
        text: Its content.
        redactor: Writes the facts down.
    """
    place = name.replace("!", "/").rpartition("/")[2]
    held = {"apiVersion": "service-mesh/v1", "kind": "CertificateFile", "metadata": {"name": name}}
    redactor.forget()
    clean = redactor.redacted({**held, "data": {place: text}})
    source = SourceText(name, without_others(text))
    origin = Origin(source, 0, len(source.text), 0, 1)
    return Resource({**clean, "data": {place: REDACTED}}, origin, layer=Layer.SNAPSHOT)
