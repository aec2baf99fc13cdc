"""Certificate of cert-manager is not ready.

## Why it matters
cert-manager could not make the certificate, or what is in the Secret is not what was asked for. Whoever mounts the
Secret waits for it, or goes on with the old certificate until that ends.

## Wrong
```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop, namespace: istio-ingress}
spec:
  secretName: shop-credential
  dnsNames: [shop.example]
  issuerRef: {kind: ClusterIssuer, name: letsencrypt}
status:
  conditions:
  - {type: Ready, status: "False", reason: DoesNotExist, message: no Secret, lastTransitionTime: "2026-11-20T09:00:00Z"}
```

## Right
```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop, namespace: istio-ingress}
spec:
  secretName: shop-credential
  dnsNames: [shop.example]
  issuerRef: {kind: ClusterIssuer, name: letsencrypt}
status:
  conditions:
  - {type: Ready, status: "True", reason: Ready, message: up to date, lastTransitionTime: "2026-11-20T09:00:00Z"}
```

## When it stays quiet
It has been so for less than ten minutes and nothing has failed, its issuer is not ready (CE118), or the dates of the
certificate in its Secret are reported already.

## Fix safety
No fix: the reason is with the issuer or in the request.
"""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import CARRIERS
from service_mesh.mesh.renewal import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CERTIFICATE, CLUSTER_ISSUER, ISSUER, SECRET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._conditions import is_settled, issuer_of, reason, status
from service_mesh.rules.certificates._expiry import READS, is_reported
from service_mesh.rules.rule import rule

_READS = (*CARRIERS, *(kind for kind in READS if kind != CERTIFICATE), ISSUER, CLUSTER_ISSUER)


@rule(
    "CE117",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CERTIFICATE,),
    reads=_READS,
    sources=(
        "cert-manager/cert-manager: pkg/controller/certificates/readiness/readiness_controller.go",
        "https://cert-manager.io/docs/troubleshooting/",
    ),
)
def certificate_not_ready(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Certificate whose condition says that it is not ready."""
    ready = condition(resource, "Ready")
    if ready is None or status(ready) != "False":
        return
    has_failed = resource.get("status.lastFailureTime") is not None
    issuer = issuer_of(mesh, resource)
    issuer_ready = condition(issuer, "Ready") if issuer is not None else None
    if (issuer_ready is not None and status(issuer_ready) == "False") or not (has_failed or is_settled(mesh, ready)):
        return
    named = resource.get("spec.secretName")
    secret = mesh.find(SECRET, resource.namespace, named.text, resource.cluster) if named is not None else None
    if secret is None or not is_reported(mesh, secret):
        words = ("cmctl", "status", "certificate", resource.name, "-n", resource.namespace)
        message = f"Certificate '{resource.namespace}/{resource.name}' is not ready{reason(ready)}"
        yield (ready.get("status") or ready).problem(message, command(*words))
