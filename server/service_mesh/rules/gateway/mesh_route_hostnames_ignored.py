"""Route of a mesh names hosts, and the mesh passes over them.

## Why it matters
A route with a Service as the parent applies to requests to that Service, whatever host they name: Istio and Cilium do
not read `hostnames` there. Rules that were meant for one host alone get all requests to the Service.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  hostnames: [beta.example.com]
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - backendRefs: [{name: cart-beta, port: 80}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - matches: [{headers: [{name: x-beta, value: "1"}]}]
    backendRefs: [{name: cart-beta, port: 80}]
  - backendRefs: [{name: cart, port: 80}]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
```

## When it stays quiet
The mesh is Linkerd, which compares the hosts; the input shows no mesh or several; a Gateway is among the parents, for
which the hosts count; all hosts are names of the parents themselves; routes of TLS connections.

## Fix safety
There is no fix: without the hosts the route does the same.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateway_classes import CILIUM, ISTIO
from service_mesh.mesh.implementations import READER_KINDS, reader
from service_mesh.mesh.route_references import Reference, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import TITLES
from service_mesh.rules.rule import rule


@rule(
    "GW141",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    reads=READER_KINDS,
    needs=("hostnames",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/route_collections.go (HTTPRouteCollection)",
        "cilium/cilium: operator/pkg/model/ingestion/gamma.go",
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs (convert_route)",
        "https://gateway-api.sigs.k8s.io/geps/gep-1294/",
    ),
)
def mesh_route_hostnames_ignored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report hosts of a route that has Services as its only parents."""
    hosts, found = resource.get("spec.hostnames"), tuple(parents(resource))
    if hosts is None or not found or any(parent.kind != SERVICE for parent in found):
        return
    own = {name for parent in found for name in _names(parent)}
    if all(_is_own(node.text, own) for node in resource.each("spec.hostnames[]")):
        return
    served = reader(mesh, found[0])
    if served in (ISTIO, CILIUM):
        message = f"{TITLES[served]} compares no hosts where a Service is the parent: every request to it is routed"
        yield hosts.finding(message, related=(found[0].name_node.note("is the parent"),))


def _names(parent: Reference) -> tuple[str, str, str]:
    name = f"{parent.name}.{parent.namespace}"
    return parent.name, name, f"{name}.svc"


def _is_own(host: str, own: set[str]) -> bool:
    return not host or host in own or any(host.startswith(f"{name}.") for name in own if name.endswith(".svc"))
