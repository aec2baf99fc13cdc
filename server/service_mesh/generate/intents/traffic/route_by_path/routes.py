"""Paths as rules, and the requests that show which of them takes what."""

from collections.abc import Iterator

from service_mesh.generate.intents.traffic.route_by_path.parameters import PathRoute, RouteByPath
from service_mesh.generate.plan import Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet
from service_mesh.generate.routing.plans import routes_plan
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import fitted
from service_mesh.generate.site import Site

__all__ = ["route_by_path"]

_NOBODYS = "/asked-for-by-nobody"


def route_by_path(asked: RouteByPath, site: Site) -> Plan:
    """The same rules in every dialect; what they are written as differs."""
    asking = Asking.about(site, fitted(asked.subject, site))
    why = f"Requests to {asked.service.name} go by their path, the most specific first"
    sheet = RouteSheet("routes.yaml", why, tuple(_rules(asked)))
    return routes_plan(asking, (sheet,), _questions(asked, asking), prerequisites=asked.runs(*asked.versions))


def _rules(asked: RouteByPath) -> Iterator[RouteRule]:
    for one in asked.ordered:
        match = Match(exact=one.text) if one.is_exact else Match(prefix=one.text)
        yield RouteRule((one.to.split(asked.service),), (match,))
    yield RouteRule((asked.rest,))


def _questions(asked: RouteByPath, asking: Asking) -> Iterator[Question]:
    named: dict[str, str] = {}
    for path, why in _paths(asked):
        named.setdefault(path, why)
    for path, why in named.items():
        yield asking.asks(why, (_taken(asked, path),), path=path)
    first, who = asked.ordered[0].text, (_taken(asked, asked.ordered[0].text),)
    yield asking.asks("with a query", who, path=f"{first}?page=2")
    yield asking.asks("another method", who, path=first, method="POST")
    yield from asking.beside(who, path=first)


def _paths(asked: RouteByPath) -> Iterator[tuple[str, str]]:
    """Paths that are asked for, each with what it is for."""
    for one in asked.ordered:
        yield one.text, _named(one)
    for one in asked.ordered:
        below = one.text.rstrip("/")
        yield f"{below}/below", "below an exact path" if one.is_exact else "below a prefix"
        yield f"{below}x", "a path that begins with the same letters"
    yield _NOBODYS, "a path that nobody named"


def _named(one: PathRoute) -> str:
    return f"the {'exact path' if one.is_exact else 'prefix'} for {one.to.text}"


def _taken(asked: RouteByPath, path: str) -> Split:
    """Who is meant to get a path: the exact one, else the longest prefix, else the rest."""
    found = next((one for one in asked.ordered if one.takes(path)), None)
    return found.to.split(asked.service) if found is not None else asked.rest
