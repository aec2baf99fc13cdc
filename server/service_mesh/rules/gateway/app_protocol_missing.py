"""Route for a Service in Cilium that has no port of HTTP.

## Why it matters
Without a port in the parent, Cilium applies a route to the ports of the Service whose `appProtocol` is `http`, and to
no other port of TCP. On a Service without such a port the route is accepted and applies to nothing.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart}
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
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 80}
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
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-gateway-api: "true"}
```

## When it stays quiet
The parent names a port; the mesh is not Cilium, or cannot be told; the Service is not loaded, or has a port whose
`appProtocol` is `http` or that is not of TCP.

## Fix safety
The port is added to the parent where the Service has one alone. It puts the route into effect, so it is not marked as
safe.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateway_classes import CILIUM
from service_mesh.mesh.implementations import READER_KINDS, reader
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.route_references import Reference, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HTTP_ROUTE, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_UNTIL = (1, 21)
"""The first release of Cilium that was not looked at."""


@rule(
    "GW144",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(HTTP_ROUTE,),
    reads=(*READER_KINDS, SERVICE),
    sources=("cilium/cilium: operator/pkg/model/ingestion/gamma.go (GammaHTTPRoutes)",),
)
def app_protocol_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Service without a port of HTTP that a parent names without a port."""
    for parent in parents(resource):
        if parent.kind != SERVICE or parent.node.get("port") is not None:
            continue
        service = mesh.find(SERVICE, parent.namespace, parent.name, resource.cluster)
        ports = tuple(service.each("spec.ports[]")) if service is not None else ()
        if ports and not any(_is_taken(port) for port in ports) and _is_judged(mesh, parent):
            message = f"no port of '{parent.namespace}/{parent.name}' has the appProtocol 'http'"
            related = (ports[0].note("has no appProtocol of HTTP"),)
            text = f"{message}, so Cilium applies the route to none of them"
            yield parent.name_node.finding(text, fix=_fix(parent, ports), related=related)


def _is_judged(mesh: MeshView, parent: Reference) -> bool:
    return reader(mesh, parent) == CILIUM and mesh.release("cilium") < _UNTIL


def _is_taken(port: Node) -> bool:
    protocol, application = port.get("protocol"), port.get("appProtocol")
    return (application is not None and application.text == "http") or (
        protocol is not None and protocol.text not in ("", "TCP")
    )


def _fix(parent: Reference, ports: tuple[Node, ...]) -> Fix | None:
    number = port_number(ports[0]) if len(ports) == 1 else None
    if number is None:
        return None
    edit = Insert(parent.node.resource, parent.node.path, "port", number)
    return Fix(f"name port {number}", safe=False, edits=(edit,))
