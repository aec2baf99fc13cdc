"""Protocol and TLS settings of a gateway server exclude each other, and istiod refuses the Gateway.

## Why it matters
The webhook refuses the object. Where no webhook asked, a server for HTTPS or TLS without settings, or without a
certificate, opens no usable port, and one for HTTP goes on in plaintext whatever `tls` says.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTP}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
```

## When it stays quiet
HTTP with `httpsRedirect` and no mode; HTTPS and TLS that are passed through; a certificate by Secret, by files or by a
list of either. That the Secret or the mode's name exists is told elsewhere.

## Fix safety
There is no fix: which of the two is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.servers import Server, servers
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ENCRYPTED = frozenset({"HTTPS", "TLS"})
_PASSING = frozenset({"PASSTHROUGH", "AUTO_PASSTHROUGH"})
_CHECKING_CLIENTS = frozenset({"MUTUAL", "OPTIONAL_MUTUAL"})
_TERMINATING = _CHECKING_CLIENTS | {"SIMPLE"}
_FILES = ("serverCertificate", "privateKey", "caCertificates")
_SECRETS = ("credentialName", "credentialNames")


@rule(
    "IS192",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(GATEWAY,),
    sources=(
        "istio/istio: pkg/config/validation/validation.go (validateServer, validateTLSOptions)",
        "https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
    ),
    upstream=("IST0106",),
)
def gateway_server_tls_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each server whose `tls` its protocol, or its own mode, does not go with."""
    for server in servers(resource):
        protocol, tls = server.node.get("port.protocol"), server.node.get("tls")
        if protocol is None:
            continue
        if not server.has_tls:
            if server.protocol in _ENCRYPTED:
                yield protocol.finding(f"the Gateway is refused: a server for {server.protocol} needs 'tls'")
        elif tls is not None:
            yield from _of_tls(server, tls)


def _of_tls(server: Server, tls: Node) -> Iterator[Draft]:
    place = tls.get("mode") or tls
    if server.is_plain_http:
        if server.mode not in _PASSING or _has(tls, *_FILES):
            yield place.finding(f"the Gateway is refused: a server for {server.protocol} takes nothing but a redirect")
    elif server.protocol not in _ENCRYPTED:
        yield place.finding(f"the Gateway is refused: a server for {server.protocol} takes no 'tls'")
    elif server.mode == "ISTIO_MUTUAL":
        for name in (*_SECRETS, *_FILES, "tlsCertificates"):
            if _has(tls, name):
                node = tls.get(name) or tls
                yield node.finding(f"the Gateway is refused: ISTIO_MUTUAL has certificates of its own beside '{name}'")
    elif server.mode in _TERMINATING and (missing := _missing(server.mode, tls)):
        yield place.finding(f"the Gateway is refused: {server.mode} needs a certificate, and {missing} is not set")


def _missing(mode: str, tls: Node) -> str:
    """What lacks of the certificates; empty for nothing."""
    if _has(tls, *_SECRETS):
        return ""
    if not _has(tls, "tlsCertificates") and not (_has(tls, "serverCertificate") and _has(tls, "privateKey")):
        return "'credentialName'"
    if mode in _CHECKING_CLIENTS and not _has(tls, "caCertificates", "caCertCredentialName"):
        return "'caCertificates'"
    return ""


def _has(tls: Node, *names: str) -> bool:
    return any((node := tls.get(name)) is not None and bool(node.value) for name in names)
