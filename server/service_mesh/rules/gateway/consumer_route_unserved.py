"""Route for a Service of another namespace that no client follows.

## Why it matters
A route that lives in the namespace of its Service is meant for all clients; one in another namespace for the clients of
that namespace alone. Cilium accepts the first kind only. In Istio's ambient mode a waypoint serves the Service, and it
reads routes of the Service's namespace and of its own: routes of a client's namespace are accepted and not followed.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: web}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, namespace: shop, port: 80}]
  rules:
  - timeouts: {request: 3s}
    backendRefs: [{name: cart, namespace: shop, port: 80}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-gateway-api: "true"}
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
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-gateway-api: "true"}
```

## When it stays quiet
The mesh is Linkerd, or Istio with sidecars, which follow such routes; the input shows no mesh or several; the waypoint
is not loaded.

## Fix safety
There is no fix: the route would have to be moved, and then be for all clients.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateway_classes import CILIUM, ISTIO
from service_mesh.mesh.implementations import READER_KINDS, reader
from service_mesh.mesh.route_references import ROUTES, Reference, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.waypoints import WAYPOINT_KINDS, service_waypoint
from service_mesh.rules.gateway._serving import unserved_by
from service_mesh.rules.rule import rule


@rule(
    "GW142",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(*READER_KINDS, *WAYPOINT_KINDS),
    sources=(
        "cilium/cilium: operator/pkg/gateway-api/routechecks/gamma.go (CheckGammaServiceAllowedForNamespace)",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gamma/",
        "istio/istio: tests/integration/ambient/gateway_conformance_test.go (without MeshConsumerRoute)",
        "istio/istio: pilot/pkg/networking/core/listener_waypoint.go",
    ),
)
def consumer_route_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Service of another namespace at which the route is not followed."""
    for parent in parents(resource):
        if parent.kind == SERVICE and parent.name and parent.namespace != resource.namespace:
            served = reader(mesh, parent)
            if served == CILIUM and unserved_by(mesh, served, "consumer routes") is not None:
                message = f"Cilium takes routes for '{parent.namespace}/{parent.name}' from namespace"
                yield _at(parent, f"{message} '{parent.namespace}' alone, so this one is not accepted")
            elif served == ISTIO:
                yield from _in_ambient(parent, mesh)


def _in_ambient(parent: Reference, mesh: MeshView) -> Iterator[Draft]:
    route = parent.node.resource
    service = mesh.find(SERVICE, parent.namespace, parent.name, route.cluster)
    use = service_waypoint(mesh, service) if service is not None else None
    if use is None or use.gateway is None or not use.serves or route.namespace == use.namespace:
        return
    message = (
        f"waypoint '{use.name}' in front of '{parent.namespace}/{parent.name}' reads no routes of namespace"
        f" '{route.namespace}', so clients in ambient mode do not follow this one"
    )
    node = parent.node.get("namespace") or parent.name_node
    yield node.finding(message, severity=Severity.WARNING, related=(use.node.note("chooses the waypoint"),))


def _at(parent: Reference, message: str) -> Draft:
    return (parent.node.get("namespace") or parent.name_node).finding(message)
