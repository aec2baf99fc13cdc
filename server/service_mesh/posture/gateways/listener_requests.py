"""What HTTPRoutes and GRPCRoutes at a listener make of a request, as far as the implementation is known."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.attachments import Attachment, Place, attached, older_first
from service_mesh.mesh.gateway_classes import CILIUM, ISTIO
from service_mesh.mesh.listeners import shared_hosts
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import covers
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.gateway_rules import Dialect
from service_mesh.posture.gateways.replies import host_of, most_special, not_found, through
from service_mesh.posture.gateways.virtual_hosts import in_one_host
from service_mesh.posture.istio.gamma import RANKS, GammaRank, gamma_matches, is_dropped
from service_mesh.posture.istio.route_matching import seen_of
from service_mesh.posture.istio.route_sets import Candidate, Order, RouteSet, in_steps, merged_matches
from service_mesh.posture.istio.route_taking import Tie, first_taking, taken_by
from service_mesh.posture.routing import Addressed, Fate, Outcome, Routing, merged_routing

__all__ = ["DIALECTS", "Listening", "request_routing"]

DIALECTS: Mapping[str, Dialect] = {
    ISTIO: Dialect(checks_grants=True, takes_hostnames=True),
    CILIUM: Dialect(checks_grants=True),
    "": Dialect(checks_grants=True, takes_others=True),
}
"""Implementation -> what it makes of rules at a gateway."""

_OF_REQUESTS = (HTTP_ROUTE, GRPC_ROUTE)
_BOTH_KINDS = (1, 30)
"""Since when Istio puts HTTPRoutes and GRPCRoutes for one host together (istio/istio pull request 59222)."""

_REGEX = "whether the implementation tries expressions for paths before prefixes"
_ORDER = "which of the rules that take the request the implementation tries first"
_FALLS = "whether the implementation asks routes for less special hosts where no rule of the most special one matches"
_ISOLATION = "whether the implementation lets a listener answer for a host that a more special listener has"
_KINDS = "which of HTTPRoutes and GRPCRoutes for one host the implementation serves"
_EXTENSION = "ExtensionRef"
_ALL_RULES = ((), ("spec", "rules"))


class Listening(NamedTuple):
    """A question to a Gateway.

    Attributes:
        gateway: The Gateway.
        served: Who serves it, as `implementation` tells; empty for others.
        addressed: What is called.
    """

    gateway: Resource
    served: str
    addressed: Addressed


class _Offer(NamedTuple):
    """A route for a host at a listener.

    Attributes:
        attachment: The route there.
        domain: The host or wildcard that it serves there.
        written: The same as the route has it.
    """

    attachment: Attachment
    domain: str
    written: str


def request_routing(mesh: MeshView, at: Listening, listeners: list[Node], scheme: str = "http") -> Routing:
    """Tell what becomes of a request at the first of some listeners for it.

    The most special host counts, then the most special match, then the oldest route.
    (https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule)

    Args:
        mesh: The objects.
        at: What is asked.
        listeners: The listeners that cover the host, the most special one first.
        scheme: How the request comes.
    """
    host = host_of(at.addressed)
    listener, *others = listeners
    offers = _offers(mesh, at, listener, host)
    if not offers:
        return _elsewhere(mesh, at, listener, others, scheme)
    sure = [one for one in offers if one.attachment.is_certain]
    routing = _by_hosts(mesh, at, listener, offers, scheme)
    if len(sure) == len(offers):
        return routing
    homes = dict.fromkeys(one.attachment.route.namespace for one in offers if not one.attachment.is_certain)
    names = " and ".join(f"'{home}'" for home in homes)
    rest = _by_hosts(mesh, at, listener, sure, scheme) if sure else not_found(listener, host)
    return merged_routing((routing, rest), f"the labels of namespace {names}, by which the listener chooses routes")


def _elsewhere(mesh: MeshView, at: Listening, listener: Node, others: list[Node], scheme: str) -> Routing:
    """What becomes of a request for which the most special listener has no route."""
    host, name = host_of(at.addressed), listener.text_at("hostname")
    routing = not_found(listener, host)
    for other in others:
        offers = [one for one in _offers(mesh, at, other, host) if not covers(name or "*", one.domain or "*")]
        if offers:
            return merged_routing((routing, _by_hosts(mesh, at, other, offers, scheme)), _ISOLATION)
    return routing


def _offers(mesh: MeshView, at: Listening, listener: Node, host: str) -> list[_Offer]:
    """The routes at a listener that serve a host."""
    found: dict[tuple[Resource, str, str], _Offer] = {}
    for one in attached(mesh).get(Place(listener.resource.key, listener.path), ()):
        route = one.route
        if route.kind not in _OF_REQUESTS or (at.served == ISTIO and is_dropped(route)):
            continue
        for written in [node.text for node in route.each("spec.hostnames[]") if node.text] or [""]:
            for domain in shared_hosts(listener, [written] if written else []) if _meet(listener, written) else ():
                if most_special([domain], host) is not None:
                    found[route, domain, written] = _Offer(one, domain, written)
    return list(found.values())


def _meet(listener: Node, written: str) -> bool:
    own = listener.text_at("hostname")
    return not own or not written or covers(own, written) or covers(written, own)


def _by_hosts(mesh: MeshView, at: Listening, listener: Node, offers: list[_Offer], scheme: str) -> Routing:
    """What the routes for the most special host do, with those for others where an implementation may ask them too."""
    best = most_special([one.domain for one in offers], host_of(at.addressed))
    chosen = [one for one in offers if one.domain == best]
    rest = [one for one in offers if one.domain != best]
    routing = _by_kinds(mesh, at, listener, chosen, scheme)
    if rest and at.served not in (ISTIO, CILIUM) and any(_is_missed(one) for one in routing.outcomes):
        return merged_routing((routing, _by_hosts(mesh, at, listener, rest, scheme)), _FALLS)
    return routing


def _is_missed(outcome: Outcome) -> bool:
    """Whether no rule took the request; what a rule redirects or has no backend for is another matter."""
    return outcome.fate is Fate.REFUSED and outcome.chain[0].node.path in _ALL_RULES


def _by_kinds(mesh: MeshView, at: Listening, listener: Node, offers: list[_Offer], scheme: str) -> Routing:
    """What routes for one host do: those of both kinds together, or of one of them where that is not known."""
    kinds = {one.attachment.route.kind for one in offers}
    together = _answer(mesh, at, listener, offers, scheme)
    if len(kinds) == 1 or (at.served == ISTIO and mesh.release(ISTIO) >= _BOTH_KINDS):
        return together
    apart = ([one for one in offers if one.attachment.route.kind == kind] for kind in _OF_REQUESTS)
    return merged_routing((together, *(_answer(mesh, at, listener, one, scheme) for one in apart)), _KINDS)


def _answer(mesh: MeshView, at: Listening, listener: Node, offers: list[_Offer], scheme: str) -> Routing:
    routes = tuple(sorted(dict.fromkeys(one.attachment.route for one in offers), key=older_first))
    addressed, cluster = at.addressed, at.gateway.cluster
    written = mesh_config(mesh, cluster).setting("pathNormalization.normalization") if at.served == ISTIO else ""
    seen = seen_of(addressed.request, written if isinstance(written, str) else "", scheme)
    dialect = DIALECTS.get(at.served, DIALECTS[""])
    sets = _sets(routes, offers)

    def taken(found: Candidate) -> Routing:
        return _extended(at, found) or taken_by(mesh, found, addressed, seen, dialect)

    ways = []
    for order in _orders(at.served, routes):
        if len(sets) == 1 or at.served == CILIUM:
            ties = _ties(at.served, routes, order)
        elif at.served == ISTIO:
            ties = in_one_host(_of_istio(mesh, at.gateway, sets))
        else:
            ties = iter((Tie(tuple(_row((one,), order) for one in routes), _ORDER),))
        ways.append(first_taking(ties, seen, taken, _unmatched(routes)))
    return through(merged_routing(ways, _REGEX), listener)


def _orders(served: str, routes: tuple[Resource, ...]) -> tuple[Order, ...]:
    """In which order matches may be tried: the specification leaves open where expressions stand."""
    if served == ISTIO:
        return (GammaRank.plain,)
    if served == CILIUM:
        return (GammaRank.with_expressions_first,)
    has_expressions = any(one.rank.form == RANKS["regex"] for route in routes for one in gamma_matches(route))
    return (GammaRank.plain, GammaRank.with_expressions_first) if has_expressions else (GammaRank.plain,)


def _ties(served: str, routes: tuple[Resource, ...], order: Order) -> Iterator[Tie]:
    """The matches of routes for one host; what Cilium does with two that are alike is not known."""
    by_age = served != CILIUM
    for rows in merged_matches(routes, order=order, by_age=by_age):
        yield Tie(rows) if by_age else Tie(rows, _ORDER)


def _sets(routes: tuple[Resource, ...], offers: list[_Offer]) -> tuple[tuple[Resource, ...], ...]:
    """Routes that serve one host at a listener by how they write it: some may have a wildcard, or no host at all."""
    written: dict[str, set[Resource]] = {}
    for one in offers:
        written.setdefault(one.written, set()).add(one.attachment.route)
    return tuple(tuple(route for route in routes if route in held) for held in written.values())


def _of_istio(
    mesh: MeshView, gateway: Resource, sets: tuple[tuple[Resource, ...], ...]
) -> Iterator[list[tuple[Candidate, ...]]]:
    """What istiod makes of routes that write a host in different ways: a VirtualService for each way.

    (`istio/istio: pilot/pkg/config/kube/gateway/route_collections.go`, mergeHTTPRoutes)
    """
    if not all(route.created_at for routes in sets for route in routes):
        yield [_row((route,)) for routes in sets for route in routes]
        return
    for step in in_steps(mesh, (RouteSet(routes, "") for routes in sets), gateway.namespace):
        yield [_row(one.routes) for one in step]


def _row(routes: tuple[Resource, ...], order: Order = GammaRank.plain) -> tuple[Candidate, ...]:
    """The matches of routes whose order is known, in one row."""
    return tuple(found for tied in merged_matches(routes, order=order) for row in tied for found in row)


def _extended(at: Listening, candidate: Candidate) -> Routing | None:
    """What becomes of a request that a rule has somebody else's filter for; None where it has none that is read."""
    if at.served in (ISTIO, CILIUM):
        return None
    node = next((one for one in candidate.rule.each("filters[]") if one.text_at("type") == _EXTENSION), None)
    if node is None:
        return None
    missing = f"what the filter '{node.text_at('extensionRef.kind')} {node.text_at('extensionRef.name')}' does"
    chain = (candidate.node.note("takes the call"), node.note("is a filter of the implementation's own"))
    return Routing((Outcome(Fate.OPEN, f"'{node.resource.title}' takes it", chain, (), (missing,)),))


def _unmatched(routes: tuple[Resource, ...]) -> Outcome:
    names = " and ".join(f"'{route.title}'" for route in routes[:3])
    chain = tuple((one.get("spec.rules") or one.root).note("has no rule that takes it") for one in routes[:3])
    return Outcome(Fate.REFUSED, f"no rule of {names} takes it, so that the gateway answers with 404", chain)
