"""Secrets to plant: canaries by the kind of place, and certificates of known dates."""

import base64
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["AFTER", "BEFORE", "CANARY", "certificate", "encoded", "jwt", "private_key"]

CANARY = "Canary7Xq9"
"""Stands in every planted secret; wherever it appears, a secret got out."""

BEFORE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AFTER = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def jwt() -> str:
    return f"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ{CANARY}.{CANARY}-sig"


def private_key(kind: str = "RSA ") -> str:
    return f"-----BEGIN {kind}PRIVATE KEY-----\nMIIE{CANARY}\nAAAA\n-----END {kind}PRIVATE KEY-----\n"


def certificate(after: datetime = AFTER) -> str:
    """A certificate in PEM, signed by itself, valid from `BEFORE`."""
    key = ec.derive_private_key(7, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, BEFORE, after)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")
