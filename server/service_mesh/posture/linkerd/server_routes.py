"""Which routes take over the requests to a Server, so that others are answered with 404."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, LINKERD_HTTP_ROUTE, LINKERD_SERVER
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.posture.linkerd.servers import ProxyProtocol, proxy_protocol

__all__ = ["SERVER_ROUTE_KINDS", "Dropped", "dropped_from_servers", "routes_of_server", "server_parents", "taking_over"]

SERVER_ROUTE_KINDS = (HTTP_ROUTE, LINKERD_HTTP_ROUTE, GRPC_ROUTE)
"""The kinds of routes that count on a Server."""

_HTTP = (HTTP_ROUTE, LINKERD_HTTP_ROUTE)
_CONTROLLER = "linkerd.io/policy-controller"
_FILTERS = frozenset({"RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why a whole route counts for no Server.

    Attributes:
        node: What the controller refuses.
        reason: Why, as the end of a sentence that starts with the node.
    """

    node: Node
    reason: str


def server_parents(route: Resource) -> tuple[Node, ...]:
    """The references of a route to Servers as parents; group and kind have to be written out for one to be that."""
    return tuple(parent for parent in route.each("spec.parentRefs[]") if _is_server(parent, route.group))


def dropped_from_servers(route: Resource) -> Dropped | None:
    """Tell whether a route with a Server as a parent is dropped as a whole, and why.

    One reference to a Server of another namespace, with a port or with a section name is enough, and so is a filter
    that changes more than headers and redirects.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/routes.rs`, ParentRef;
    `policy-controller/k8s/index/src/inbound/index/http.rs`)
    """
    return route.once(_dropped)


def routes_of_server(mesh: MeshView, server: Resource) -> tuple[Resource, ...]:
    """The routes that are attached to a Server, of whichever kind, and are not dropped."""
    mesh.mark_read(*SERVER_ROUTE_KINDS)
    return mesh.index(_by_server).get(server.key, ())


def taking_over(mesh: MeshView, server: Resource) -> tuple[Resource, ...]:
    """The routes that take over a Server: a request that matches none of them is answered with 404.

    HTTPRoutes of both groups where the Server speaks HTTP or does not say, GRPCRoutes where it speaks gRPC, and none
    where it is opaque or TLS.
    (`linkerd/linkerd2: policy-controller/grpc/src/inbound.rs`, to_server)
    """
    mesh.mark_read(*SERVER_ROUTE_KINDS)
    return mesh.once(_taking_over, server)


def _taking_over(mesh: MeshView, server: Resource) -> tuple[Resource, ...]:
    protocol = proxy_protocol(server)
    kinds = _HTTP if protocol.is_http else (GRPC_ROUTE,) if protocol is ProxyProtocol.GRPC else ()
    return tuple(route for route in routes_of_server(mesh, server) if route.kind in kinds)


def _is_server(parent: Node, group: str) -> bool:
    return refers_to(parent, LINKERD_SERVER, default=group) and parent.text_at("name") != ""


def _dropped(route: Resource) -> Dropped | None:
    parents = server_parents(route)
    found = next(filter(None, map(_refused, parents)), None)
    if found is not None or not parents:
        return found
    for kind in route.each("spec.rules[].filters[].type"):
        if kind.text not in _FILTERS:
            return Dropped(kind, f"is filter '{kind.text[:40]}', which does not exist for Servers")
    return None


def _refused(parent: Node) -> Dropped | None:
    namespace = parent.get("namespace")
    if namespace is not None and namespace.value not in (None, parent.resource.namespace):
        return Dropped(namespace, "names another namespace")
    for field, reason in (("port", "names a port"), ("sectionName", "names a section")):
        node = parent.get(field)
        if node is not None and node.value is not None:
            return Dropped(node, reason)
    return None


def _by_server(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    found: dict[ResourceKey, dict[ResourceKey, Resource]] = {}
    for kind in SERVER_ROUTE_KINDS:
        for route in mesh.of_kind(kind):
            if dropped_from_servers(route) is None:
                for parent in server_parents(route):
                    name = parent.text_at("name")
                    if not _is_refused(route, name):
                        key = ResourceKey(route.cluster, LINKERD_SERVER, route.namespace, name)
                        found.setdefault(key, {})[route.key] = route
    return {key: tuple(routes.values()) for key, routes in found.items()}


def _is_refused(route: Resource, server: str) -> bool:
    """Whether the controller says in a route's status that it does not accept it on a Server."""
    for status in route.each("status.parents[]"):
        reference = status.get("parentRef")
        if status.text_at("controllerName") == _CONTROLLER and reference is not None:
            is_about = reference.text_at("kind") == LINKERD_SERVER.name and reference.text_at("name") == server
            if is_about and any(_says_no(condition) for condition in status.each("conditions[]")):
                return True
    return False


def _says_no(condition: Node) -> bool:
    return condition.text_at("type") == "Accepted" and condition.text_at("status") == "False"
