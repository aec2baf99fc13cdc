"""What Istio's Gateways make of what comes to a port of them: requests, TLS that is told apart by name, connections."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from service_mesh.mesh.gateways import GatewayName
from service_mesh.mesh.servers import Server
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Note
from service_mesh.model.hosts import MESH_WIDE, covers, split_scope
from service_mesh.model.kinds import GATEWAY, SERVICE, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.gateways.proxies import GatewayProxy, conflict, proxies_of, reading, served, servers_at
from service_mesh.posture.gateways.replies import closed, not_loaded, opened, refused, specialty, through
from service_mesh.posture.gateways.sharing import added_by_gateways
from service_mesh.posture.gateways.virtual_hosts import bound_to, domains, request_routing, unseen
from service_mesh.posture.istio.route_matching import Proxy, is_for_proxy
from service_mesh.posture.istio.rule_actions import connection_outcome
from service_mesh.posture.routing import Addressed, Fate, Routing, merged_routing

__all__ = ["SERVER_KINDS", "server_routing"]

SERVER_KINDS = (GATEWAY, SERVICE, VIRTUAL_SERVICE, *WORKLOAD_KINDS)
"""The kinds that are read here."""


class _Chain(NamedTuple):
    """What TLS with some server names meets: a server that ends it, or a rule that hands it on.

    Attributes:
        pattern: The name, or a wildcard over names.
        server: The server.
        rule: The rule; None where the server ends the TLS.
        where: The match of the rule.
        step: By what the rules of one step are told from those that are known to come later.
    """

    pattern: str
    server: Server
    rule: Node | None = None
    where: Node | None = None
    step: tuple[int, int] = (0, 0)

    @property
    def owner(self) -> Resource:
        """The object that it is of."""
        return (self.rule or self.server.node).resource


def server_routing(mesh: MeshView, gateway: Resource, addressed: Addressed) -> Routing:
    """Tell what the proxies that an Istio Gateway configures make of what comes to a port.

    Gateways for the same pods are put together, so that servers and VirtualServices of the others count too.
    (`istio/istio: pilot/pkg/model/gateway.go`; `pilot/pkg/networking/core/gateway.go`)

    Args:
        mesh: The objects.
        gateway: The Gateway.
        addressed: What is called.
    """
    mesh.mark_read(*SERVER_KINDS)
    found = (_at_proxy(mesh, gateway, proxy, addressed) for proxy in proxies_of(mesh, gateway))
    return merged_routing(found, f"which of the workloads that '{gateway.title}' selects it comes to")


def _at_proxy(mesh: MeshView, gateway: Resource, proxy: GatewayProxy, addressed: Addressed) -> Routing:
    number = addressed.number
    listening = servers_at(mesh, proxy, number)
    place = gateway.get("spec.servers") or gateway.root
    if not listening:
        missing = not_loaded(mesh, (GATEWAY,), "Gateway", gateway.cluster, (gateway.namespace,), anywhere=False)
        reason = f"no server of '{gateway.title}' listens on port {number}"
        return refused(place, reason, "has no server for the port").as_far(missing)
    doubt = conflict(listening)
    kept, undated = served(proxy, listening)
    if doubt or undated:
        titles = " and ".join(dict.fromkeys(f"'{one.node.resource.title}'" for one in listening[:3]))
        return opened(
            listening[0].node, f"{titles} want port {number} in ways that exclude each other", doubt or undated
        )
    routing = _BY_READING[reading(kept[0])](mesh, proxy, kept, addressed)
    return routing.as_far(_absent(mesh, proxy, kept, routing, number))


def _absent(mesh: MeshView, proxy: GatewayProxy, servers: tuple[Server, ...], routing: Routing, number: int) -> str:
    """What else would have to be loaded: who finds no route for a host has to know those of every namespace."""
    homes = [proxy.namespace, *(one.node.resource.namespace for one in servers)]
    routes = [note.node.resource for one in routing.outcomes for note in one.chain]
    homes += [route.namespace for route in routes if route.kind == VIRTUAL_SERVICE]
    scopes = [split_scope(node.text, one.node.resource.namespace) for one in servers for node in one.hosts]
    anywhere = _finds_nothing(routing) and any(one.namespace == MESH_WIDE for one in scopes)
    kinds, what = (VIRTUAL_SERVICE, GATEWAY), "VirtualService and Gateway"
    missing = not_loaded(mesh, kinds, what, proxy.cluster, homes, anywhere=anywhere)
    if missing or proxy.workload is None:
        return missing or unseen(mesh, servers)
    return added_by_gateways(mesh, proxy.workload, number)


def _finds_nothing(routing: Routing) -> bool:
    """Whether a gateway may find no route at all, which one of any namespace would change; a redirect stays."""
    return any(_is_bare(one.chain) for one in routing.outcomes if one.fate is Fate.REFUSED)


def _is_bare(chain: tuple[Note, ...]) -> bool:
    first = chain[0].node
    return first.resource.kind == GATEWAY and first.path[-1:] != ("httpsRedirect",)


def _requests(mesh: MeshView, proxy: GatewayProxy, servers: tuple[Server, ...], addressed: Addressed) -> Routing:
    if addressed.is_tls:
        reason = f"'{servers[0].node.resource.title}' reads HTTP there, and the client speaks TLS"
        return refused(servers[0].node, reason, "reads HTTP")
    return request_routing(mesh, proxy, servers, addressed)


def _tls(mesh: MeshView, proxy: GatewayProxy, servers: tuple[Server, ...], addressed: Addressed) -> Routing:
    """What becomes of TLS: the most special server name decides, of all servers and rules at the port."""
    if addressed.is_tls is False:
        reason = f"'{servers[0].node.resource.title}' wants TLS there, and the client speaks none"
        return refused(servers[0].node, reason, "wants TLS")
    name = addressed.host.lower()
    chains = list(_chains(mesh, proxy, servers))
    covering = [one for one in chains if covers(one.pattern.lower(), name)]
    nothing = closed(servers[0].node, name)
    if not covering:
        return nothing
    best = max(specialty(one.pattern) for one in covering)
    chosen = [one for one in covering if specialty(one.pattern) == best]
    rivals: dict[Resource, _Chain] = {}
    for one in chosen:
        if one.step == chosen[0].step:
            rivals.setdefault(one.owner, one)
    found = [_chained(mesh, proxy, one, addressed) for one in rivals.values()]
    clashing = [other for one in rivals.values() for other in chains if _clash(one, other)]
    titles = ", ".join(dict.fromkeys(f"'{one.owner.title}'" for one in (*rivals.values(), *clashing)))
    if clashing and len(rivals) == 1:
        found.append(nothing)
    return merged_routing(found, f"which of {titles} is the oldest")


def _clash(one: _Chain, other: _Chain) -> bool:
    """Whether rules of unknown order have a name in common, so that istiod leaves the later one out with all names."""
    if one.where is None or one.step != other.step or one.owner is other.owner:
        return False
    return any(node.text == other.pattern for node in one.where.each("sniHosts[]"))


def _chained(mesh: MeshView, proxy: GatewayProxy, chain: _Chain, addressed: Addressed) -> Routing:
    server = chain.server
    if chain.rule is not None and chain.where is not None:
        return through(Routing((connection_outcome(chain.rule, chain.where),)), server.node)
    if server.section == "http":
        return request_routing(mesh, proxy, (server,), addressed)
    return _connections(mesh, proxy, (server,), addressed)


def _chains(mesh: MeshView, proxy: GatewayProxy, servers: tuple[Server, ...]) -> Iterator[_Chain]:
    """What server names meet, in order; a rule with a name that an earlier one has is left out.

    (`istio/istio: pilot/pkg/networking/core/gateway.go`, buildGatewayNetworkFiltersFromTLSRoutes)
    """
    taken: dict[str, tuple[int, int]] = {}
    for place, server in enumerate(servers):
        if not server.passes_through:
            for node in server.hosts:
                yield _Chain(split_scope(node.text, "").host, server, step=(place, 0))
            continue
        for step, rule, where in _rules(mesh, proxy, server, "tls") if server.section else ():
            names = [node.text for node in where.each("sniHosts[]")]
            if any(taken.get(one, (place, step)) != (place, step) for one in names):
                continue
            taken.update(dict.fromkeys(names, (place, step)))
            for one in names:
                yield _Chain(one, server, rule, where, (place, step))


def _connections(mesh: MeshView, proxy: GatewayProxy, servers: tuple[Server, ...], _: Addressed) -> Routing:
    """What becomes of connections: the first rule for them takes all.

    (`istio/istio: pilot/pkg/networking/core/gateway.go`, buildGatewayNetworkFiltersFromTCPRoutes)
    """
    server = servers[0]
    found = list(_rules(mesh, proxy, server, "tcp"))
    if not found:
        reason = f"no rule of a VirtualService takes connections of '{server.node.resource.title}' there"
        return refused(server.node, reason, "listens there")
    first: dict[Resource, tuple[Node, Node]] = {}
    for step, rule, where in found:
        if step == found[0][0]:
            first.setdefault(rule.resource, (rule, where))
    routings = (Routing((connection_outcome(rule, where),)) for rule, where in first.values())
    titles = ", ".join(f"'{route.title}'" for route in first)
    return through(merged_routing(routings, f"which of {titles} is the oldest"), server.node)


def _rules(mesh: MeshView, proxy: GatewayProxy, server: Server, section: str) -> Iterator[tuple[int, Node, Node]]:
    """The rules for connections that count at a server: their step, the rule, and the match or the rule itself."""
    gateway = server.node.resource
    at = Proxy("", proxy.cluster, {}, gateway=GatewayName(gateway.namespace, gateway.name))
    for step, listed in enumerate(bound_to(mesh, proxy, gateway)):
        for route in (one.first for one in listed if domains(server, one.first)):
            for rule in route.each(f"spec.{section}[]"):
                if not any(rule.each("route[]")):
                    continue
                matches = [node for node in rule.each("match[]") if isinstance(node.value, dict)]
                if not matches and section == "tcp":
                    yield step, rule, rule
                for node in matches:
                    asked = {field: node.value_at(field) for field in ("port", "gateways")}
                    if is_for_proxy(asked, at, server.port, (route.namespace,)):
                        yield step, rule, node


_Asked = Callable[[MeshView, GatewayProxy, tuple[Server, ...], Addressed], Routing]

_BY_READING: dict[str, _Asked] = {"http": _requests, "tls": _tls, "tcp": _connections}
