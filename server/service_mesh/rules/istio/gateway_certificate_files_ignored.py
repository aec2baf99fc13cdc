"""Server names both a Secret and certificate files, of which the files are ignored.

## Why it matters
With `credentialName` everything comes from the Secret: istiod does not look at the file fields. In mode `MUTUAL` the CA
for clients is then looked up in the Secret, or in one named `NAME-cacert`, and the file that is written here protects
nothing.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls:
      mode: MUTUAL
      credentialName: shop
      caCertificates: /etc/istio/client-ca/ca.pem
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls:
      mode: MUTUAL
      credentialName: shop
```

## When it stays quiet
Only one of both is written.

## Fix safety
Removing the files changes nothing that happens. It is unsafe for the CA, because clients were meant to be checked
against it.
"""

from collections.abc import Iterator

from service_mesh.mesh.servers import servers
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_FILES = ("serverCertificate", "privateKey", "caCertificates")


@rule(
    "IS187",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(GATEWAY,),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "istio/istio: pilot/pkg/credentials/kube/secrets.go",
        "https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
    ),
)
def gateway_certificate_files_ignored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each file field beside a credential."""
    for server in servers(resource):
        credential = server.credential()
        if credential is None:
            continue
        for name in _FILES:
            field = server.node.get(f"tls.{name}")
            if field is not None and field.text:
                message = f"'{name}' is ignored, because 'credentialName' names a Secret"
                fix = Fix.remove(field, safe=name != "caCertificates")
                note = credential.note("is where the certificates come from")
                yield field.finding(message, fix=fix, related=(note,), anchor=Anchor.KEY)
