"""Listener asks for TLS in a way that its implementation does not serve.

## Why it matters
Istio reads `gateway.istio.io/tls-terminate-mode` among the options of a listener. A value that it does not know, also
one in small letters, counts as none: the listener ends TLS and asks clients for no certificate, where the author meant
to let in none without one. A listener with more certificates than Istio takes is not opened at all.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    port: 443
    protocol: HTTPS
    tls:
      certificateRefs: [{name: web}]
      options: {gateway.istio.io/tls-terminate-mode: mutual}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    port: 443
    protocol: HTTPS
    tls:
      certificateRefs: [{name: web}]
      options: {gateway.istio.io/tls-terminate-mode: MUTUAL}
```

## When it stays quiet
Gateways of other implementations, and `SIMPLE`, which is what counts without the option. Client certificates that
`spec.tls.frontend` asks for are reported in the releases of Istio and Cilium only that are known not to read it.

## Fix safety
The value in capitals is offered where that is a known one. It makes the listener refuse clients without a certificate,
so it is not marked as safe.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateway_classes import ISTIO, implementation
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import TITLES, unserved_by
from service_mesh.rules.rule import rule

_OPTION = "gateway.istio.io/tls-terminate-mode"
_MODES = ("MUTUAL", "OPTIONAL_MUTUAL", "ISTIO_SIMPLE", "ISTIO_MUTUAL")
_PLAIN = "SIMPLE"
_MOST = 2
_FRONTEND = "client certificates of tls.frontend"


@rule(
    "GW134",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(GATEWAY_API_GATEWAY,),
    reads=(GATEWAY_CLASS,),
    needs=("listeners", "tls"),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (buildTLS)",
        "https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/",
        "https://gateway-api.sigs.k8s.io/reference/spec/#gatewaytlsconfig",
    ),
)
def listener_tls_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report options and numbers of certificates that the implementation does not take."""
    served = implementation(mesh, resource)
    for tls in resource.each("spec.listeners[].tls") if served == ISTIO else ():
        yield from _mode(tls)
        yield from _certificates(tls)
    frontend = resource.get("spec.tls.frontend")
    if frontend is not None and unserved_by(mesh, served, _FRONTEND) is not None:
        message = f"{TITLES[served]} of this release does not read 'spec.tls.frontend': clients need no certificate"
        yield frontend.finding(message)


def _mode(tls: Node) -> Iterator[Draft]:
    options = tls.get("options")
    value = options.key(_OPTION) if options is not None else None
    if value is None or value.text in (*_MODES, _PLAIN, ""):
        return
    near = value.text.upper() if value.text.upper() in _MODES else nearest(value.text, _MODES, unique=True)
    fix = Fix.replace(value, near, title=f"write '{near}'") if near else None
    message = f"Istio knows no mode '{value.text}' and takes it for '{_PLAIN}': clients need no certificate"
    yield value.finding(message, fix=fix)


def _certificates(tls: Node) -> Iterator[Draft]:
    mode, entries = tls.get("mode"), tuple(tls.each("certificateRefs[]"))
    if len(entries) > _MOST and (mode is None or mode.text != "Passthrough"):
        message = (
            f"Istio takes {_MOST} certificates for a listener, and this one has {len(entries)}, so it is not opened"
        )
        yield entries[_MOST].finding(message, severity=Severity.ERROR)
