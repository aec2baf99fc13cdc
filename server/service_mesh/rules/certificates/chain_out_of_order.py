"""Certificates of a chain stand in the wrong order.

## Why it matters
A server presents the first certificate of the field as its own and the rest as the way to the root, each signed by the
next (RFC 8446, 4.4.2). If another one stands first, the key does not belong to it and the server refuses the pair.
Further down, many clients sort by themselves and some do not.

## Wrong
```yaml
apiVersion: service-mesh/v1
kind: CertificateFile
metadata:
  name: web.pem
  annotations:
    service-mesh/certificates: >-
      {"/data/web.pem": [{"subject": "CN=CA", "issuer": "CN=Root", "ca": true, "sha256": "01",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}, {"subject": "CN=web", "ca": false,
      "issuer": "CN=CA", "signed_by": "01", "sha256": "02", "not_before": "2026-06-01T00:00:00Z",
      "not_after": "2030-06-01T00:00:00Z"}]}
data: {web.pem: REDACTED}
```

## Right
```yaml
apiVersion: service-mesh/v1
kind: CertificateFile
metadata:
  name: web.pem
  annotations:
    service-mesh/certificates: >-
      {"/data/web.pem": [{"subject": "CN=web", "ca": false, "issuer": "CN=CA", "signed_by": "01", "sha256": "02",
      "not_before": "2026-06-01T00:00:00Z", "not_after": "2030-06-01T00:00:00Z"}, {"subject": "CN=CA", "sha256": "01",
      "issuer": "CN=Root", "ca": true, "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
data: {web.pem: REDACTED}
```

## When it stays quiet
The field holds trusted roots, which have no order, or none of its certificates signed another one of it.

## Fix safety
No fix: the content of Secrets is not read, and files of certificates are not written.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, Role, Use, uses_of
from service_mesh.mesh.certificates import Certificate
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import shown
from service_mesh.rules.certificates._expiry import subject_of
from service_mesh.rules.rule import rule

_ORDERED = frozenset({Role.AUTHORITY, Role.LEAF, Role.FILE})


@rule(
    "CE105",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=CARRIERS,
    reads=USE_KINDS,
    sources=(
        "envoyproxy/envoy: source/common/tls/context_impl.cc",
        "linkerd/linkerd2: pkg/tls/cred.go",
        "https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2",
    ),
)
def chain_out_of_order(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each chain that begins with another certificate, or in which a signer stands before what it signed."""
    for use in uses_of(mesh, resource):
        if use.role not in _ORDERED or len(use.chain) < 2:
            continue
        first, own, pair = use.chain[0], _own(use), _turned(use)
        command = shown(first, is_one=False)
        if own is not None:
            message = f"{subject_of(use, own)} stands behind '{first.title}', which is taken for it"
            yield use.node.problem(message, command)
        elif pair is not None:
            above, below = pair
            message = f"in the chain of {subject_of(use, first)}, '{above.title}' stands before '{below.title}'"
            yield use.node.problem(f"{message}, which it signed", command, severity=Severity.WARNING)


def _own(use: Use) -> Certificate | None:
    """The certificate that should stand first and does not."""
    first, rest = use.chain[0], use.chain[1:]
    if first.fits_key is not None:
        return None if first.fits_key else next((one for one in rest if one.fits_key), None)
    if use.role is Role.AUTHORITY or first.is_ca is not True:
        return None
    return next((one for one in rest if one.is_ca is not True and _signed_within(one, use)), None)


def _signed_within(certificate: Certificate, use: Use) -> bool:
    return any(certificate.is_signed_by(one) for one in use.chain if one is not certificate)


def _turned(use: Use) -> tuple[Certificate, Certificate] | None:
    for position, below in enumerate(use.chain):
        if not below.is_root:
            above = next((one for one in use.chain[:position] if below.signed_by == one.fingerprint != ""), None)
            if above is not None:
                return above, below
    return None
