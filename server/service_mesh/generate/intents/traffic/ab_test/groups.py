"""Groups as rules, and the requests that show who sees which version."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.intents.traffic.ab_test.parameters import AbTest, Marker
from service_mesh.generate.plan import Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet
from service_mesh.generate.routing.plans import routes_plan
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import fitted
from service_mesh.generate.site import Site

__all__ = ["ab_test"]

_ALL = 100
_OTHER = "of-nobody"


def ab_test(asked: AbTest, site: Site) -> Plan:
    """The same rules in every dialect; what they are written as differs."""
    asking = Asking.about(site, fitted(asked.subject, site))
    why = f"The {asked.marker.text} tells who sees {asked.a.name} and who sees {asked.b.name}"
    return routes_plan(
        asking,
        (RouteSheet("ab-test.yaml", why, tuple(_rules(asked))),),
        _questions(asked, asking),
        prerequisites=asked.runs(asked.a, asked.b),
        notes=tuple(_notes(asked)),
    )


def _rules(asked: AbTest) -> Iterator[RouteRule]:
    for version, value in ((asked.b, asked.marker.b), (asked.a, asked.marker.a)):
        yield RouteRule((Split(version.name),), (_match(asked.marker, value),))
    yield RouteRule(_rest(asked))


def _match(marker: Marker, value: str) -> Match:
    if marker.cookie is not None:
        return Match(cookie=(marker.cookie, value))
    return Match(headers={marker.header or "": value})


def _rest(asked: AbTest) -> tuple[Split, ...]:
    shares = (Split(asked.a.name, _ALL - asked.share), Split(asked.b.name, asked.share))
    return tuple(one for one in shares if one.weight)


def _questions(asked: AbTest, asking: Asking) -> Iterator[Question]:
    a, b, marker = Split(asked.a.name), Split(asked.b.name), asked.marker
    for group, split, value in (("A", a, marker.a), ("B", b, marker.b)):
        yield asking.asks(f"a client of group {group}", (split,), headers=_sent(marker, value))
        why = f"group {group}, another request"
        yield asking.asks(why, (split,), method="POST", path="/below", headers=_sent(marker, value))
    yield asking.asks("a client without a group", _rest(asked))
    yield asking.asks("a group that nobody named", _rest(asked), headers=_sent(marker, f"{marker.b}-{_OTHER}"))
    if marker.cookie is not None:
        among = f"first=1; {marker.cookie}={marker.b}; last=2"
        yield asking.asks("the cookie among others", (b,), headers={"cookie": among})
        alike = f"first=1; not-{marker.cookie}={marker.b}"
        yield asking.asks("a cookie whose name ends alike", _rest(asked), headers={"cookie": alike})
    yield from asking.beside((b,), headers=_sent(marker, marker.b))


def _sent(marker: Marker, value: str) -> Mapping[str, str]:
    return {"cookie": f"{marker.cookie}={value}"} if marker.cookie is not None else {marker.header or "": value}


def _notes(asked: AbTest) -> Iterator[str]:
    yield (
        "nothing here gives clients a group: the application, or a gateway before it, has to set the"
        f" {asked.marker.text} once for each client"
    )
    if asked.share:
        yield "a client without a group is divided anew at each request: what sets the group has to do it at the first"
    yield f"a Service between the client and {asked.service.name} has to hand the {asked.marker.text} on"
