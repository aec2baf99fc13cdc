"""ListenerSet extends a Gateway that does not exist or takes no listeners from it.

## Why it matters
A Gateway takes the listeners of other objects only where it says so: without `allowedListeners` it takes none, not even
from its own namespace. The ListenerSet is then refused in its status, its ports are not opened, and routes that are
attached to it serve nothing.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: shop, namespace: shop}
spec:
  parentRef: {name: public, namespace: edge}
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: shop.example.com}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 8080, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: shop, namespace: shop}
spec:
  parentRef: {name: public, namespace: edge}
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: shop.example.com}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  allowedListeners: {namespaces: {from: All}}
  listeners: [{name: http, port: 8080, protocol: HTTP}]
```

## When it stays quiet
Where the Gateway chooses namespaces by labels and the Namespace is not loaded, or where the Gateway's namespace was not
loaded as a whole, or no Gateway is in the input, the finding is reported as not checked. Parents of other kinds are an
implementation's own matter.

## Fix safety
Offered for the name of the Gateway alone, when exactly one of the namespace has a near name; unsafe, because the intent
is guessed. Whom a Gateway takes listeners from is a decision of its owner.
"""

from collections.abc import Iterator

from service_mesh.mesh.known_names import is_surely_absent, object_names
from service_mesh.mesh.listeners import LISTENER_SETS, takes_listener_set
from service_mesh.mesh.route_references import Reference, reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, NAMESPACE
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW110",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=LISTENER_SETS,
    reads=(GATEWAY_API_GATEWAY, NAMESPACE),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#allowedlisteners",
    ),
)
def listener_set_not_admitted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a ListenerSet whose Gateway is not there, or does not take it."""
    node = resource.get("spec.parentRef")
    if node is None:
        return
    parent = reference(node, GATEWAY_API_GATEWAY.group, GATEWAY_API_GATEWAY.name)
    if parent.kind != GATEWAY_API_GATEWAY or not parent.name:
        return
    gateway = mesh.find(parent.kind, parent.namespace, parent.name, resource.cluster)
    if gateway is None:
        yield _missing(parent, mesh)
        return
    taken = takes_listener_set(mesh, gateway, resource.namespace)
    if not taken:
        place = gateway.get("spec.allowedListeners") or gateway.get("spec") or gateway.root
        message = (
            f"'{gateway.title}' takes no listeners from namespace '{resource.namespace}', so none of this"
            f" {resource.kind.name} is opened"
        )
        at = node.get("namespace") or parent.name_node
        yield at.finding(message, related=(place.note("decides what it takes"),), partial=taken is None)


def _missing(parent: Reference, mesh: MeshView) -> Draft:
    resource = parent.node.resource
    names = object_names(mesh, GATEWAY_API_GATEWAY, parent.namespace, resource.cluster)
    near = nearest(parent.name, names, unique=True)
    fix = Fix.replace(parent.name_node, near, title=f"rename to '{near}'") if near else None
    message = f"Gateway '{parent.namespace}/{parent.name}' does not exist, so no listener of this object is opened"
    known = is_surely_absent(mesh, GATEWAY_API_GATEWAY, parent.namespace, resource.cluster)
    return parent.name_node.finding(message, fix=fix, partial=not known)
