"""What a Gateway of the Gateway API makes of what comes to a port of it: which listener takes it, and its routes."""

from collections.abc import Callable, Iterable, Mapping

from service_mesh.catalog.gateway_features import gap
from service_mesh.mesh.attachments import (
    ATTACHMENT_KINDS,
    Attachment,
    Place,
    attached,
    listener_sets,
    listeners_of,
    older_first,
)
from service_mesh.mesh.gateway_classes import CILIUM, ISTIO, implementation
from service_mesh.mesh.gateways import GENERATED_MARK, GatewayName
from service_mesh.mesh.listeners import LISTENER_SETS
from service_mesh.mesh.route_references import ROUTES
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import (
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    GRPC_ROUTE,
    HTTP_ROUTE,
    REFERENCE_GRANT,
    TCP_ROUTE,
    TLS_ROUTE,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.gateway_rules import backend_outcome
from service_mesh.posture.gateways.listener_requests import DIALECTS, Listening, request_routing
from service_mesh.posture.gateways.replies import (
    closed,
    host_of,
    most_special,
    not_found,
    not_loaded,
    opened,
    refused,
    specialty,
    through,
)
from service_mesh.posture.gateways.sharing import added_by_servers
from service_mesh.posture.gateways.virtual_hosts import naming
from service_mesh.posture.istio.gamma import is_dropped
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Addressed, Fate, Outcome, Routing, merged_routing

__all__ = ["LISTENER_KINDS", "listener_routing"]

LISTENER_KINDS = (GATEWAY_CLASS, REFERENCE_GRANT, *ATTACHMENT_KINDS, *ROUTES)
"""The kinds that are read here."""

_SORTS: Mapping[str, str] = {"HTTP": "plain", "HTTPS": "tls", "TLS": "tls", "TCP": "tcp"}
_UDP = "UDP"
_PASSED_ON = "Passthrough"
_ENDED = "whether this release serves TLSRoutes where the listener ends the TLS"
_OLDER_SET = "which of the ListenerSets is the older, since only one of two listeners for a host is served"


def listener_routing(mesh: MeshView, gateway: Resource, addressed: Addressed) -> Routing:
    """Tell what a Gateway makes of what comes to a port.

    The listener with the most special hostname takes it alone.
    (https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec)

    Args:
        mesh: The objects.
        gateway: The Gateway.
        addressed: What is called.
    """
    mesh.mark_read(*LISTENER_KINDS)
    at = Listening(gateway, implementation(mesh, gateway), addressed)
    owners = (gateway, *_sets(mesh, at))
    found = [node for owner in owners for node in listeners_of(owner) if node.value_at("port") == addressed.number]
    found = [node for node in found if node.text_at("protocol") != _UDP]
    if not found:
        reason = f"no listener of '{gateway.title}' is for port {addressed.number}"
        place, more = gateway.get("spec.listeners") or gateway.root, gateway.get("spec.allowedListeners")
        missing = not_loaded(mesh, LISTENER_SETS, "ListenerSet", gateway.cluster, (), anywhere=more is not None)
        return refused(place, reason, "has no listener for the port").as_far(missing)
    sorts = {_SORTS.get(node.text_at("protocol"), "") for node in found}
    if len(sorts) > 1 or "" in sorts:
        reason = f"port {addressed.number} of '{gateway.title}' has listeners for {_protocols(found)}"
        missing = "what becomes of listeners whose protocols do not go together, or are an implementation's own"
        return opened(found[0], reason, missing)
    routing = _BY_SORT[sorts.pop()](mesh, at, found)
    return routing.as_far(_absent(mesh, at, owners, found, routing)).as_far(_added(mesh, at, found))


def _sets(mesh: MeshView, at: Listening) -> tuple[Resource, ...]:
    if at.served in (ISTIO, CILIUM) and gap(at.served, "ListenerSet", mesh.release(at.served)) is not None:
        return ()
    return listener_sets(mesh, at.gateway)


def _added(mesh: MeshView, at: Listening, found: Iterable[Node]) -> str:
    """What others add to what Istio serves: Gateways for the same pods, and VirtualServices; empty for nothing."""
    home, name = at.gateway.namespace, at.gateway.name
    made = (GatewayName(home, f"{name}-{GENERATED_MARK}-{node.text_at('name')}") for node in found)
    routes = (route for one in made for route in naming(mesh, at.gateway.cluster, one))
    if at.served != ISTIO:
        return ""
    route = next(routes, None)
    if route is not None:
        return f"what '{route.title}' adds, which names what istiod makes of the listener"
    return added_by_servers(mesh, at.gateway, at.addressed.number)


def _protocols(found: Iterable[Node]) -> str:
    return " and ".join(dict.fromkeys(f"'{node.text_at('protocol')}'" for node in found))


def _absent(mesh: MeshView, at: Listening, owners: tuple[Resource, ...], found: list[Node], routing: Routing) -> str:
    """What else would have to be loaded: who finds no route for a host has to know those of every namespace."""
    routes = [note.node.resource for one in routing.outcomes for note in one.chain]
    homes = [*(owner.namespace for owner in owners), *(route.namespace for route in routes)]
    bare = (one for one in routing.outcomes if one.fate is Fate.REFUSED)
    finds_nothing = any(all(note.node.resource in owners for note in one.chain) for one in bare)
    is_wide = any(node.text_at("allowedRoutes.namespaces.from") not in ("", "Same") for node in found)
    kinds, cluster = (HTTP_ROUTE, GRPC_ROUTE), at.gateway.cluster
    return not_loaded(mesh, kinds, "route", cluster, homes, anywhere=finds_nothing and is_wide)


def _best(listeners: list[Node], host: str) -> tuple[list[Node], str]:
    """The listeners that cover a host, the most special one first, and what would tell which that is."""
    name = most_special([node.text_at("hostname") for node in listeners], host)
    if name is None:
        return [], ""
    covering = [node for node in listeners if most_special([node.text_at("hostname")], host) is not None]
    first = [node for node in covering if node.text_at("hostname") == name]
    others = [node for node in covering if node.text_at("hostname") != name]
    owners = {node.resource.key: node.resource for node in first}
    is_open = (
        len(owners) > 1
        and first[0].resource.kind != GATEWAY_API_GATEWAY
        and not all(owner.created_at for owner in owners.values())
    )
    others.sort(key=lambda node: specialty(node.text_at("hostname")), reverse=True)
    return [first[0], *others], _OLDER_SET if is_open else ""


def _plain(mesh: MeshView, at: Listening, listeners: list[Node]) -> Routing:
    if at.addressed.is_tls:
        reason = f"'{at.gateway.title}' reads HTTP there, and the client speaks TLS"
        return refused(listeners[0], reason, "reads HTTP")
    host = host_of(at.addressed)
    found, missing = _best(listeners, host)
    if not found:
        return not_found(listeners[0], host)
    routing = request_routing(mesh, at, found)
    return routing.as_far(missing)


def _tls(mesh: MeshView, at: Listening, listeners: list[Node]) -> Routing:
    if at.addressed.is_tls is False:
        reason = f"'{at.gateway.title}' wants TLS there, and the client speaks none"
        return refused(listeners[0], reason, "wants TLS")
    name = at.addressed.host.lower()
    found, missing = _best(listeners, name)
    if not found:
        return closed(listeners[0], name)
    listener, is_passed_on = found[0], found[0].text_at("tls.mode") == _PASSED_ON
    if listener.text_at("protocol") == "HTTPS":
        if is_passed_on:
            return opened(listener, f"'{at.gateway.title}' passes HTTPS on", "what is made of HTTPS that is passed on")
        return request_routing(mesh, at, found[:1], scheme="https").as_far(missing)
    routes = [one for one in _at(mesh, at, listener) if one.route.kind == TLS_ROUTE]
    by_name = _by_name(mesh, at, listener, routes, name)
    if is_passed_on:
        return by_name.as_far(missing)
    plain = _connections(mesh, at, [listener])
    if not routes:
        return plain.as_far(missing)
    return merged_routing((by_name, plain), _ENDED).as_far(missing)


def _by_name(mesh: MeshView, at: Listening, listener: Node, routes: list[Attachment], name: str) -> Routing:
    """What TLSRoutes make of TLS: that with the most special name takes it."""
    best = most_special([host for one in routes for host in one.hosts], name)
    if best is None:
        return closed(listener, name)
    return _first(mesh, at, listener, [one for one in routes if best in one.hosts])


def _connections(mesh: MeshView, at: Listening, listeners: list[Node]) -> Routing:
    listener = listeners[0]
    routes = [one for one in _at(mesh, at, listener) if one.route.kind == TCP_ROUTE]
    if not routes:
        reason = f"no route takes connections of '{at.gateway.title}' there"
        return refused(listener, reason, "listens there")
    return _first(mesh, at, listener, routes)


def _first(mesh: MeshView, at: Listening, listener: Node, found: list[Attachment]) -> Routing:
    """What the oldest of some routes for connections does."""
    routes = sorted(dict.fromkeys(one.route for one in found), key=older_first)
    is_dated = len(routes) == 1 or all(route.created_at for route in routes)
    titles = ", ".join(f"'{route.title}'" for route in routes[:3])
    chosen = routes[:1] if is_dated else routes
    routing = merged_routing((Routing((_sent(mesh, at, one),)) for one in chosen), f"which of {titles} is the oldest")
    for one in found:
        if not one.is_certain:
            routing = routing.as_far(f"the labels of namespace '{one.route.namespace}', by which the listener chooses")
    return through(routing, listener)


def _sent(mesh: MeshView, at: Listening, route: Resource) -> Outcome:
    rule = next(iter(route.each("spec.rules[]")), route.root)
    return backend_outcome(mesh, rule, rule, DIALECTS.get(at.served, DIALECTS[""]), HttpRequest())


def _at(mesh: MeshView, at: Listening, listener: Node) -> list[Attachment]:
    """The routes that a listener takes and that the implementation serves."""
    found = attached(mesh).get(Place(listener.resource.key, listener.path), ())
    served = at.served
    return [
        one
        for one in found
        if not (served == ISTIO and is_dropped(one.route))
        and not (served in (ISTIO, CILIUM) and gap(served, f"kind {one.route.kind.name}", mesh.release(served)))
    ]


_BY_SORT: dict[str, Callable[[MeshView, Listening, list[Node]], Routing]] = {
    "plain": _plain,
    "tls": _tls,
    "tcp": _connections,
}
