"""Route is attached to a Gateway of which no listener takes it.

## Why it matters
A Gateway decides which routes it takes: by default only those of its own namespace, of the kinds that go with a
listener's protocol, with a host in common. A route that no listener takes is accepted by the API server and serves
nothing; only its status tells.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - {name: public, namespace: edge}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - {name: public, namespace: edge}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners:
  - name: http
    port: 80
    protocol: HTTP
    allowedRoutes: {namespaces: {from: All}}
```

## When it stays quiet
One listener takes the route; the parent or its section does not exist, which is reported as such; the listener's
protocol is one of an implementation. Where a listener chooses namespaces by labels and the route's Namespace is not
loaded, the finding is reported as not checked.

## Fix safety
No fix is offered: whom a Gateway takes routes from is a decision of its owner.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import parent_with_listeners
from service_mesh.mesh.listeners import WITH_LISTENERS, takes_hosts, takes_kind, takes_namespace
from service_mesh.mesh.route_references import ROUTES, Reference, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW107",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(*WITH_LISTENERS, NAMESPACE),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes",
        "https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
    ),
    upstream=("KIA1401",),
)
def route_not_admitted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Gateway or ListenerSet whose listeners all refuse the route, with the reason."""
    for parent in parents(resource):
        gateway = parent_with_listeners(mesh, parent)
        if gateway is not None:
            listeners = _named(parent, gateway)
            draft = _unfit(parent, gateway, listeners) or _foreign(parent, gateway, listeners, mesh)
            if listeners and draft is not None:
                yield draft


def _named(parent: Reference, gateway: Resource) -> list[Node]:
    """The listeners that a reference may mean: the section that it names, or all of them."""
    section = parent.node.get("sectionName")
    wanted = section.text if section is not None else ""
    listeners = [node for node in gateway.each("spec.listeners[]") if isinstance(node.value, dict)]
    return [node for node in listeners if not wanted or ((name := node.get("name")) and name.text == wanted)]


def _unfit(parent: Reference, gateway: Resource, listeners: list[Node]) -> Draft | None:
    """The finding for a port, a kind or hosts that no listener takes."""
    route, port = parent.node.resource, parent.node.get("port")
    here = [node for node in listeners if port is None or ((own := node.get("port")) and own.value == port.value)]
    if not here:
        return _said(port or parent.name_node, f"'{gateway.title}' has no listener at this port", listeners)
    fit = [node for node in here if takes_kind(node, route.kind)]
    if not fit:
        return _said(parent.name_node, f"no listener of '{gateway.title}' takes a {route.kind.name}", here)
    hosts = route.get("spec.hostnames")
    names = [host.text for host in route.each("spec.hostnames[]")]
    if hosts is not None and not any(takes_hosts(node, names) for node in fit):
        return _said(hosts, f"no listener of '{gateway.title}' has a host in common with the route", fit)
    return None


def _foreign(parent: Reference, gateway: Resource, listeners: list[Node], mesh: MeshView) -> Draft | None:
    """The finding for a namespace that no listener, which would take the route otherwise, takes routes from."""
    route = parent.node.resource
    names = [host.text for host in route.each("spec.hostnames[]")]
    fit = [node for node in listeners if takes_kind(node, route.kind) and takes_hosts(node, names)]
    answers = [takes_namespace(mesh, node, route.namespace) for node in fit]
    if True in answers:
        return None
    node = parent.node.get("namespace") or parent.name_node
    what = f"no listener of '{gateway.title}' takes routes from namespace '{route.namespace}'"
    return _said(node, what, fit, partial=None in answers)


def _said(node: Node, what: str, listeners: list[Node], *, partial: bool = False) -> Draft:
    notes = tuple((one.get("allowedRoutes") or one).note("decides what it takes") for one in listeners[:3])
    return node.finding(f"{what}, so the route serves nothing there", related=notes, partial=partial)
