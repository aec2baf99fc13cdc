"""Identity issuer of Linkerd has a key that Linkerd does not take.

## Why it matters
The issuer has to be an ECDSA certificate on curve P-256 that was signed with ECDSA and SHA-256. Linkerd's identity
refuses any other and does not start, so no proxy gets a certificate.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: linkerd-identity-issuer
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=identity.linkerd.cluster.local", "ca": true, "key": "RSA 2048",
      "signature": "RSA-SHA256", "sha256": "01", "not_before": "2026-06-01T00:00:00Z",
      "not_after": "2036-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: linkerd-identity-issuer
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=identity.linkerd.cluster.local", "ca": true, "key": "EC P-256",
      "signature": "ECDSA-SHA256", "sha256": "01", "not_before": "2026-06-01T00:00:00Z",
      "not_after": "2036-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
```

## When it stays quiet
Nothing is known of the key or the signature.

## Fix safety
No fix: a new issuer is made with another key.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, Role, uses_of
from service_mesh.mesh.certificates import Certificate
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import next_step
from service_mesh.rules.certificates._expiry import subject_of
from service_mesh.rules.rule import rule

_KEY, _SIGNATURE = "EC P-256", "ECDSA-SHA256"


@rule(
    "CE111",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(SECRET,),
    reads=tuple(kind for kind in (*CARRIERS, *USE_KINDS) if kind != SECRET),
    sources=(
        "linkerd/linkerd2: pkg/issuercerts/issuercerts.go",
        "https://linkerd.io/2/tasks/generate-certificates/",
    ),
    upstream=("l5d-identity-issuer-cert-uses-supported-crypto",),
)
def issuer_key_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an issuer of Linkerd whose key or signature is of another kind."""
    for use in uses_of(mesh, resource):
        if use.mesh == "linkerd" and use.role is Role.AUTHORITY:
            issuer = use.chain[0]
            fault = _fault(issuer)
            if fault:
                yield use.node.problem(f"{subject_of(use, issuer)} {fault}", next_step(use, issuer))


def _fault(issuer: Certificate) -> str:
    if issuer.key and issuer.key != _KEY:
        return f"has a key '{issuer.key}', and Linkerd takes '{_KEY}' only"
    if issuer.signature and issuer.signature != _SIGNATURE:
        return f"is signed with '{issuer.signature}', and Linkerd takes '{_SIGNATURE}' only"
    return ""
