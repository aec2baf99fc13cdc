"""Route is of a kind that the implementation behind its parent does not read.

## Why it matters
Each implementation reads some of the five kinds of routes, and for Services as parents fewer than for Gateways. A route
of another kind gets no status and serves nothing, though the API server took it.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: UDPRoute
metadata: {name: dns, namespace: shop}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs: [{name: dns, port: 53}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: dns, namespace: shop}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs: [{name: dns, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## When it stays quiet
The implementation is not known, or another one than Istio, Linkerd and Cilium. For a Service as the parent: the input
shows several meshes or none.

## Fix safety
There is no fix: another kind of route, or another implementation, is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.implementations import MESH_PARENTS, READER_KINDS
from service_mesh.mesh.route_references import ROUTES
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import TITLES, readers, unserved_by
from service_mesh.rules.rule import rule


@rule(
    "GW132",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=READER_KINDS,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (GetCommonRouteInfo)",
        "cilium/cilium: operator/pkg/model/ingestion/gateway.go",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gamma/",
        "https://linkerd.io/2/features/gateway-api/",
    ),
)
def route_kind_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each parent whose implementation does not read routes of this kind."""
    for parent, name in readers(resource, mesh):
        is_mesh = parent.kind in MESH_PARENTS
        feature = f"{'mesh kind' if is_mesh else 'kind'} {resource.kind.name}"
        if unserved_by(mesh, name, feature) is not None:
            place = f" with a parent of kind {parent.kind.name}" if is_mesh else ""
            message = f"{TITLES[name]} does not read a {resource.kind.name}{place}, so the route serves nothing there"
            yield parent.name_node.finding(message)
