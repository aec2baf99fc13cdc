"""Certificate is made with a key or a signature that is refused or easily broken.

## Why it matters
Envoy refuses a listener whose RSA key has fewer than 2048 bits, and programs in Go (istiod, Linkerd's control plane,
Hubble, the API server) refuse signatures with MD5 and SHA-1.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: cacerts
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "CN=Intermediate", "issuer": "CN=Root", "ca": true, "key": "RSA 2048",
      "signature": "RSA-SHA1", "sha256": "01", "not_before": "2026-06-01T00:00:00Z",
      "not_after": "2036-06-01T00:00:00Z"}]}
type: Opaque
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: cacerts
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "CN=Intermediate", "issuer": "CN=Root", "ca": true, "key": "RSA 4096",
      "signature": "RSA-SHA256", "sha256": "01", "not_before": "2026-06-01T00:00:00Z",
      "not_after": "2036-06-01T00:00:00Z"}]}
type: Opaque
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
```

## When it stays quiet
The signature of a root does not count, since nobody checks it. A short key of anything but a gateway's own certificate
is a warning, and so is a weak signature that only proxies and browsers see.

## Fix safety
No fix: a new certificate is made and given out in an order that depends on what it signs.
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

_SHORTEST = 2048
_WEAK = ("SHA1", "MD5", "MD2")
_IN_GO = frozenset({"istio", "linkerd", "cilium"})


@rule(
    "CE110",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=CARRIERS,
    reads=USE_KINDS,
    sources=(
        "envoyproxy/envoy: source/common/tls/context_impl.cc",
        "golang/go: src/crypto/x509/x509.go",
        "https://go.dev/doc/go1.18#minor_library_changes",
    ),
)
def weak_certificate(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each certificate in use with a short RSA key or a broken signature."""
    seen: set[str] = set()
    for use in uses_of(mesh, resource):
        for one in use.chain:
            if one.fingerprint in seen:
                continue
            seen.add(one.fingerprint)
            draft = _judged(use, one)
            if draft is not None:
                yield draft


def _judged(use: Use, one: Certificate) -> Draft | None:
    command = shown(one, is_one=one.position == 0)
    if _bits(one) < _SHORTEST:
        is_served = use.is_gateway and use.role is Role.LEAF and one.position == 0
        message = f"{subject_of(use, one)} has an RSA key of {_bits(one)} bits"
        return one.node.problem(message, command, severity=None if is_served else Severity.WARNING)
    if not one.is_root and one.signature.endswith(_WEAK):
        is_refused = use.mesh in _IN_GO and not use.is_gateway and use.role is not Role.ROOTS
        message = f"{subject_of(use, one)} is signed with {one.signature.rpartition('-')[2]}"
        return one.node.problem(message, command, severity=None if is_refused else Severity.WARNING)
    return None


def _bits(one: Certificate) -> int:
    """Length of an RSA key; keys of other kinds are long enough."""
    kind, _, bits = one.key.partition(" ")
    is_known = kind == "RSA" and bits.isascii() and bits.isdecimal() and len(bits) < 6
    return int(bits) if is_known else _SHORTEST
