"""Route has a Service as its parent, and there is no mesh that would read it.

## Why it matters
Only a service mesh applies routes to requests for a Service. Without one the route is an object that nobody reads: it
gets no status, and traffic is spread over the pods as before.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - timeouts: {request: 3s}
    backendRefs: [{name: cart, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports: [{port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - timeouts: {request: 3s}
    backendRefs: [{name: cart, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports: [{port: 80}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
```

## When it stays quiet
The input is not said to be complete; it shows any part of Istio, Linkerd, Cilium, Kuma or Consul, such as a policy of
Cilium; a controller has written a status on the route; the route carries annotations for Linkerd.

## Fix safety
There is no fix: a mesh has to be installed.
"""

from collections.abc import Iterator

from service_mesh.mesh.implementations import READER_KINDS, meshes, reader
from service_mesh.mesh.route_references import ROUTES, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_OF_CILIUM = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)


@rule(
    "GW143",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=ROUTES,
    reads=(*READER_KINDS, *_OF_CILIUM),
    sources=("https://gateway-api.sigs.k8s.io/mesh/", "https://gateway-api.sigs.k8s.io/geps/gep-1294/"),
)
def mesh_route_without_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Service as a parent where the complete input shows no mesh."""
    if not mesh.is_whole or resource.get("status.parents") is not None:
        return
    if any(mesh.of_kind(kind) for kind in _OF_CILIUM):
        return
    found = [parent for parent in parents(resource) if parent.kind == SERVICE and parent.name]
    if found and not meshes(mesh, resource.cluster) and not reader(mesh, found[0]):
        message = "no mesh is installed that applies routes to requests for a Service, so nobody reads this one"
        yield found[0].name_node.finding(message)
