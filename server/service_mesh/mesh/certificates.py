"""The certificates of an object, as the reader of clusters wrote their facts down: rules never see the certificates."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service_mesh.model.instants import days_between, seconds_of
from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource

__all__ = ["FACTS", "Certificate", "certificates_at", "certificates_of", "leads_to", "node_at", "path_to"]

FACTS = "service-mesh/certificates"
"""Annotation with the facts: place in the object (a JSON pointer) -> the certificates there, in their order."""

_LONGEST = 4 * 1024 * 1024
_MOST_PLACES = 64
_MOST = 64


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is known of a certificate (RFC 5280).

    Attributes:
        resource: The object that holds it.
        place: The field, as a JSON pointer.
        position: Its number among the certificates of the field, from 0.
        subject: Whom it names, `CN=root,O=Istio`; empty where it names nobody but by its alternative names.
        issuer: Who signed it.
        not_before: From when it is valid, in seconds since 1970.
        not_after: Until when.
        key: Its public key: `EC P-256`, `RSA 2048`, `Ed25519`.
        signature: How it is signed: `ECDSA-SHA256`, `RSA-SHA1`.
        fingerprint: SHA-256 of the certificate, in hexadecimal digits.
        public_key: SHA-256 of its public key: a certificate that was renewed with its key has the same.
        is_ca: Whether it may sign others; None where it does not say, which is no.
        path_length: How many authorities may follow below it; None for any number.
        may_sign: Whether its key usage allows to sign certificates; None where it has no key usage, which allows all.
        key_id: Name of its key, empty where it has none.
        authority_key_id: Name of the key that signed it, empty where it does not tell.
        names: DNS names, URIs and addresses that it is for.
        signed_by: Fingerprint of the certificate in the same object that signed it, its signature checked.
        fits_key: Whether the private key beside it belongs to it; None without a key beside it.
    """

    resource: Resource
    place: str
    position: int
    subject: str
    issuer: str
    not_before: float
    not_after: float
    key: str = ""
    signature: str = ""
    fingerprint: str = ""
    public_key: str = ""
    is_ca: bool | None = None
    path_length: int | None = None
    may_sign: bool | None = None
    key_id: str = ""
    authority_key_id: str = ""
    names: tuple[str, ...] = ()
    signed_by: str = ""
    fits_key: bool | None = None

    @property
    def node(self) -> Node:
        """The field that holds it, or what is left of the way to it."""
        return node_at(self.resource, self.place)

    @property
    def title(self) -> str:
        """How people call it: its subject, else the first name that it is for."""
        return self.subject or next(iter(self.names), "") or self.fingerprint[:16]

    @property
    def is_root(self) -> bool:
        """Whether it signed itself."""
        return self.signed_by == self.fingerprint if self.signed_by else self._may_be_signed_by(self)

    @property
    def can_sign(self) -> bool:
        """Whether it is an authority at all."""
        return self.is_ca is True and self.may_sign is not False

    def is_signed_by(self, other: "Certificate") -> bool:
        """Tell whether another certificate signed it.

        Within one object the reader has checked the signature. Elsewhere the names and, where both tell, the key
        identifiers have to be the same, which is how chains are built (RFC 5280, 4.2.1.1); one that signed itself was
        signed by its own key alone.
        """
        if self.signed_by and other.fingerprint == self.signed_by:
            return True
        if self.public_key and self.signed_by and self.signed_by == self.fingerprint:
            return other.public_key == self.public_key
        return self._may_be_signed_by(other)

    def _may_be_signed_by(self, other: "Certificate") -> bool:
        if not self.issuer or self.issuer != other.subject:
            return False
        return not (self.authority_key_id and other.key_id) or self.authority_key_id == other.key_id

    def is_valid(self, now: float) -> bool:
        """Tell whether an instant lies between its dates."""
        return self.not_before <= now <= self.not_after

    def days_left(self, now: float) -> int:
        """Whole days until it ends, negative when it is over."""
        return days_between(now, self.not_after)


def certificates_of(resource: Resource) -> tuple[Certificate, ...]:
    """The certificates of an object, place by place, in the order in which each place holds them."""
    return resource.once(_certificates)


def certificates_at(resource: Resource, *places: str) -> tuple[Certificate, ...]:
    """The certificates in some fields of an object, such as `/data/tls.crt`."""
    return tuple(one for place in places for one in certificates_of(resource) if one.place == place)


def path_to(
    start: Certificate, between: Iterable[Certificate], roots: Iterable[Certificate]
) -> tuple[Certificate, ...] | None:
    """The certificates from one up to a trusted root, both included; None where no such way is known.

    A root counts by its key: one that was renewed with its key verifies what the elder one signed.

    Args:
        start: Where the way begins.
        between: Certificates that may be used on the way.
        roots: Trusted certificates.
    """
    trusted, rest, way = list(roots), list(between), [start]
    while True:
        current = way[-1]
        if any(current.public_key == root.public_key and current.public_key for root in trusted):
            return tuple(way)
        root = next((one for one in trusted if current.is_signed_by(one)), None)
        if root is not None:
            return (*way, root)
        above = next((one for one in rest if one not in way and current.is_signed_by(one)), None)
        if above is None:
            return None
        way.append(above)


def leads_to(start: Certificate, between: Iterable[Certificate], roots: Iterable[Certificate]) -> bool:
    """Tell whether a certificate is one of the trusted roots, or was signed by way of others by one."""
    return path_to(start, between, roots) is not None


def _certificates(resource: Resource) -> tuple[Certificate, ...]:
    text = resource.annotations.get(FACTS)
    if not isinstance(text, str) or len(text) > _LONGEST:
        return ()
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    places = list(held.items())[:_MOST_PLACES] if isinstance(held, dict) else ()
    return tuple(one for place, value in places for one in _at(resource, place, value))


def _at(resource: Resource, place: str, value: object) -> Iterator[Certificate]:
    for position, facts in enumerate(value[:_MOST] if isinstance(value, list) else ()):
        if isinstance(facts, dict):
            start, end = seconds_of(_text(facts, "not_before")), seconds_of(_text(facts, "not_after"))
            if start is not None and end is not None:
                yield _certificate(resource, place, position, start, end, facts)


def _certificate(
    resource: Resource, place: str, position: int, start: float, end: float, facts: Mapping[str, object]
) -> Certificate:
    length, names = facts.get("path_length"), facts.get("names")
    return Certificate(
        resource,
        place,
        position,
        _text(facts, "subject"),
        _text(facts, "issuer"),
        start,
        end,
        key=_text(facts, "key"),
        signature=_text(facts, "signature"),
        fingerprint=_text(facts, "sha256"),
        public_key=_text(facts, "public_key"),
        is_ca=_switch(facts, "ca"),
        path_length=length if type(length) is int else None,
        may_sign=_switch(facts, "signs"),
        key_id=_text(facts, "key_id"),
        authority_key_id=_text(facts, "authority_key_id"),
        names=tuple(one for one in names if isinstance(one, str)) if isinstance(names, list) else (),
        signed_by=_text(facts, "signed_by"),
        fits_key=_switch(facts, "fits_key"),
    )


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def _switch(facts: Mapping[str, object], name: str) -> bool | None:
    value = facts.get(name)
    return value if isinstance(value, bool) else None


def node_at(resource: Resource, place: str) -> Node:
    """The field of a JSON pointer, or the last one on the way to it that is there."""
    value: object = resource.data
    path: Path = ()
    for written in place.split("/")[1:]:
        step: str | int = written.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            if not (written.isascii() and written.isdecimal() and len(written) < 7 and int(written) < len(value)):
                break
            step = int(written)
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            break
        path = (*path, step)
    return Node(resource, path, value)
