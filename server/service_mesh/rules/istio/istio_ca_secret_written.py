"""Secret of Istio's own certificate authority is written or used by hand.

## Why it matters
istiod makes `istio-ca-secret` for its self-signed root and expects two keys in it. Another root put there is taken when
istiod restarts, and every workload distrusts the others until all have new certificates. An authority of your own
belongs into the secret `cacerts`. cert-manager cannot sign with `istio-ca-secret` either: it looks for `tls.crt` and
`tls.key`.

## Wrong
```yaml
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: istio-ca}
spec:
  ca: {secretName: istio-ca-secret}
```

## Right
```yaml
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: istio-ca}
spec:
  ca: {secretName: our-root}
```

## When it stays quiet
The secret is what istiod wrote: its type is `istio.io/ca-root`; it is not in istiod's namespace. An issuer is fine if a
secret of that name in the input holds `tls.crt` and `tls.key`.

## Fix safety
There is no fix: certificates are made elsewhere. No content of a secret is ever shown.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import ROOT_NAMESPACE, root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET, Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ISSUERS = (Kind("cert-manager.io", "Issuer"), Kind("cert-manager.io", "ClusterIssuer"))
_NAME = "istio-ca-secret"
_OWN_TYPE = "istio.io/ca-root"
_PAIR = frozenset({"tls.crt", "tls.key"})


@rule(
    "IS270",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(SECRET, *_ISSUERS),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: security/pkg/pki/ca/ca.go",
        "istio/istio: pilot/pkg/bootstrap/istio_ca.go",
        "https://cert-manager.io/docs/configuration/ca/",
    ),
)
def istio_ca_secret_written(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a secret in the place of istiod's own one, and an issuer that signs with that."""
    if resource.kind in _ISSUERS:
        secret = resource.get("spec.ca.secretName")
        if secret is not None and secret.text == _NAME and not _has_pair(mesh, resource):
            message = f"secret '{_NAME}' is Istio's own and has no 'tls.crt' and 'tls.key', so nothing can be signed"
            yield secret.finding(message)
    elif resource.name == _NAME and resource.namespace in (ROOT_NAMESPACE, root_namespace(mesh, resource.cluster)):
        type_ = resource.get("type")
        if type_ is None or type_.text != _OWN_TYPE:
            name = resource.get("metadata.name") or resource.root
            yield name.finding(f"secret '{_NAME}' is where istiod keeps a root of its own; another one replaces that")


def _has_pair(mesh: MeshView, issuer: Resource) -> bool:
    return any(
        _keys(secret) >= _PAIR
        for secret in mesh.of_kind(SECRET)
        if secret.name == _NAME and secret.cluster == issuer.cluster
    )


def _keys(secret: Resource) -> set[str]:
    return {str(node.path[-1]) for field in ("data", "stringData") for node in secret.each(f"{field}.{{}}")}
