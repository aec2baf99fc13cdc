"""DestinationRule names certificate files, which have to be in the proxy.

## Why it matters
The files are opened by the proxy, not by the application and not by istiod. The proxy's container has only Istio's own
files unless the pods of every client mount others, and without the files the cluster is not built and requests fail.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec:
  host: db
  trafficPolicy:
    tls:
      mode: MUTUAL
      clientCertificate: /etc/certs/client.pem
      privateKey: /etc/certs/key.pem
      caCertificates: /etc/certs/ca.pem
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec:
  host: db
  trafficPolicy:
    tls:
      mode: MUTUAL
      credentialName: db-client
  workloadSelector:
    matchLabels: {app: web}
```

## When it stays quiet
The mode is neither SIMPLE nor MUTUAL; `credentialName` is set, beside which files do not count; the only file is the
CA bundle of the proxy's operating system or the account's own one; some loaded workload mounts files into its proxy
with the annotation `sidecar.istio.io/userVolumeMount`.

## Fix safety
No fix is offered: the Secret is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.client_tls import tls_settings
from service_mesh.rules.istio._tls import ORIGINATING, mode_of
from service_mesh.rules.rule import rule

_FILES = ("clientCertificate", "privateKey", "caCertificates")
_PRESENT = ("/etc/ssl/", "/etc/pki/", "/var/run/secrets/", "system")
_MOUNT = "sidecar.istio.io/userVolumeMount"


@rule(
    "IS178",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(DESTINATION_RULE,),
    reads=WORKLOAD_KINDS,
    sources=("https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",),
)
def tls_certificate_files(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first file of each place that begins TLS with files."""
    for tls in tls_settings(resource):
        files = [file for name in _FILES if (file := tls.get(name)) is not None and _is_foreign(file)]
        secret = tls.get("credentialName")
        if files and mode_of(tls) in ORIGINATING and not (secret and secret.text) and not mesh.index(_mounts):
            yield files[0].finding(f"file '{files[0].text}' has to be in the proxy of every client")


def _is_foreign(file: Node) -> bool:
    return bool(file.text) and not file.text.startswith(_PRESENT)


def _mounts(mesh: MeshView) -> bool:
    return any(_MOUNT in workload.annotations for workload in workloads(mesh))
