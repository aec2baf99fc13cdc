"""Makes the certificates of one test server: an authority of its own, the server's and a client's."""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Certificates", "make_certificates"]

_VALID = datetime.timedelta(days=1)
_ADMINISTRATORS = "system:masters"


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files of PEM text; a key stands in the same folder as its certificate."""

    authority: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path


def make_certificates(folder: Path) -> Certificates:
    """Write an authority, a certificate for 127.0.0.1 and one for a client of the group system:masters.

    They are valid for a day. The authority's key is not written.
    """
    files = Certificates(
        *(folder / name for name in ("ca.crt", "server.crt", "server.key", "client.crt", "client.key"))
    )
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate(_name("service-mesh tests"), key, None)
    _write_certificate(files.authority, authority)
    for subject, certificate, path, usage in (
        (_name("kube-apiserver"), files.server, files.server_key, ExtendedKeyUsageOID.SERVER_AUTH),
        (_name("tests", _ADMINISTRATORS), files.client, files.client_key, ExtendedKeyUsageOID.CLIENT_AUTH),
    ):
        own = ec.generate_private_key(ec.SECP256R1())
        _write_certificate(certificate, _certificate(subject, own, (authority, key, usage)))
        _write_key(path, own)
    return files


def _name(common: str, organization: str = "") -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organization:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(attributes)


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey, x509.ObjectIdentifier] | None,
) -> x509.Certificate:
    """A certificate by a signer, for the usage that is named with it; without one, that of an authority."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer[0].subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _VALID)
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if signer is None:
        return builder.add_extension(_signing(), critical=True).sign(key, hashes.SHA256())
    _, authority_key, usage = signer
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    builder = builder.add_extension(above, critical=False).add_extension(addresses, critical=False)
    return builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False).sign(authority_key, hashes.SHA256())


def _signing() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
