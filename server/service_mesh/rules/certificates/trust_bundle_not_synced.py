"""Bundle of trust-manager does not reach its targets.

## Why it matters
trust-manager copies trusted roots into every namespace. While it cannot, new namespaces have none, and a new root does
not arrive anywhere: an issuer that is replaced now is trusted by nobody.

## Wrong
```yaml
apiVersion: trust.cert-manager.io/v1alpha1
kind: Bundle
metadata: {name: linkerd-identity-trust-roots}
spec:
  sources: [{secret: {name: linkerd-trust-anchor, key: tls.crt}}]
  target: {configMap: {key: ca-bundle.crt}}
status:
  conditions:
  - {type: Synced, status: "False", reason: SourceNotFound, message: none, lastTransitionTime: "2026-11-20T09:00:00Z"}
```

## Right
```yaml
apiVersion: trust.cert-manager.io/v1alpha1
kind: Bundle
metadata: {name: linkerd-identity-trust-roots}
spec:
  sources: [{secret: {name: linkerd-trust-anchor, key: tls.crt}}]
  target: {configMap: {key: ca-bundle.crt}}
status:
  conditions:
  - {type: Synced, status: "True", reason: Synced, message: done, lastTransitionTime: "2026-11-20T09:00:00Z"}
```

## When it stays quiet
It has been so for less than ten minutes.

## Fix safety
No fix: the reason names the source that is missing.
"""

from collections.abc import Iterator

from service_mesh.mesh.renewal import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import TRUST_BUNDLE
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._conditions import is_settled, reason, status
from service_mesh.rules.rule import rule


@rule(
    "CE120",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(TRUST_BUNDLE,),
    sources=(
        "cert-manager/trust-manager: pkg/bundle/controller.go",
        "https://cert-manager.io/docs/trust/trust-manager/",
    ),
)
def trust_bundle_not_synced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Bundle whose condition says that it was not copied."""
    synced = condition(resource, "Synced")
    if synced is not None and status(synced) == "False" and is_settled(mesh, synced):
        message = f"Bundle '{resource.name}' of trust-manager is not copied to its targets{reason(synced)}"
        yield (synced.get("status") or synced).problem(message, describe(resource))
