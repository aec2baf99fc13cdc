"""Parameters of deny-calls, and what has to hold of it in every mesh."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.parties import Caller, Workload
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Stage
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.observing import OBSERVE, observe_stages
from service_mesh.generate.wording.samples import Sample, lookalike, samples, unlike
from service_mesh.generate.wording.surroundings import probe
from service_mesh.generate.wording.waypoints import POD_ADDRESS

__all__ = ["DenyCalls", "cast", "questions", "stages", "written_by_clients"]

_SCRAPER = Actor("monitoring", "prometheus")
_SCRAPE = "/metrics"
_SOMEBODY = "somebody-else"
_NEXT_DOOR = "next-door"
_PROBE = "/asked-by-the-kubelet"


class DenyCalls(Parameters):
    """What is refused to a workload; everything else stays as it is."""

    to: Annotated[Workload, Field(description="The workload that is called, and the port.")]
    callers: Annotated[
        tuple[Caller, ...], Field(max_length=32, description="Who is refused; everybody without them.")
    ] = ()
    except_for: Annotated[
        tuple[Caller, ...], Field(max_length=32, description="Who may nevertheless, where everybody is refused.")
    ] = ()
    calls: Annotated[
        tuple[Call, ...], Field(max_length=16, description="Which requests are refused; every one without them.")
    ] = ()
    every_port: Annotated[bool, Field(description="Refuse the callers on all ports, not on `to.port` alone.")] = False
    observe: Annotated[bool, Field(description="First a stage that only logs what would be refused.")] = False

    @model_validator(mode="after")
    def _whom(self) -> "DenyCalls":
        if not self.callers and not self.calls:
            raise ValueError("name callers, calls or both: without them nobody would get through")
        if self.except_for and (self.callers or not self.calls):
            raise ValueError("except_for goes with calls that are refused to everybody: leave callers away")
        if self.every_port and self.calls:
            raise ValueError("every_port is for callers without calls: other ports may not be HTTP")
        if any(call == Call() for call in self.calls):
            raise ValueError("a call has to say something about the request; to refuse every one, leave calls away")
        return self

    @property
    def is_for_everybody(self) -> bool:
        """Whether the requests are refused to everybody, but for exceptions."""
        return not self.callers


def stages(asked: DenyCalls, look: tuple[str, ...]) -> tuple[Stage, ...]:
    """The two stages, where the first one is asked for.

    Args:
        asked: The parameters.
        look: What shows calls that would be refused.
    """
    return observe_stages(look, "refuses what is named") if asked.observe else ()


def cast(asked: DenyCalls, site: Site) -> tuple[Actor, ...]:
    """Server, callers that are refused, and those who must not be."""
    server = replace(site.player(asked.to), ports=(asked.to.port, asked.to.other_port))
    named = (site.caller(one) for one in (*asked.callers, *asked.except_for))
    return (server, *named, *_strangers(asked, site), _SCRAPER)


def questions(asked: DenyCalls, site: Site, *, closed_past_waypoint: bool = False) -> Iterator[CallQuestion]:
    """What is named is refused; other requests, other callers and other ports are as they were.

    Args:
        asked: The parameters.
        site: Where it is.
        closed_past_waypoint: Whether whoever is refused gets to the pods through a waypoint only.
    """
    found = tuple(samples(asked.calls))
    refused = tuple(site.caller(one) for one in asked.callers) or (_somebody(asked),)
    for caller in refused:
        yield from (_asked(asked, "a call that is named", caller, one, is_allowed=False) for one in found)
    if (hosted := next((one for one in found if one.host), None)) is not None:
        ported = replace(hosted, host=f"{hosted.host}:1234")
        yield _asked(asked, "the host with a port behind it", refused[0], ported, is_allowed=False)
    if asked.observe:
        seen = _asked(asked, "nothing is refused yet", refused[0], found[0], is_allowed=True)
        yield replace(seen, stage=OBSERVE)
    yield from _others(asked, site, refused[0], found[0])
    yield from _ports(asked, refused[0])
    yield from _past(asked, refused[0], closed_past_waypoint=closed_past_waypoint)


def written_by_clients(calls: Iterable[Call]) -> Iterator[str]:
    """What clients may write otherwise, and get through."""
    listed = tuple(calls)
    for part, is_asked in (("host", any(one.hosts for one in listed)), ("header", any(one.headers for one in listed))):
        if is_asked:
            yield f"a {part} is what the client writes: one that writes another gets through"


def _others(asked: DenyCalls, site: Site, refused: Actor, sample: Sample) -> Iterator[CallQuestion]:
    """Requests that are not named, exceptions, and callers that nobody named."""
    if asked.calls and (other := unlike(asked.calls)) is not None:
        yield _asked(asked, "a request that is not named", refused, other, is_allowed=True)
    if (near := lookalike(asked.calls)) is not None:
        yield _asked(asked, "a path that only begins like it", refused, near, is_allowed=True)
    for one in asked.except_for:
        yield _asked(asked, "an exception", site.caller(one), sample, is_allowed=True)
    for stranger in _strangers(asked, site):
        if stranger != refused:
            why = "the same labels next door" if stranger.namespace == _NEXT_DOOR else "another workload beside it"
            yield _asked(asked, why, stranger, sample, is_allowed=not asked.is_for_everybody)


def _ports(asked: DenyCalls, refused: Actor) -> Iterator[CallQuestion]:
    port, scrape = asked.to.other_port, replace(_unnamed(asked), method="GET", path=_SCRAPE)
    yield _asked(asked, "scraping of another port", _SCRAPER, scrape, is_allowed=True, port=port)
    is_open = not asked.every_port
    yield _asked(asked, "another port of the pods", refused, scrape, is_allowed=is_open, port=port)


def _past(asked: DenyCalls, refused: Actor, *, closed_past_waypoint: bool) -> Iterator[CallQuestion]:
    """Connections to the pods themselves: those of the kubelet come without an identity."""
    is_probed = not (closed_past_waypoint and asked.is_for_everybody)
    if is_probed:
        yield probe(f"{asked.to.text}:{asked.to.port}", _PROBE)
    if closed_past_waypoint:
        why = "past the waypoint, where nobody reads requests"
        past = _asked(asked, why, refused, _unnamed(asked), is_allowed=False)
        yield replace(past, destination=f"ip:{POD_ADDRESS}:{asked.to.port}")


def _strangers(asked: DenyCalls, site: Site) -> Iterator[Actor]:
    """A workload with a caller's labels and account in another namespace, and another one beside the server."""
    named = asked.callers or asked.except_for
    caller = site.caller(named[0]) if named else _somebody(asked)
    yield replace(caller, namespace=_NEXT_DOOR, name="same-labels", account=caller.account or caller.name)
    if all(one.service_account or one.namespace != asked.to.namespace for one in named):
        yield _somebody(asked)


def _somebody(asked: DenyCalls) -> Actor:
    """Whom nobody named: beside the server, unless everybody there is an exception."""
    is_excepted = any(not one.service_account and one.namespace == asked.to.namespace for one in asked.except_for)
    return Actor(_NEXT_DOOR if is_excepted else asked.to.namespace, _SOMEBODY)


def _unnamed(asked: DenyCalls) -> Sample:
    """A request that is not named, where some are."""
    return (unlike(asked.calls) if asked.calls else None) or Sample()


def _asked(
    asked: DenyCalls, why: str, source: Actor, sample: Sample, *, is_allowed: bool, port: int | None = None
) -> CallQuestion:
    """A question; about a port of the pods where one is given, else about the Service."""
    return CallQuestion(
        why=why,
        source=source.text,
        destination=f"svc:{asked.to.text}:80" if port is None else f"{asked.to.text}:{port}",
        is_allowed=is_allowed,
        method=sample.method,
        path=sample.path,
        host=sample.host,
        headers=sample.headers,
    )
