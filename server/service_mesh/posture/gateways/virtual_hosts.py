"""What servers of Istio's Gateways make of requests: the VirtualServices bound to them, host by host."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.gateways import GatewayName, gateway_name
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.servers import Server
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.hosts import MESH_WIDE, covers, resolve_host, split_scope
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.gateway_rules import Dialect
from service_mesh.posture.gateways.proxies import GatewayProxy
from service_mesh.posture.gateways.replies import host_of, most_special, not_found, refused, through
from service_mesh.posture.istio.route_matching import Match, Proxy, is_for_proxy, seen_of
from service_mesh.posture.istio.route_sets import Candidate, RouteSet, candidates, in_steps
from service_mesh.posture.istio.route_taking import Tie, first_taking, taken_by
from service_mesh.posture.routing import Addressed, Fate, Outcome, Routing

__all__ = ["bound_to", "domains", "in_one_host", "naming", "request_routing", "unseen"]

_ISTIO = Dialect(takes_hostnames=True)
_TRUST = "whether the gateway believes 'x-forwarded-proto' of whoever calls it (`gatewayTopology.numTrustedProxies`)"
_LABELS = "the labels of the gateway's pods, which the match asks for"
_ASKING = ("headers", "withoutHeaders", "queryParams", "method", "authority", "scheme")

Row = tuple[Candidate, ...]


class _VirtualHost(NamedTuple):
    """A host, or wildcard, at a port of a proxy.

    Attributes:
        steps: The matches: by steps in their order, in each a row for every VirtualService of unknown order.
        servers: The servers that it is served by.
        redirects: Where a server says that it is to be asked for by HTTPS.
    """

    steps: dict[tuple[int, int], list[Row]]
    servers: list[Server]
    redirects: list[Node]


def request_routing(mesh: MeshView, proxy: GatewayProxy, servers: tuple[Server, ...], addressed: Addressed) -> Routing:
    """Tell what becomes of a request at servers that read HTTP and share their routes.

    The most special host counts alone. Its VirtualServices are put together, those first that the proxy's namespace
    sees first and of these the oldest, but for matches of every request, which come last.
    (`istio/istio: pilot/pkg/networking/core/gateway.go`, buildGatewayHTTPRouteConfig;
    `pilot/pkg/networking/core/route/route.go`, SortVHostRoutes)

    Args:
        mesh: The objects.
        proxy: The proxy.
        servers: All servers for plain HTTP at the port, or the one that has ended TLS.
        addressed: What is called.
    """
    host = host_of(addressed)
    found = _virtual_hosts(mesh, proxy, servers, host)
    best = most_special(found, host)
    if best is None:
        return not_found(servers[0].node, host)
    held = found[best]
    routing = through(_by_matches(mesh, proxy, held, addressed), held.servers[0].node)
    if not held.redirects:
        return routing
    return _redirected(held.redirects[0], addressed, routing)


def bound_to(mesh: MeshView, proxy: GatewayProxy, gateway: Resource) -> tuple[tuple[RouteSet, ...], ...]:
    """The VirtualServices that a Gateway's proxy gets for it, in steps: in one those of unknown order.

    (`istio/istio: pilot/pkg/model/push_context.go`, VirtualServicesForGateway)
    """
    return mesh.once(_bound_to, (proxy.namespace, gateway))


def naming(mesh: MeshView, cluster: str, gateway: GatewayName) -> tuple[Resource, ...]:
    """The VirtualServices that name a gateway, in the order of the input."""
    return mesh.index(_by_gateway).get((cluster, gateway), ())


def unseen(mesh: MeshView, servers: Iterable[Server]) -> str:
    """What would tell which VirtualServices a proxy sees whose pods are not loaded; empty where that is known."""
    gateways = {server.node.resource.key: server.node.resource for server in servers}
    listed = (route for one in gateways.values() for route in _named(mesh, one))
    hidden = next((route for route in listed if not visibility(mesh, route).is_public), None)
    return f"in which namespace the gateway's pods run, since '{hidden.title}' is not for all" if hidden else ""


def domains(server: Server, route: Resource) -> tuple[str, ...]:
    """The hosts that a VirtualService serves at a server: those that both have, the narrower of two.

    (`istio/istio: pkg/config/host/names.go`, Intersection and NamesForNamespace)
    """
    own = [resolve_host(node.text, route.namespace) for node in route.each("spec.hosts[]")]
    scoped = (split_scope(node.text, server.node.resource.namespace) for node in server.hosts)
    taken = [one.host for one in scoped if one.namespace in (MESH_WIDE, route.namespace)]
    shared: dict[str, None] = {}
    for pattern in taken:
        for name in own:
            if covers(name, pattern):
                shared[pattern] = None
            elif covers(pattern, name):
                shared[name] = None
    return tuple(shared)


def _virtual_hosts(
    mesh: MeshView, proxy: GatewayProxy, servers: tuple[Server, ...], host: str
) -> dict[str, _VirtualHost]:
    """The virtual hosts that cover a host."""
    found: dict[str, _VirtualHost] = {}
    seen: set[tuple[str, Resource, Resource]] = set()
    for place, server in enumerate(servers):
        gateway = server.node.resource
        redirect = _redirect(server)
        for step, listed in enumerate(bound_to(mesh, proxy, gateway)):
            for one in listed:
                row = _row(mesh, proxy, server, one)
                for name in domains(server, one.first) if row else ():
                    if not covers(name.lower(), host):
                        continue
                    held = _at(found, name, server, redirect)
                    if (name, gateway, one.first) not in seen:
                        seen.add((name, gateway, one.first))
                        held.steps.setdefault((place, step), []).append(row)
        if redirect is not None:
            for scope, name in (split_scope(node.text, gateway.namespace) for node in server.hosts):
                if scope == MESH_WIDE and covers(name.lower(), host):
                    _at(found, name, server, redirect)
    return found


def _at(found: dict[str, _VirtualHost], name: str, server: Server, redirect: Node | None) -> _VirtualHost:
    held = found.setdefault(name.lower(), _VirtualHost({}, [], []))
    held.servers.append(server)
    if redirect is not None:
        held.redirects.append(redirect)
    return held


def _redirect(server: Server) -> Node | None:
    node = server.node.get("tls.httpsRedirect")
    return node if node is not None and node.value is True and server.is_plain_http else None


def _row(mesh: MeshView, proxy: GatewayProxy, server: Server, one: RouteSet) -> Row:
    """The matches of a VirtualService that count at a server, up to one of every request, behind which none is asked.

    (`istio/istio: pilot/pkg/networking/core/route/route.go`, BuildHTTPRoutesForVirtualService)
    """
    gateway = server.node.resource
    at = Proxy(proxy.namespace, proxy.cluster, proxy.labels, gateway=GatewayName(gateway.namespace, gateway.name))
    found: list[Candidate] = []
    for candidate in (candidate for group in candidates(mesh, one) for row in group for candidate in row):
        outer = candidate.outer.resource.namespace if candidate.outer is not None else ""
        homes = candidate.node.resource.namespace, outer
        match = candidate.match
        if not is_for_proxy(match, at, server.port, homes):
            known = {name: value for name, value in match.items() if name != "sourceLabels"}
            if proxy.workload is not None or not is_for_proxy(known, at, server.port, homes):
                continue
            found.append(candidate._replace(missing=_LABELS))
            continue
        found.append(candidate)
        if _is_catch_all(match):
            break
    return tuple(found)


def _is_catch_all(match: Match) -> bool:
    """Whether a match is for every request; of an expression istiod does not see it."""
    return not any(match.get(name) for name in _ASKING) and match.get("uri") in (None, {}, {"prefix": "/"})


def _by_matches(mesh: MeshView, proxy: GatewayProxy, held: _VirtualHost, addressed: Addressed) -> Routing:
    server = held.servers[0]
    written = mesh_config(mesh, proxy.cluster).setting("pathNormalization.normalization")
    scheme = "http" if server.is_plain_http else "https"
    seen = seen_of(addressed.request, written if isinstance(written, str) else "", scheme)
    steps = [held.steps[place] for place in sorted(held.steps)]
    if not proxy.is_ordered and len({one.node.resource.key for one in held.servers}) > 1:
        steps = [[row for step in steps for row in step]]
    return first_taking(
        in_one_host(steps),
        seen,
        lambda found: taken_by(mesh, found, addressed, seen, _ISTIO),
        _unmatched(steps, server.node),
    )


def in_one_host(steps: Iterable[Iterable[Row]]) -> Iterator[Tie]:
    """The matches of VirtualServices for one host as they are tried: those of every request come last.

    Args:
        steps: The VirtualServices' matches: by steps in their order, in each a row for every one of unknown order.
    """
    steps = [list(step) for step in steps]
    for is_last in (False, True):
        for step in steps:
            parts = (tuple(one for one in row if _is_catch_all(one.match) is is_last) for row in step)
            yield Tie(tuple(part for part in parts if part))


def _unmatched(steps: list[list[Row]], server: Node) -> Outcome:
    routes = list(dict.fromkeys(row[0].rule.resource for step in steps for row in step))
    chain = tuple((one.get("spec.http") or one.root).note("has no rule that takes it") for one in routes[:3])
    names = " and ".join(f"'{one.title}'" for one in routes[:3]) or f"'{server.resource.title}'"
    return Outcome(Fate.REFUSED, f"no rule of {names} takes it, so that the gateway answers with 404", chain)


def _redirected(node: Node, addressed: Addressed, routing: Routing) -> Routing:
    """A request that is to come by HTTPS: it does not, unless a proxy before the gateway says that it did.

    (`envoyproxy/envoy: source/common/http/conn_manager_utility.cc`, mutateRequestHeaders)
    """
    reason = f"'{node.resource.title}' redirects it to https and sends it nowhere"
    found = refused(node, reason, "redirects it")
    said = {name.lower(): value for name, value in addressed.request.headers.items()}
    if said.get("x-forwarded-proto") != "https":
        return found
    return Routing((*found.outcomes, *routing.outcomes), (_TRUST, *routing.missing))


def _bound_to(mesh: MeshView, asked: tuple[str, Resource]) -> tuple[tuple[RouteSet, ...], ...]:
    namespace, gateway = asked
    return tuple(in_steps(mesh, (RouteSet((route,), "") for route in _named(mesh, gateway)), namespace))


def _named(mesh: MeshView, gateway: Resource) -> tuple[Resource, ...]:
    return naming(mesh, gateway.cluster, GatewayName(gateway.namespace, gateway.name))


def _by_gateway(mesh: MeshView) -> Mapping[tuple[str, GatewayName], tuple[Resource, ...]]:
    found: dict[tuple[str, GatewayName], list[Resource]] = {}
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        names = {gateway_name(node.text, route.namespace) for node in route.each("spec.gateways[]")}
        for name in names:
            if name is not None:
                found.setdefault((route.cluster, name), []).append(route)
    return {key: tuple(routes) for key, routes in found.items()}
