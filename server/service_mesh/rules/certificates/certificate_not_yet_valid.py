"""Certificate that a mesh rests on is not valid yet.

## Why it matters
Until its first second it is refused like one that has ended. The usual causes are a clock that is wrong on the machine
that made it, and a renewal that was put in place before its time.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=root.linkerd.cluster.local", "ca": true, "sha256": "01",
      "not_before": "2026-12-01T00:00:00Z", "not_after": "2036-12-01T00:00:00Z"}]}
data: {ca-bundle.crt: "a certificate"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=root.linkerd.cluster.local", "ca": true, "sha256": "01",
      "not_before": "2026-11-01T00:00:00Z", "not_after": "2036-12-01T00:00:00Z"}]}
data: {ca-bundle.crt: "a certificate"}
```

## When it stays quiet
The time of the reading is unknown, or it is one of several trusted roots and nothing in use is signed by it yet, which
is how a root is replaced in good order.

## Fix safety
No fix: it is a matter of time, or of the clock of whoever made it.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.instants import text_of
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import next_step
from service_mesh.rules.certificates._expiry import READS, Verdict, aged, subject_of
from service_mesh.rules.rule import rule


@rule(
    "CE102",
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
def certificate_not_yet_valid(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each certificate in use whose first second is still to come."""
    for one in aged(mesh, resource, Verdict.EARLY):
        start = text_of(one.certificate.not_before)
        message = f"{subject_of(one.use, one.certificate)} is not valid before {start}{one.elsewhere}"
        yield one.certificate.node.problem(message, next_step(one.use, one.certificate))
