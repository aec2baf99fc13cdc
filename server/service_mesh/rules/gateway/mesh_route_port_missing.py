"""Route is attached to a port that its parent does not have.

## Why it matters
With a port in the parent, a mesh applies the route to requests to that port alone. A port that the Service does not
have gets no requests: the route is accepted and never used, and traffic to the ports that are there goes on unrouted.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 8080}]
  rules:
  - backendRefs: [{name: cart, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports: [{port: 80, targetPort: 8080}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - backendRefs: [{name: cart, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports: [{port: 80, targetPort: 8080}]
```

## When it stays quiet
The Service or ServiceEntry is not loaded, or its ports cannot be read; the parent names no port.

## Fix safety
Offered where the Service has one port alone; unsafe, because it puts the route into effect.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import port_number
from service_mesh.mesh.route_references import ROUTES, Reference, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW140",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(SERVICE, SERVICE_ENTRY),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (augmentPortMatch)",
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs",
        "https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
    ),
)
def mesh_route_port_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port of a parent that the Service or ServiceEntry does not have."""
    for parent in parents(resource):
        if parent.kind in (SERVICE, SERVICE_ENTRY):
            found = mesh.find(parent.kind, parent.namespace, parent.name, resource.cluster)
            if found is not None:
                yield from _port(parent, found)


def _port(parent: Reference, found: Resource) -> Iterator[Draft]:
    port = parent.node.get("port")
    numbers = [port_number(entry) for entry in found.each("spec.ports[]")]
    if port is None or port.number is None or None in numbers or port.number in numbers:
        return
    fix = Fix.replace(port, numbers[0], title=f"use port {numbers[0]}") if len(numbers) == 1 else None
    listed = ", ".join(str(number) for number in numbers[:5]) or "none"
    message = f"'{found.title}' has no port {port.number}, so the route is never used; its ports are {listed}"
    yield port.finding(message, fix=fix, related=((found.get("spec.ports") or found.root).note("its ports"),))
