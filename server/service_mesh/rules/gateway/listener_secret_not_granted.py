"""Listener takes its certificate from another namespace that does not allow it.

## Why it matters
A Secret of another namespace may be used only where a ReferenceGrant of that namespace allows it. Without one the
listener's references do not resolve (`RefNotPermitted`): it is not programmed, and its hosts are not served.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    port: 443
    protocol: HTTPS
    tls:
      certificateRefs: [{name: shop, namespace: vault}]
---
apiVersion: v1
kind: Namespace
metadata: {name: vault}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    port: 443
    protocol: HTTPS
    tls:
      certificateRefs: [{name: shop, namespace: vault}]
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: edge, namespace: vault}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: edge}]
  to: [{group: "", kind: Secret, name: shop}]
---
apiVersion: v1
kind: Namespace
metadata: {name: vault}
```

## When it stays quiet
The listener passes TLS on, or Istio gives it a certificate of the mesh (option `gateway.istio.io/tls-terminate-mode`);
the reference names another kind than Secret. A listener with a second certificate gets a warning, since the other one
may serve. For a ListenerSet the grant has to name the kind ListenerSet. Where the Secret's namespace was not loaded as
a whole, the finding is reported as not checked.

## Fix safety
No fix is offered: who may use a Secret is a decision of its namespace's owner.
"""

from collections.abc import Iterator

from service_mesh.mesh.listeners import WITH_LISTENERS
from service_mesh.mesh.route_references import Reference, is_granted
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import REFERENCE_GRANT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._certificates import certificates
from service_mesh.rules.rule import rule


@rule(
    "GW108",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=WITH_LISTENERS,
    reads=(REFERENCE_GRANT,),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/api-types/referencegrant/",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listenertlsconfig",
    ),
)
def listener_secret_not_granted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Secret of another namespace that no ReferenceGrant allows, once per name."""
    seen: set[tuple[str, str]] = set()
    for listener, wanted in certificates(resource):
        place = wanted.namespace, wanted.name
        if place not in seen and not is_granted(mesh, resource.kind, resource.namespace, wanted):
            seen.add(place)
            yield _draft(mesh, listener, wanted)


def _draft(mesh: MeshView, listener: Node, wanted: Reference) -> Draft:
    resource, name = listener.resource, listener.get("name")
    message = (
        f"no ReferenceGrant in '{wanted.namespace}' lets a {resource.kind.name} of '{resource.namespace}' use Secret"
        f" '{wanted.name}', so listener '{name.text if name is not None else ''}' gets no certificate from it"
    )
    node = wanted.node.get("namespace") or wanted.node
    has_other = sum(1 for _ in listener.each("tls.certificateRefs[]")) > 1
    severity = Severity.WARNING if has_other else None
    return node.finding(message, severity=severity, partial=not mesh.is_complete(wanted.namespace, resource.cluster))
