"""Listener allows a kind of route that its protocol does not take, or is one of HTTPS without any certificate.

## Why it matters
The kinds of `allowedRoutes` narrow down what goes with the protocol; they add nothing to it. A kind that does not fit
is left out, and where no other one remains the listener takes no route at all. A listener of HTTPS without `tls` has
nothing to end TLS with; since Gateway API 1.1 the API server takes it, for implementations that get certificates from
elsewhere. Istio and Cilium do not, and no request gets through.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - name: http
    port: 80
    protocol: HTTP
    allowedRoutes: {kinds: [{kind: TCPRoute}]}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - name: http
    port: 80
    protocol: HTTP
    allowedRoutes: {kinds: [{kind: HTTPRoute}]}
```

## When it stays quiet
Protocols of an implementation's own, and kinds of other groups, which an implementation may add. A listener of HTTPS
without `tls` at a Gateway of another implementation than Istio and Cilium.

## Fix safety
Taking the kind away is offered where another one remains that fits; it is safe, since what is served stays the same.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import gateway_of
from service_mesh.mesh.gateway_classes import CILIUM, ISTIO, implementation
from service_mesh.mesh.listeners import WITH_LISTENERS, fitting_kinds, route_kind
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_WANTS_TLS = (1, 0)
"""The last release of the Gateway API whose schema asks for `tls` itself."""


@rule(
    "GW119",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=WITH_LISTENERS,
    reads=(GATEWAY_API_GATEWAY, GATEWAY_CLASS),
    needs=("listeners",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conditions.go",
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listener",
    ),
)
def listener_unfit_for_protocol(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each kind of route that a listener allows and cannot take, and HTTPS without certificates."""
    for listener in resource.each("spec.listeners[]"):
        protocol = listener.get("protocol")
        if protocol is not None:
            yield from _kinds(listener, protocol)
            if protocol.text == "HTTPS" and listener.get("tls") is None and _needs_tls(resource, mesh):
                yield protocol.finding("'HTTPS' stands without 'tls', so without a certificate no request gets through")


def _needs_tls(resource: Resource, mesh: MeshView) -> bool:
    gateway = gateway_of(mesh, resource) if mesh.release("gateway_api") > _WANTS_TLS else None
    return gateway is not None and implementation(mesh, gateway) in (ISTIO, CILIUM)


def _kinds(listener: Node, protocol: Node) -> Iterator[Draft]:
    fitting = fitting_kinds(listener)
    nodes = [node for node in listener.each("allowedRoutes.kinds[]") if isinstance(node.value, dict)]
    if fitting is None or not nodes:
        return
    remains = any(route_kind(node) in fitting for node in nodes)
    for node in nodes:
        kind = route_kind(node)
        if kind not in fitting and kind.group == HTTP_ROUTE.group and kind.name:
            yield _unfit(listener, protocol, node, remains=remains)


def _unfit(listener: Node, protocol: Node, node: Node, *, remains: bool) -> Draft:
    mode, kind = listener.get("tls.mode"), node.get("kind") or node
    how = f" in mode '{mode.text}'" if mode is not None and mode.text else ""
    result = "it is left out" if remains else "the listener takes no route at all"
    message = f"protocol '{protocol.text}'{how} takes no '{kind.text}', so {result}"
    fix = Fix.remove(node, title=f"take '{kind.text}' away", safe=True) if remains else None
    return kind.finding(message, fix=fix)
