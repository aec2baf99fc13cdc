"""Trusted root that has ended is still among those that are given out.

## Why it matters
Another root does its work, so traffic is not hurt; but checks fail on it (`linkerd check` stops at an anchor that has
ended), and what is left of an old rotation hides the next one.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: linkerd-identity-trust-roots
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/ca-bundle.crt": [{"subject": "CN=old", "not_before": "2025-11-01T00:00:00Z",
      "not_after": "2026-11-01T00:00:00Z", "sha256": "01"}, {"subject": "CN=new", "sha256": "02",
      "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-10-01T00:00:00Z"}]}
data: {ca-bundle.crt: "two certificates"}
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
      {"/data/ca-bundle.crt": [{"subject": "CN=new", "sha256": "02",
      "not_before": "2026-10-01T00:00:00Z", "not_after": "2036-10-01T00:00:00Z"}]}
data: {ca-bundle.crt: "one certificate"}
```

## When it stays quiet
No other root of the same field is valid, or something in use was signed by it: then it is CE101.

## Fix safety
No fix: a root is taken out when nothing that still runs was signed by it.
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
    "CE113",
    category=Category.HYGIENE,
    severity=Severity.WARNING,
    about=CARRIERS,
    reads=READS,
    sources=(
        "linkerd/linkerd2: pkg/healthcheck/healthcheck.go",
        "https://linkerd.io/2/tasks/manually-rotating-control-plane-tls-credentials/",
    ),
)
def trusted_root_left_over(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each root that has ended beside a valid one."""
    for one in aged(mesh, resource, Verdict.LEFT_OVER):
        what = subject_of(one.use, one.certificate)
        message = f"{what} ended on {one.ends_on} and is still given out beside a valid one{one.elsewhere}"
        yield one.certificate.node.problem(message, next_step(one.use, one.certificate))
