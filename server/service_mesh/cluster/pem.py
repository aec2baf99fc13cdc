"""What a certificate in PEM says of itself: dates, names and keys as plain facts, never content.

`cryptography` is loaded where the first certificate is met: most objects hold none, and it is heavy.
"""

import base64
import binascii
import hashlib
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name
    from cryptography.x509.extensions import ExtensionTypeVar

__all__ = ["MOST", "Facts", "Read", "certificates", "content_of", "key_of", "without_others"]

Facts = dict[str, Any]
"""The facts of one certificate by name; `mesh.certificates.Certificate` says what each one means."""

MOST = 64
"""Certificates of one place that are read."""

_LONGEST = 4 * 1024 * 1024
_LONGEST_NAME = 253
_LONGEST_SUBJECT = 200
_MOST_NAMES = 100
_BEGIN = b"-----BEGIN CERTIFICATE-----"
_ESCAPED = b"-----BEGIN CERTIFICATE-----\\n"  # PEM in a JSON text inside of a text
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]++)-----END CERTIFICATE-----")
_KEY = re.compile(
    rb"-----BEGIN ((?:[A-Z]{2,8} )?)PRIVATE KEY-----[A-Za-z0-9+/=\s]++-----END \1PRIVATE KEY-----", re.ASCII
)
_DER = b"\x30\x82"
_SIGNATURES = {"1.2.840.10045.4.": "ECDSA", "1.2.840.113549.1.1.": "RSA"}
_PSS = "1.2.840.113549.1.1.10"
_WHOLE_SIGNATURES = {"1.3.101.112": "Ed25519", "1.3.101.113": "Ed448"}
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp224r1": "P-224"}


class Read(NamedTuple):
    """A certificate and its facts."""

    certificate: "Certificate"
    facts: Facts


def content_of(value: str) -> bytes:
    """The bytes of a value: PEM, or what a Secret or a CA bundle holds in base64; nothing where it is too long."""
    if len(value) > _LONGEST:
        return b""
    if "-----BEGIN" in value:
        return value.encode("utf-8", "replace")
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def certificates(content: bytes) -> list[Read]:
    """The certificates of PEM in their order; none where `cryptography` is not installed.

    What cannot be read is passed over: whether the rest is of use is not for the reader to say.

    Args:
        content: Text in PEM with whatever stands around it, or one certificate in DER.
    """
    if _BEGIN not in content and not content.startswith(_DER):
        return []
    try:
        from cryptography.x509 import load_der_x509_certificate
    except ImportError:
        return []
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what elder issuers wrote, on the error stream
        for der in _ders(content):
            try:
                certificate = load_der_x509_certificate(der)
                found.append(Read(certificate, _facts(certificate)))
            except (ValueError, TypeError, OverflowError, NotImplementedError):
                continue
    return found


def key_of(content: bytes) -> str | None:
    """The digest of the public half of the first private key, as `public_key` of facts has it; None for no such key.

    The key itself is dropped here.
    """
    match = _KEY.search(content) if len(content) <= _LONGEST else None
    if match is None:
        return None
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        return None
    try:
        key = load_pem_private_key(match[0], None, unsafe_skip_rsa_key_validation=True)
        return _digest(key.public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def without_others(text: str) -> str:
    """A text of PEM with everything but its certificates crossed out, every line where it was."""
    parts, position = [], 0
    for match in re.finditer(_BLOCK.pattern.decode("ascii"), text):
        parts += [_crossed_out(text[position : match.start()]), match[0]]
        position = match.end()
    return "".join([*parts, _crossed_out(text[position:])])


def _crossed_out(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)


def _ders(content: bytes) -> Iterator[bytes]:
    if content.startswith(_DER):
        yield content
        return
    if _ESCAPED in content:
        content = content.replace(b"\\n", b"\n")
    for number, match in enumerate(_BLOCK.finditer(content)):
        if number >= MOST:
            return
        try:
            yield base64.b64decode(b"".join(match[1].split()), validate=True)
        except (binascii.Error, ValueError):
            continue


def _facts(certificate: "Certificate") -> Facts:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    basic = _extension(certificate, x509.BasicConstraints)
    usage = _extension(certificate, x509.KeyUsage)
    own = _extension(certificate, x509.SubjectKeyIdentifier)
    above = _extension(certificate, x509.AuthorityKeyIdentifier)
    facts: Facts = {
        "subject": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "not_before": _text(certificate.not_valid_before_utc),
        "not_after": _text(certificate.not_valid_after_utc),
        "key": _key(certificate),
        "signature": _signature(certificate),
        "sha256": hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
        "public_key": _public_key(certificate),
        "ca": basic.ca if basic is not None else None,
        "path_length": basic.path_length if basic is not None else None,
        "signs": usage.key_cert_sign if usage is not None else None,
        "key_id": own.digest.hex() if own is not None else None,
        "authority_key_id": above.key_identifier.hex() if above is not None and above.key_identifier else None,
        "names": _alternative_names(certificate) or None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _extension(certificate: "Certificate", kind: "type[ExtensionTypeVar]") -> "ExtensionTypeVar | None":
    from cryptography.x509 import ExtensionNotFound

    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except ExtensionNotFound:
        return None


def _alternative_names(certificate: "Certificate") -> list[str]:
    from cryptography import x509

    found = _extension(certificate, x509.SubjectAlternativeName)
    kinds = (x509.DNSName, x509.UniformResourceIdentifier, x509.IPAddress)
    names = [str(one.value) for one in found or () if isinstance(one, kinds)]
    return [name for name in names if len(name) <= _LONGEST_NAME][:_MOST_NAMES]


def _name(name: "Name") -> str:
    return name.rfc4514_string()[:_LONGEST_SUBJECT]


def _key(certificate: "Certificate") -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "unknown"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {_CURVES.get(key.curve.name, key.curve.name)}"
    return type(key).__name__.strip("_").removesuffix("PublicKey")


def _public_key(certificate: "Certificate") -> str | None:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return _digest(certificate.public_key())
    except (ValueError, UnsupportedAlgorithm):
        return None


def _digest(key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _signature(certificate: "Certificate") -> str:
    """Such as `ECDSA-SHA256`; the number of an algorithm that is not known."""
    from cryptography.exceptions import UnsupportedAlgorithm

    number = certificate.signature_algorithm_oid.dotted_string
    if number in _WHOLE_SIGNATURES:
        return _WHOLE_SIGNATURES[number]
    family = next((name for start, name in _SIGNATURES.items() if number.startswith(start)), "")
    try:
        used = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        used = None
    if not family or used is None:
        return number
    return f"{family}-PSS-{used.name.upper()}" if number == _PSS else f"{family}-{used.name.upper()}"


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)
