"""Headers as rules, and the requests that show which of them takes what."""

from collections.abc import Iterator, Mapping
from itertools import combinations, islice

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.traffic.route_by_header.parameters import HeaderRoute, RouteByHeader
from service_mesh.generate.plan import Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet
from service_mesh.generate.routing.plans import routes_plan
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import fitted
from service_mesh.generate.site import Site

__all__ = ["route_by_header"]

_MOST_PAIRS = 6
_OTHER = "asked-for-by-nobody"

_Headers = Mapping[str, str]


def route_by_header(asked: RouteByHeader, site: Site) -> Plan:
    """The same rules in every dialect; what they are written as differs."""
    asking = Asking.about(site, fitted(asked.subject, site))
    why = f"Requests to {asked.service.name} go by their headers, most headers first"
    sheet = RouteSheet("routes.yaml", why, tuple(_rules(asked)))
    return routes_plan(
        asking,
        (sheet,),
        _questions(asked, asking),
        prerequisites=asked.runs(*asked.versions),
        notes=(*_unordered(asked, site), *_handed_on(asked)),
    )


def _rules(asked: RouteByHeader) -> Iterator[RouteRule]:
    for one in asked.ordered:
        yield RouteRule((one.to.split(asked.service),), (Match(headers=one.asked),))
    yield RouteRule((asked.rest,))


def _questions(asked: RouteByHeader, asking: Asking) -> Iterator[Question]:
    requests: list[tuple[str, _Headers]] = []
    for why, headers in _requests(asked, asking.site):
        if not any(headers == other for _, other in requests):
            requests.append((why, headers))
    for why, headers in requests:
        yield asking.asks(why, (_taken(asked, headers),), headers=headers)
    first = asked.ordered[0]
    who = (_taken(asked, first.asked),)
    yield asking.asks("another method and path", who, headers=first.asked, method="POST", path="/below")
    yield from asking.beside(who, headers=first.asked)


def _requests(asked: RouteByHeader, site: Site) -> Iterator[tuple[str, _Headers]]:
    """Headers that are asked with, each with what it is for."""
    for one in asked.ordered:
        yield f"the headers for {one.to.text}", one.asked
    for one in asked.ordered:
        last = list(one.asked)[-1]
        yield "another value", {**one.asked, last: f"{one.asked[last]}-{_OTHER}"}
        yield "one header less", {name: value for name, value in one.asked.items() if name != last}
    if site.dialect is not Dialect.CILIUM:
        for one, other in _meeting(asked):
            yield "the headers of two routes", {**one.asked, **other.asked}
    yield "a header that nobody named", {f"x-{_OTHER}": "yes"}


def _taken(asked: RouteByHeader, headers: _Headers) -> Split:
    """Who is meant to get a request: the route with most headers that it has, else the first one, else the rest."""
    found = next((one for one in asked.ordered if one.asked.items() <= headers.items()), None)
    return found.to.split(asked.service) if found is not None else asked.rest


def _meeting(asked: RouteByHeader) -> list[tuple[HeaderRoute, HeaderRoute]]:
    """Routes of which the order alone tells who gets a request with the headers of both."""
    pairs = combinations(asked.ordered, 2)
    return list(islice(((one, other) for one, other in pairs if _meet(asked, one, other)), _MOST_PAIRS))


def _meet(asked: RouteByHeader, one: HeaderRoute, other: HeaderRoute) -> bool:
    both = {**one.asked, **other.asked}
    if len(one.asked) != len(other.asked) or both != {**other.asked, **one.asked}:
        return False
    return not any(third.asked.items() <= both.items() for third in asked.ordered if len(third.asked) > len(one.asked))


def _unordered(asked: RouteByHeader, site: Site) -> Iterator[str]:
    if site.dialect is Dialect.CILIUM and (pairs := _meeting(asked)):
        both = " and ".join(one.text for one in pairs[0])
        yield f"not proved: which route Cilium takes for a request with {both}; give a third route for it if it matters"


def _handed_on(asked: RouteByHeader) -> Iterator[str]:
    names = ", ".join(dict.fromkeys(name for one in asked.routes for name in one.asked))
    yield (
        f"any caller can set {names}: routes are no access control, and a Service in between has to hand the header on"
    )
