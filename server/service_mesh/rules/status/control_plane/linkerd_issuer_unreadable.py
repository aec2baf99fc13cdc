"""Secret of Linkerd's issuer does not hold the keys that the installation reads.

## Why it matters
With the scheme `kubernetes.io/tls`, as cert-manager writes it, `linkerd-identity` reads `tls.crt` and `tls.key`, with
`linkerd.io/tls` it reads `crt.pem` and `key.pem`. It does not look for the others: it does not start, or goes on with
the certificate it had, and proxies get none.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "identity: {issuer: {scheme: kubernetes.io/tls}}"}
---
apiVersion: v1
kind: Secret
metadata: {name: linkerd-identity-issuer, namespace: linkerd}
data: {crt.pem: eA==, key.pem: eA==}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "identity: {issuer: {scheme: kubernetes.io/tls}}"}
---
apiVersion: v1
kind: Secret
metadata: {name: linkerd-identity-issuer, namespace: linkerd}
data: {tls.crt: eA==, tls.key: eA==}
```

## When it stays quiet
How Linkerd was installed is not loaded, or it names a scheme that is none of the two.

## Fix safety
No fix: either the Secret or the installation is to be changed, and private keys are part of it.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, SECRET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import installation
from service_mesh.rules.rule import rule

_ISSUER = "linkerd-identity-issuer"
_DEFAULT = "linkerd.io/tls"
_KEYS: Mapping[str, tuple[str, ...]] = {_DEFAULT: ("crt.pem", "key.pem"), "kubernetes.io/tls": ("tls.crt", "tls.key")}


@rule(
    "ST141",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(SECRET,),
    reads=(CONFIG_MAP,),
    sources=("linkerd/linkerd2: controller/cmd/identity/main.go", "linkerd/linkerd2: pkg/issuercerts/issuercerts.go"),
    upstream=("l5d-identity-cert-config-valid",),
)
def linkerd_issuer_unreadable(secret: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an issuer's Secret without the keys that its scheme has."""
    if secret.name != _ISSUER:
        return
    found = installation(mesh, secret.cluster)
    if found is None or found.namespace != secret.namespace:
        return
    scheme = found.text("identity.issuer.scheme") or _DEFAULT
    data = secret.get("data") or secret.root
    missing = [name for name in _KEYS.get(scheme, ()) if data.key(name) is None]
    if missing:
        listed = " and ".join(f"'{name}'" for name in missing)
        message = f"the issuer's scheme is '{scheme}' and its Secret lacks {listed}"
        next_command = command("kubectl", "-n", secret.namespace, "describe", f"secret/{secret.name}")
        yield data.problem(message, next_command, related=(found.node.note("names the scheme"),))
