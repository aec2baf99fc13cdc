"""Certificate that a mesh rests on has ended.

## Why it matters
Who checks it refuses the connection: proxies get no certificates from a CA that has ended, the API server cannot call
a webhook, browsers refuse a gateway. Proxies keep the certificate they have until it ends too, so the mesh breaks pod
by pod within a day.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: istio-ca-secret
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "O=cluster.local", "issuer": "O=cluster.local", "ca": true, "sha256": "01",
      "not_before": "2016-11-19T08:00:00Z", "not_after": "2026-11-17T08:00:00Z"}]}
type: istio.io/ca-root
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: istio-ca-secret
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "O=cluster.local", "issuer": "O=cluster.local", "ca": true, "sha256": "02",
      "not_before": "2026-11-10T08:00:00Z", "not_after": "2036-11-07T08:00:00Z"}]}
type: istio.io/ca-root
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
```

## When it stays quiet
The time of the reading is unknown. Only what a mesh rests on is judged: CAs, roots, webhooks, gateways, Hubble and
Cluster Mesh, and files of certificates. A certificate below an authority that ended earlier is not reported beside it,
copies are counted, and a trusted root that has ended while another one does its work is CE113.

## Fix safety
No fix: a new certificate is made and given out in an order that depends on what it signs.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import next_step
from service_mesh.rules.certificates._expiry import READS, Verdict, aged, subject_of
from service_mesh.rules.rule import rule


@rule(
    "CE101",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=CARRIERS,
    reads=READS,
    sources=(
        "istio/istio: security/pkg/pki/util/keycertbundle.go",
        "linkerd/linkerd2: pkg/issuercerts/issuercerts.go",
        "https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    ),
)
def certificate_expired(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each certificate in use whose last second is over."""
    for one in aged(mesh, resource, Verdict.ENDED):
        past = -one.days - 1  # whole days: the first one is not over while nothing is left
        since = f"{past} days ago" if past > 1 else "a day ago" if past else "within the last day"
        message = f"{subject_of(one.use, one.certificate)} ended {since}, on {one.ends_on}{one.elsewhere}"
        yield one.certificate.node.problem(message, next_step(one.use, one.certificate))
