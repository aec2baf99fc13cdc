"""Secret with a certificate authority for Istio lacks a key.

## Why it matters
istiod signs with the authority in the secret `cacerts` if all files are there. If only some are, recent releases do not
start, and older ones made a root of their own: two parts of a mesh with different roots do not trust each other.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata: {name: cacerts, namespace: istio-system}
stringData:
  ca-cert.pem: "certificate"
  ca-key.pem: "key"
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata: {name: cacerts, namespace: istio-system}
stringData:
  ca-cert.pem: "certificate"
  ca-key.pem: "key"
  root-cert.pem: "root"
  cert-chain.pem: "chain"
```

## When it stays quiet
The secret has the keys of a TLS secret (`tls.crt`, `tls.key`, `ca.crt`), or istiod made it itself (`istio-generated`).
Secrets of that name without any of these keys, and those outside the namespace of istiod, are somebody else's.

## Fix safety
There is no fix: certificates are made elsewhere. No content of a secret is ever shown.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import ROOT_NAMESPACE, root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_OWN_FORM = ("ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem")
_TLS_FORM = ("tls.crt", "tls.key", "ca.crt")


@rule(
    "IS271",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(SECRET,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/bootstrap/istio_ca.go (checkCABundleCompleteness)",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
    ),
)
def ca_secret_incomplete(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a plugged-in authority that istiod cannot use."""
    if resource.name != "cacerts" or resource.namespace not in (ROOT_NAMESPACE, root_namespace(mesh, resource.cluster)):
        return
    held = {str(node.path[-1]) for field in ("data", "stringData") for node in resource.each(f"{field}.{{}}")}
    form = _TLS_FORM if "tls.crt" in held else _OWN_FORM
    absent = [f"'{key}'" for key in form if key not in held]
    if absent and held & {*_OWN_FORM, *_TLS_FORM} and "istio-generated" not in held:
        node = resource.get("data") or resource.get("stringData") or resource.root
        yield node.finding(f"secret 'cacerts' lacks {' and '.join(absent)}, so istiod cannot sign with it")
