"""Issuer of cert-manager is not ready.

## Why it matters
No certificate of this issuer is made or renewed until it is. What exists goes on until it ends.

## Wrong
```yaml
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: linkerd-trust-anchor}
spec: {ca: {secretName: linkerd-trust-anchor}}
status:
  conditions:
  - {type: Ready, status: "False", reason: ErrGetKeyPair, message: none, lastTransitionTime: "2026-11-20T09:00:00Z"}
```

## Right
```yaml
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: linkerd-trust-anchor}
spec: {ca: {secretName: linkerd-trust-anchor}}
status:
  conditions:
  - {type: Ready, status: "True", reason: KeyPairVerified, message: ok, lastTransitionTime: "2026-11-20T09:00:00Z"}
```

## When it stays quiet
It has been so for less than ten minutes.

## Fix safety
No fix: the reason names what the issuer lacks.
"""

from collections.abc import Iterator

from service_mesh.mesh.renewal import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CERTIFICATE, CLUSTER_ISSUER, ISSUER
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._conditions import certificates_from, is_settled, reason, status
from service_mesh.rules.rule import rule


@rule(
    "CE118",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(ISSUER, CLUSTER_ISSUER),
    reads=(CERTIFICATE,),
    sources=(
        "cert-manager/cert-manager: pkg/issuer/ca/setup.go",
        "https://cert-manager.io/docs/troubleshooting/",
    ),
)
def issuer_not_ready(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an issuer whose condition says that it is not ready, and how many Certificates wait for it."""
    ready = condition(resource, "Ready")
    if ready is None or status(ready) != "False" or not is_settled(mesh, ready):
        return
    count = certificates_from(mesh, resource)
    waiting = f"; {count} Certificates are of it" if count > 1 else "; one Certificate is of it" if count else ""
    place = f"{resource.namespace}/" if resource.namespace else ""
    message = f"{resource.kind.name} '{place}{resource.name}' is not ready{reason(ready)}{waiting}"
    yield (ready.get("status") or ready).problem(message, describe(resource))
