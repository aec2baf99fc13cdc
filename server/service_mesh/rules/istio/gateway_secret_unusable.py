"""Secret of a gateway server does not hold a usable certificate.

## Why it matters
istiod cannot make a certificate of it and leaves the server without one: connections to its hosts are reset. In mode
`MUTUAL` a Secret without a CA does the same, because clients could not be checked. An expired certificate is served,
and clients refuse it.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: v1
kind: Secret
metadata: {name: shop, namespace: ingress}
stringData:
  certificate: "-----BEGIN CERTIFICATE-----"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector:
    matchLabels: {app: public-gateway}
  template:
    metadata:
      labels: {app: public-gateway}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: v1
kind: Secret
metadata: {name: shop, namespace: ingress}
stringData:
  tls.key: not shown
  tls.crt: |
    -----BEGIN CERTIFICATE-----
    MAA=
    -----END CERTIFICATE-----
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector:
    matchLabels: {app: public-gateway}
  template:
    metadata:
      labels: {app: public-gateway}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## When it stays quiet
The Secret has `tls.crt` and `tls.key`, or `cert` and `key`, both filled, and the certificate has the form of one.
Whether it fits its key or its hosts is not looked at. No clock is read: only a certificate that had expired when this
rule was written is told. The Secret is not loaded, which is reported for its own sake. For clients `ca.crt` or `cacert`
is enough, in the Secret or in one named `NAME-cacert`, and so is `caCertCredentialName`. Of the contents no more than
the day of expiry is shown; those of a Secret that was read from a cluster are not kept and not judged here.

## Fix safety
No fix is offered: the certificate is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.servers import servers
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CERTIFICATE, EXTERNAL_SECRET, GATEWAY, SEALED_SECRET, SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._secrets import ca_fault, key_fault, wanted_secrets
from service_mesh.rules.rule import rule


@rule(
    "IS125",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(GATEWAY,),
    reads=(
        SECRET,
        CERTIFICATE,
        EXTERNAL_SECRET,
        SEALED_SECRET,
        *WORKLOAD_KINDS,
        *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS),
    ),
    sources=(
        "istio/istio: pilot/pkg/credentials/kube/secrets.go",
        "istio/istio: pkg/config/analysis/analyzers/gateway/secret.go",
        "https://istio.io/latest/docs/reference/config/analysis/ist0161/",
    ),
    upstream=("IST0161",),
)
def gateway_secret_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each credential whose Secret lacks a certificate, a key or a needed CA, once per name."""
    seen: set[tuple[str, str]] = set()
    for server in servers(resource):
        for wanted in wanted_secrets(mesh, server):
            secret = mesh.find(SECRET, wanted.namespace, wanted.name, resource.cluster)
            if secret is None or (wanted.namespace, wanted.name) in seen:
                continue
            fault = key_fault(secret) or ca_fault(mesh, server, wanted, secret)
            if fault:
                seen.add((wanted.namespace, wanted.name))
                note = (secret.get("metadata.name") or secret.root).note("is the Secret")
                yield wanted.reference.finding(f"Secret '{wanted.name}' is unusable: {fault}", related=(note,))
