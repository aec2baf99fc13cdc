"""Certificate that a mesh rests on ends soon.

## Why it matters
Replacing a CA takes time: trust has to be everywhere before the new one signs anything. Once it has ended, the mesh
breaks within a day and every pod has to restart. `--cert-days` (30) says how many days are enough.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: cacerts
  namespace: istio-system
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-cert.pem": [{"subject": "CN=Intermediate", "issuer": "CN=Root", "ca": true, "sha256": "01",
      "not_before": "2025-12-01T00:00:00Z", "not_after": "2026-12-01T00:00:00Z"}]}
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
      {"/data/ca-cert.pem": [{"subject": "CN=Intermediate", "issuer": "CN=Root", "ca": true, "sha256": "02",
      "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-11-01T00:00:00Z"}]}
type: Opaque
data: {ca-cert.pem: UkVEQUNURUQ=, ca-key.pem: UkVEQUNURUQ=}
```

## When it stays quiet
More than a third of its time is left: what lives for days is renewed by a program. cert-manager keeps it and the
renewal is not due yet; where only the mark of cert-manager on the Secret is known, a sixth has to be left, and a
twenty-fourth of what lasts for two days at most.
Certificates of Linkerd with fewer than 60 days are a warning, since `linkerd check` warns from there on.

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
    "CE103",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=CARRIERS,
    reads=READS,
    sources=(
        "linkerd/linkerd2: pkg/issuercerts/issuercerts.go",
        "istio/istio: security/pkg/pki/util/keycertbundle.go",
        "https://cert-manager.io/docs/usage/certificate/#renewal",
    ),
)
def certificate_ends_soon(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each certificate in use with fewer days left than asked for."""
    for one in aged(mesh, resource, Verdict.SOON, Verdict.WATCHED):
        left = f"in {one.days} days" if one.days > 1 else "in one day" if one.days else "within a day"
        message = f"{subject_of(one.use, one.certificate)} ends {left}, on {one.ends_on}{one.elsewhere}"
        severity = Severity.WARNING if one.verdict is Verdict.WATCHED else None
        yield one.certificate.node.problem(message, next_step(one.use, one.certificate), severity=severity)
