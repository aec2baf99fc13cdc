"""Route for a Service is not accepted beside one of a more exact kind.

## Why it matters
The routes of a Service, or of an EgressNetwork, are all of one kind: GRPCRoutes displace HTTPRoutes, both displace
TLSRoutes, and all of them TCPRoutes. Linkerd gives the displaced ones the status `RouteReasonConflicted` and leaves
them out, so that requests that are no gRPC lose their rules as soon as somebody adds a GRPCRoute.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: calls, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 80}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: calls, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 9090}
```

## When it stays quiet
The routes name different ports, or one names a port and the other none, which the controller takes for two parents.
Routes of Gateways. Where nothing says that Linkerd is the mesh, since other meshes merge such routes in another way.

## Fix safety
None is offered: which kind of route is to stay is a decision.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.implementations import LINKERD, READER_KINDS, reader
from service_mesh.mesh.route_references import Reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, LINKERD_HTTP_ROUTE, SERVICE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.rules.linkerd._routes import ROUTES, parents
from service_mesh.rules.rule import rule

_RANKS = {"GRPCRoute": 0, "HTTPRoute": 1, "TLSRoute": 2, "TCPRoute": 3}


class _Parent(NamedTuple):
    """What the controller compares: the parent with its port as it is written."""

    cluster: str
    kind: Kind
    namespace: str
    name: str
    port: object


@rule(
    "LD178",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=ROUTES,
    reads=(*ROUTES, *READER_KINDS),
    needs=("parentRefs",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/status/src/index/conflict.rs",
        "https://gateway-api.sigs.k8s.io/geps/gep-1426/#route-types",
    ),
    upstream=("RouteReasonConflicted",),
)
def routes_displaced_by_kind(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each parent that a route of a more exact kind has too."""
    for node in parents(resource, SERVICE, EGRESS_NETWORK):
        parent = _parent(node)
        best = mesh.index(_best).get(parent)
        if best is None or _RANKS[best.resource.kind.name] >= _RANKS[resource.kind.name]:
            continue
        if _is_linkerd(node, parent, mesh):
            message = (
                f"{resource.kind.name} is left out, since {best.resource.kind.name} '{best.resource.namespace}/"
                f"{best.resource.name}' is for the same {parent.kind.name} '{parent.namespace}/{parent.name}'"
            )
            yield (node.get("name") or node).finding(message, related=(best.note("is of the more exact kind"),))


def _best(mesh: MeshView) -> Mapping[_Parent, Node]:
    """Of each parent, the reference of the route with the most exact kind."""
    found: dict[_Parent, Node] = {}
    for kind in sorted(ROUTES, key=lambda kind: _RANKS[kind.name]):
        for route in mesh.of_kind(kind):
            for node in parents(route, SERVICE, EGRESS_NETWORK):
                found.setdefault(_parent(node), node)
    return found


def _parent(node: Node) -> _Parent:
    route, port = node.resource, node.get("port")
    kind = SERVICE if refers_to(node, SERVICE, default=route.group) else EGRESS_NETWORK
    number = port.number if port is not None else None
    place = node.text_at("namespace") or route.namespace
    return _Parent(route.cluster, kind, place, node.text_at("name"), number)


def _is_linkerd(node: Node, parent: _Parent, mesh: MeshView) -> bool:
    if node.resource.kind == LINKERD_HTTP_ROUTE or parent.kind == EGRESS_NETWORK:
        return True
    return reader(mesh, Reference(node, SERVICE, parent.namespace, parent.name)) == LINKERD
