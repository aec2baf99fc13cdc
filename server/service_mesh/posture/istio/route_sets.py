"""What istiod makes one VirtualService of: one as written, or the routes of the Gateway API that it puts together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from service_mesh.mesh.attachments import older_first
from service_mesh.mesh.service_routes import routes_on
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import claims_on
from service_mesh.mesh.visibility import Rank, visibility, visible_as
from service_mesh.model.age import oldest_first
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, TCP_ROUTE, TLS_ROUTE, VIRTUAL_SERVICE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.delegation import delegated
from service_mesh.posture.istio.gamma import GammaRank, gamma_matches, is_dropped
from service_mesh.posture.istio.route_matching import Match

__all__ = [
    "ROUTE_KINDS",
    "Candidate",
    "Order",
    "RouteSet",
    "candidates",
    "in_steps",
    "merged_matches",
    "rank_of",
    "route_sets",
]

ROUTE_KINDS = (VIRTUAL_SERVICE, GRPC_ROUTE, HTTP_ROUTE, TCP_ROUTE, TLS_ROUTE)
"""The kinds that are read here."""

Order = Callable[[GammaRank], tuple[int, ...]]
"""What of the rank of a match decides in which order matches are tried."""

_MERGED = ((HTTP_ROUTE,), (GRPC_ROUTE,))
_ALONE = (TCP_ROUTE, TLS_ROUTE)


class RouteSet(NamedTuple):
    """One VirtualService as istiod sees it.

    Attributes:
        routes: The VirtualService, or the routes that make one; the oldest first as far as the objects tell.
        pattern: The host that it is for, maybe a wildcard.
        port: The only port that it is for; None for all of them.
    """

    routes: tuple[Resource, ...]
    pattern: str
    port: int | None = None

    @property
    def first(self) -> Resource:
        """The object by whose age it is ordered."""
        return self.routes[0]

    @property
    def kind(self) -> Kind:
        """Kind of its objects."""
        return self.first.kind

    @property
    def namespace(self) -> str:
        """Namespace of its objects."""
        return self.first.namespace

    @property
    def is_gamma(self) -> bool:
        """Whether it is made of routes of the Gateway API."""
        return self.kind != VIRTUAL_SERVICE


class Candidate(NamedTuple):
    """A match of a rule, in the order in which the proxy tries them.

    Attributes:
        node: The match; the rule itself where it has none.
        rule: The rule whose action counts.
        match: What is asked of proxies and requests.
        outer: The rule that handed it to a delegate; None for others.
        missing: What would have to be loaded to tell what it does; empty where it is known.
    """

    node: Node
    rule: Node
    match: Match
    outer: Node | None = None
    missing: str = ""


def route_sets(mesh: MeshView, host: str, service: Resource | None, cluster: str) -> tuple[RouteSet, ...]:
    """Everything for the mesh that is about a host, whoever sees it.

    Routes of the Gateway API are put together by kind, namespace and port of the parent; those of connections are not.
    (`istio/istio: pilot/pkg/config/kube/gateway/route_collections.go`)
    """
    return mesh.once(_route_sets, (host, service, cluster))


def rank_of(mesh: MeshView, one: RouteSet, namespace: str) -> tuple[Rank, bool] | None:
    """How it ranks among what proxies of a namespace are asked to use; None where they do not see it.

    Routes of the Gateway API of the proxy's own namespace come before others of their rank.
    (`istio/istio: pilot/pkg/model/push_context.go`, VirtualServicesForGateway)
    """
    seen = visible_as(mesh, one.first, VIRTUAL_SERVICE) if one.is_gamma else visibility(mesh, one.first)
    rank = seen.rank_in(namespace)
    return None if rank is None else (rank, not (one.is_gamma and one.namespace == namespace))


def in_steps(mesh: MeshView, found: Iterable[RouteSet], namespace: str) -> Iterator[tuple[RouteSet, ...]]:
    """What proxies of a namespace see, in their order; in one step those of which it is not known which comes first."""
    ranked = [(rank, one) for one in found if (rank := rank_of(mesh, one, namespace)) is not None]
    for _, equals in groupby(sorted(ranked, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        listed = [one for _, one in equals]
        ordered = oldest_first(one.first for one in listed)
        if ordered is None:
            yield tuple(listed)
        else:
            places = {id(resource): place for place, resource in enumerate(ordered)}
            yield from ((one,) for one in sorted(listed, key=lambda one: places[id(one.first)]))


def candidates(mesh: MeshView, one: RouteSet) -> tuple[tuple[tuple[Candidate, ...], ...], ...]:
    """The matches for requests: groups in their order, each of rows of which it is not known which comes first.

    Only routes of the Gateway API of equal rank and unknown age make several rows.
    """
    return mesh.once(_candidates, one)


def _route_sets(mesh: MeshView, asked: tuple[str, Resource | None, str]) -> tuple[RouteSet, ...]:
    host, service, cluster = asked
    found = [RouteSet((claim.route,), claim.pattern) for claim in claims_on(mesh, host, cluster)]
    return (*found, *(_of_parent(mesh, host, service) if service is not None else ()))


def _of_parent(mesh: MeshView, host: str, service: Resource) -> Iterator[RouteSet]:
    for kinds in _MERGED:
        grouped: dict[tuple[str, int | None], list[Resource]] = {}
        for one in routes_on(mesh, service, kinds):
            held = grouped.setdefault((one.route.namespace, one.port), [])
            if one.route not in held and not is_dropped(one.route):
                held.append(one.route)
        for (_, port), routes in grouped.items():
            if routes:
                yield RouteSet(tuple(sorted(routes, key=older_first)), host, port)
    for one in routes_on(mesh, service, _ALONE):
        if not is_dropped(one.route):
            yield RouteSet((one.route,), host, one.port)


def _candidates(mesh: MeshView, one: RouteSet) -> tuple[tuple[tuple[Candidate, ...], ...], ...]:
    if not one.is_gamma:
        return tuple(((candidate,),) for candidate in _of_virtual_service(mesh, one.first))
    return tuple(merged_matches(one.routes, one.port))


def _of_virtual_service(mesh: MeshView, route: Resource) -> Iterator[Candidate]:
    for rule in route.each("spec.http[]"):
        if isinstance(rule.value, dict) and "delegate" in rule.value:
            for found in delegated(mesh, rule):
                yield Candidate(found.node, found.rule, found.match, rule, found.missing)
            continue
        matches = [node for node in rule.each("match[]") if isinstance(node.value, dict)]
        if not matches:
            yield Candidate(rule, rule, {})
        yield from (Candidate(node, rule, _fields(node)) for node in matches)


def merged_matches(
    routes: tuple[Resource, ...], port: int | None = None, order: Order = GammaRank.plain, *, by_age: bool = True
) -> Iterator[tuple[tuple[Candidate, ...], ...]]:
    """The matches of merged routes, the most specific first; those without a word are left to age.

    (`istio/istio: pilot/pkg/config/kube/gateway/conversion.go`, sortHTTPRoutes)

    Args:
        routes: The routes, the oldest first as far as they are dated.
        port: The only port that they are for; None for all of them.
        order: What of a match decides; the greatest comes first. Istio's order where it is left out.
        by_age: Whether of matches of equal rank those of the oldest route come first.
    """
    only = {} if port is None else {"port": port}
    found = [
        (order(rank), route, Candidate(node, rule, {**match, **only}))
        for route in routes
        for node, rule, match, rank in gamma_matches(route)
    ]
    found.sort(key=lambda entry: entry[0], reverse=True)
    is_dated = len(routes) == 1 or (by_age and all(route.created_at for route in routes))
    for _, equals in groupby(found, key=lambda entry: entry[0]):
        listed = list(equals)
        if is_dated:
            yield (tuple(candidate for _, _, candidate in listed),)
        else:
            yield tuple(_rows(listed))


def _rows(entries: Iterable[tuple[object, Resource, Candidate]]) -> Iterator[tuple[Candidate, ...]]:
    rows: dict[int, list[Candidate]] = {}
    for _, route, candidate in entries:
        rows.setdefault(id(route), []).append(candidate)
    yield from map(tuple, rows.values())


def _fields(node: Node) -> Mapping[str, object]:
    return node.value if isinstance(node.value, dict) else {}
