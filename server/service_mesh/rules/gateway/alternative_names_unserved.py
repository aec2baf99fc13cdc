"""Policy for TLS towards a backend lists alternative names, which Cilium does not compare.

## Why it matters
With `subjectAltNames` the certificate of the backend is to carry one of these names, and `hostname` is sent in the
handshake alone. Cilium does not read the list: a backend that proves one of the names and not the host name is refused,
and one that proves the host name alone is trusted.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: cart}]
  validation:
    hostname: cart.example.com
    wellKnownCACertificates: System
    subjectAltNames: [{type: Hostname, hostname: internal.example.com}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: cilium
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: cart}]
  validation:
    hostname: internal.example.com
    wellKnownCACertificates: System
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: cilium
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## When it stays quiet
A Gateway of the cluster is not Cilium's, or none is loaded; the list holds the host name alone.

## Fix safety
There is no fix: which name the backend proves is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.gateway_classes import CILIUM, implementation
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import BACKEND_TLS_POLICY, GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import unserved_by
from service_mesh.rules.rule import rule


@rule(
    "GW145",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(BACKEND_TLS_POLICY,),
    reads=(GATEWAY_API_GATEWAY, GATEWAY_CLASS),
    sources=(
        "cilium/cilium: operator/pkg/gateway-api/gatewayclass_status.go (exemptFeatures)",
        "cilium/cilium: operator/pkg/model/ingestion/gateway.go (addBackendTLSDetails)",
        "https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/",
    ),
)
def alternative_names_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a list of alternative names where Cilium serves every Gateway."""
    names, host = resource.get("spec.validation.subjectAltNames"), resource.get("spec.validation.hostname")
    if names is None or mesh.index(_implementations).get(resource.cluster) != {CILIUM}:
        return
    held = host.text if host is not None else ""
    others = [node for node in names.items if (name := node.get("hostname")) is None or name.text != held]
    if others and unserved_by(mesh, CILIUM, "subjectAltNames") is not None:
        message = f"Cilium does not compare alternative names: the backend has to prove '{held}' and none of these"
        yield names.finding(message)


def _implementations(mesh: MeshView) -> Mapping[str, set[str]]:
    """Cluster -> who serves its Gateways; the empty name stands for others."""
    found: dict[str, set[str]] = {}
    for gateway in mesh.of_kind(GATEWAY_API_GATEWAY):
        found.setdefault(gateway.cluster, set()).add(implementation(mesh, gateway))
    return found
