"""Facts about the certificates of an object: all that is kept of them where content goes, and what rules judge by."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_mesh.cluster.pem import MOST, Facts, Read, certificates, content_of, key_of
from service_mesh.model.path import Path, to_pointer

__all__ = ["CERTIFICATES", "CertificateReader", "given_facts", "may_hold_certificates"]

CERTIFICATES = "service-mesh/certificates"
"""Annotation that carries the facts as JSON, so that a saved snapshot keeps them: place in the object (a JSON pointer)
-> the certificates there, in their order."""

_MOST_PLACES = 32
_MOST_CHECKS = 256
_MOST_STEPS = 200_000
_DEEPEST = 60
_CACHED = 20_000
_LONGEST = 4 * 1024 * 1024
_SHORTEST = 200  # of a certificate in PEM
_PLAIN_MARK = "-----BEGIN CERTIFICATE-----"
_ENCODED_MARK = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"  # the same in base64
_BUNDLE = "caBundle"
_KEY_NAMES = (("crt", "key"), ("cert", "key"))
# What each fact may look like; a saved snapshot is as little trusted as any other file.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{2,128}")
_WORD = re.compile(r"[\w .-]{1,60}", re.ASCII)
_TEXT = re.compile(r"[^\x00-\x1f]{0,300}")
_FORMS: Mapping[str, re.Pattern[str]] = {
    "subject": _TEXT,
    "issuer": _TEXT,
    "not_before": _TIME,
    "not_after": _TIME,
    "key": _WORD,
    "signature": _WORD,
    "sha256": _HEX,
    "public_key": _HEX,
    "key_id": _HEX,
    "authority_key_id": _HEX,
    "signed_by": _HEX,
}
_SWITCHES = ("ca", "signs", "fits_key")
_NEEDED = ("not_before", "not_after", "sha256")
_LARGEST_LENGTH = 1000
_MOST_NAMES = 100

_Way = tuple["_Way | None", str | int, int]
"""A step, what it was taken from, and how many there were."""


def may_hold_certificates(text: str) -> bool:
    """Tell by its looks whether a value holds a certificate; cheap, since every value of every object is asked."""
    return len(text) > _SHORTEST and (_PLAIN_MARK in text or text.startswith(_ENCODED_MARK))


@dataclass(slots=True)
class CertificateReader:
    """Reads the certificates of many objects; the same one is read once, since pods by the thousand carry it."""

    _read: dict[bytes, list[Read]] = field(default_factory=dict)
    _written: dict[object, str] = field(default_factory=dict)

    def annotation(self, data: Mapping[str, object], given: Mapping[str, list[Facts]]) -> str:
        """The facts of an object's certificates as the annotation `CERTIFICATES` holds them; empty for none.

        Args:
            data: The object, its content still there.
            given: Facts that it carries already, for content that went earlier.
        """
        contents = dict(_limited(_contents(data)))
        beside = {place: key_of(content) for place, content in _keys(data, contents).items()}
        key = tuple((place, hashlib.sha256(content).digest()) for place, content in contents.items())
        identity = (key, tuple(beside.items())) if not given else None
        text = self._written.get(identity) if identity is not None else None
        if text is None:
            text = self._annotation(contents, beside, given)
            if identity is not None and len(self._written) < _CACHED:
                self._written[identity] = text
        return text

    def _annotation(
        self, contents: Mapping[str, bytes], beside: Mapping[str, str | None], given: Mapping[str, list[Facts]]
    ) -> str:
        found = {place: read for place, content in contents.items() if (read := self._certificates(content))}
        signers = _signers([one for read in found.values() for one in read])
        facts = dict(given)
        for place, read in found.items():
            key = beside.get(place)
            facts[place] = [_completed(one.facts, signers, key) for one in read]
        return json.dumps(facts, separators=(",", ":"), sort_keys=True) if facts else ""

    def _certificates(self, content: bytes) -> list[Read]:
        digest = hashlib.sha256(content).digest()
        held = self._read.get(digest)
        if held is None:
            held = certificates(content)
            if len(self._read) < _CACHED:
                self._read[digest] = held
        return held


def given_facts(data: Mapping[str, object], clean: Callable[[str], str]) -> dict[str, list[Facts]]:
    """The facts that an object carries in its annotation; whatever else stands there is dropped.

    Args:
        data: The object.
        clean: Takes secrets out of a text: names are free text.
    """
    metadata = data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    text = annotations.get(CERTIFICATES) if isinstance(annotations, dict) else None
    try:
        held = json.loads(text) if isinstance(text, str) and len(text) < _LONGEST else None
    except (ValueError, RecursionError):
        return {}
    places = list(held.items())[:_MOST_PLACES] if isinstance(held, dict) else ()
    found = {place: list(_sound(value, clean)) for place, value in places if place[:1] == "/" and len(place) < 1000}
    return {clean(place): facts for place, facts in found.items() if facts}


def _sound(value: object, clean: Callable[[str], str]) -> Iterator[Facts]:
    for entry in value[:MOST] if isinstance(value, list) else ():
        facts = dict(_sound_facts(entry, clean)) if isinstance(entry, dict) else {}
        if all(name in facts for name in _NEEDED):
            yield facts


def _sound_facts(entry: Mapping[str, Any], clean: Callable[[str], str]) -> Iterator[tuple[str, object]]:
    for name, form in _FORMS.items():
        value = entry.get(name)
        if isinstance(value, str) and form.fullmatch(value):
            yield name, clean(value)
    yield from ((name, entry[name]) for name in _SWITCHES if isinstance(entry.get(name), bool))
    length = entry.get("path_length")
    if type(length) is int and 0 <= length < _LARGEST_LENGTH:
        yield "path_length", length
    names = entry.get("names")
    if isinstance(names, list):
        texts = [one for one in names[:_MOST_NAMES] if isinstance(one, str) and _TEXT.fullmatch(one)]
        yield "names", [clean(one) for one in texts]


def _limited(contents: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for number, (place, content) in enumerate(contents):
        if number >= _MOST_PLACES:
            return
        yield place, content


def _contents(data: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
    """Every place of an object that may hold certificates, and what it holds."""
    if data.get("kind") == "Secret":
        for path, value in _entries(data):
            content = content_of(value)
            if _PLAIN_MARK.encode("ascii") in content:
                yield to_pointer(path), content
        return
    for path, value in _texts(data):
        yield to_pointer(path), content_of(value)


def _keys(data: Mapping[str, object], places: Mapping[str, bytes]) -> dict[str, bytes]:
    """The private keys of a Secret, or of a file, by the place of the certificates that they belong to.

    People and tools name the two alike: `tls.crt` and `tls.key`, `ca-cert.pem` and `ca-key.pem`, `cert` and `key`.
    """
    if data.get("kind") == "CertificateFile":
        return dict(places)
    if data.get("kind") != "Secret" or not places:
        return {}
    held = {to_pointer(path): value for path, value in _entries(data)}
    found = {}
    for place in places:
        parent, slash, name = place.rpartition("/")
        names = (f"{parent}{slash}{name.replace(old, new)}" for old, new in _KEY_NAMES if old in name)
        key = next((held[other] for other in names if other in held), None)
        if key is not None:
            found[place] = content_of(key)
    return found


def _entries(data: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    for name in ("data", "stringData"):
        held = data.get(name)
        for key, value in held.items() if isinstance(held, dict) else ():
            if isinstance(value, str):
                yield (name, str(key)), value


def _texts(data: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """The texts of an object that may hold certificates; the way to one is put together only where one is found."""
    pending: list[tuple[_Way, object]] = [((None, "", 0), data)]
    for _ in range(_MOST_STEPS):
        if not pending:
            return
        way, value = pending.pop()
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        inner: list[tuple[_Way, object]] = []
        for step, child in children:
            if isinstance(child, str):
                if step == _BUNDLE or may_hold_certificates(child):
                    yield (*_path(way), step), child
            elif isinstance(child, dict | list) and way[2] < _DEEPEST and not (step == "annotations" and way[2] == 1):
                inner.append(((way, step, way[2] + 1), child))
        pending += reversed(inner)


def _path(way: "_Way") -> Path:
    steps: list[str | int] = []
    while way[0] is not None:
        steps.append(way[1])
        way = way[0]
    return tuple(reversed(steps))


def _completed(facts: Facts, signers: Mapping[str, str], key: str | None) -> Facts:
    result = dict(facts)
    signer = signers.get(facts["sha256"])
    if signer is not None:
        result["signed_by"] = signer
    if key is not None and "public_key" in facts:
        result["fits_key"] = facts["public_key"] == key
    return result


def _signers(read: list[Read]) -> dict[str, str]:
    """Fingerprint of a certificate -> that of the one, of the same object, whose key made its signature."""
    by_subject: dict[str, list[Read]] = {}
    for one in read:
        by_subject.setdefault(one.facts["subject"], []).append(one)
    found: dict[str, str] = {}
    checks = 0
    for one in {one.facts["sha256"]: one for one in read}.values():
        for above in by_subject.get(one.facts["issuer"], ()):
            checks += 1
            if checks > _MOST_CHECKS:
                return found
            if _is_signed_by(one, above):
                found[one.facts["sha256"]] = above.facts["sha256"]
                break
    return found


def _is_signed_by(one: Read, above: Read) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        one.certificate.verify_directly_issued_by(above.certificate)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True
