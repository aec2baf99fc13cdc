"""cert-manager should have renewed a certificate and has not.

## Why it matters
The time that it chose itself is over, so the controller does not run, does not get through, or waits for an approval.
The old certificate works until it ends, and nothing else announces that.

## Wrong
```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: linkerd-identity-issuer, namespace: linkerd}
spec:
  secretName: linkerd-identity-issuer
  commonName: identity.linkerd.cluster.local
  issuerRef: {name: linkerd-trust-anchor}
status:
  notAfter: "2027-11-20T09:00:00Z"
  renewalTime: "2026-11-19T09:00:00Z"
  conditions:
  - {type: Ready, status: "True", reason: Ready, message: up to date, lastTransitionTime: "2026-10-20T09:00:00Z"}
```

## Right
```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: linkerd-identity-issuer, namespace: linkerd}
spec:
  secretName: linkerd-identity-issuer
  commonName: identity.linkerd.cluster.local
  issuerRef: {name: linkerd-trust-anchor}
status:
  notAfter: "2027-11-20T09:00:00Z"
  renewalTime: "2027-07-19T09:00:00Z"
  conditions:
  - {type: Ready, status: "True", reason: Ready, message: up to date, lastTransitionTime: "2026-10-20T09:00:00Z"}
```

## When it stays quiet
It is late by less than an hour, it is not ready (CE117), or the dates of the certificate in its Secret are reported
already.

## Fix safety
No fix: cert-manager renews when whatever holds it up is gone.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS
from service_mesh.mesh.renewal import condition, renewal_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.instants import text_of
from service_mesh.model.kinds import CERTIFICATE, SECRET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._conditions import status
from service_mesh.rules.certificates._expiry import READS, is_reported
from service_mesh.rules.rule import rule

_LATE = 3600


@rule(
    "CE119",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CERTIFICATE,),
    reads=(*CARRIERS, *(kind for kind in READS if kind != CERTIFICATE)),
    sources=(
        "cert-manager/cert-manager: pkg/controller/certificates/trigger/trigger_controller.go",
        "https://cert-manager.io/docs/usage/certificate/#renewal",
    ),
)
def renewal_overdue(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Certificate whose time of renewal is over."""
    now, renewal, told = mesh.now(resource.cluster), renewal_of(resource), resource.get("status.renewalTime")
    ready = condition(resource, "Ready")
    if now is None or renewal is None or told is None or renewal + _LATE > now:
        return
    if ready is not None and status(ready) == "False":
        return
    named = resource.get("spec.secretName")
    secret = mesh.find(SECRET, resource.namespace, named.text, resource.cluster) if named is not None else None
    if secret is None or not is_reported(mesh, secret):
        words = ("cmctl", "status", "certificate", resource.name, "-n", resource.namespace)
        what = f"Certificate '{resource.namespace}/{resource.name}'"
        yield told.problem(f"{what} was to be renewed at {text_of(renewal)} and was not", command(*words))
