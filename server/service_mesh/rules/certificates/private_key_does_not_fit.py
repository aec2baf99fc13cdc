"""Private key beside a certificate belongs to another one.

## Why it matters
A server cannot prove that the certificate is its own. istiod and Linkerd's identity refuse to start with such a pair,
and a gateway's proxy refuses the listener and keeps the pair that it had, until it restarts.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: linkerd-identity-issuer
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=identity.linkerd.cluster.local", "ca": true, "fits_key": false,
      "sha256": "01", "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
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
      {"/data/tls.crt": [{"subject": "CN=identity.linkerd.cluster.local", "ca": true, "fits_key": true,
      "sha256": "01", "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
```

## When it stays quiet
There is no key beside it, or it cannot be read. The key fits a later certificate of the same field: that is CE105.

## Fix safety
No fix: the pair has to come from whoever made it.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, uses_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import next_step
from service_mesh.rules.certificates._expiry import subject_of
from service_mesh.rules.rule import rule


@rule(
    "CE104",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=CARRIERS,
    reads=USE_KINDS,
    sources=(
        "istio/istio: security/pkg/pki/util/keycertbundle.go",
        "linkerd/linkerd2: pkg/tls/cred.go",
        "envoyproxy/envoy: source/common/tls/context_impl.cc",
    ),
)
def private_key_does_not_fit(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each field of certificates of which none has the key beside it."""
    for use in uses_of(mesh, resource):
        told = [one.fits_key for one in use.chain if one.fits_key is not None]
        if told and not any(told):
            message = f"the private key beside {subject_of(use, use.chain[0])} belongs to another certificate"
            yield use.node.problem(message, next_step(use, use.chain[0]))
