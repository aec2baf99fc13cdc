"""Parameters of allow-calls, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Path
from service_mesh.generate.parameters.parties import Caller, Workload
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Stage
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.observing import OBSERVE, observe_stages
from service_mesh.generate.wording.samples import Sample, samples, unlike

__all__ = ["AllowCalls", "cast", "questions", "stages"]


class AllowCalls(Parameters):
    """Who may call a workload, and with which requests; everybody else is refused."""

    to: Annotated[Workload, Field(description="The workload that is called, and the port.")]
    callers: Annotated[tuple[Caller, ...], Field(min_length=1, max_length=32, description="Who may call.")]
    calls: Annotated[
        tuple[Call, ...], Field(max_length=16, description="Any of these requests; every one without them.")
    ] = ()
    probes: Annotated[
        tuple[Path, ...],
        Field(max_length=8, description="Paths that the kubelet asks for, where it asks the port itself."),
    ] = ()
    observe: Annotated[bool, Field(description="First a stage that only logs what would be refused.")] = False


def stages(asked: AllowCalls, look: tuple[str, ...]) -> tuple[Stage, ...]:
    """The two stages, where the first one is asked for.

    Args:
        asked: The parameters.
        look: What shows calls that would be refused.
    """
    return observe_stages(look, "refuses everybody else") if asked.observe else ()


def cast(asked: AllowCalls, site: Site) -> tuple[Actor, ...]:
    """Server, callers, and those who must not get through."""
    server = site.player(asked.to)
    if asked.probes:
        server = replace(server, probe=asked.probes[0])
    return (server, *(site.caller(one) for one in asked.callers), *_strangers(asked, site))


def _strangers(asked: AllowCalls, site: Site) -> Iterator[Actor]:
    """A workload with a caller's labels and account in another namespace, and another one beside the server."""
    caller = site.caller(asked.callers[0])
    yield replace(caller, namespace="next-door", name="same-labels", account=caller.account or caller.name)
    if all(one.service_account or one.namespace != asked.to.namespace for one in asked.callers):
        yield Actor(asked.to.namespace, "somebody-else")


def questions(asked: AllowCalls, site: Site) -> Iterator[CallQuestion]:
    """Every caller with every request gets through; other requests and other callers do not."""
    destination = f"svc:{asked.to.namespace}/{asked.to.name}:80"
    found = tuple(samples(asked.calls))
    callers = tuple(site.caller(one) for one in asked.callers)
    for caller in callers:
        yield from (_asked("a caller that is named", caller, destination, one, is_allowed=True) for one in found)
    if (other := unlike(asked.calls)) is not None:
        yield _asked("a request that is not named", callers[0], destination, other, is_allowed=False)
    for stranger in _strangers(asked, site):
        why = "the same labels next door" if stranger.namespace == "next-door" else "another workload beside it"
        yield _asked(why, stranger, destination, found[0], is_allowed=False)
        if asked.observe:
            seen = _asked("nothing is refused yet", stranger, destination, found[0], is_allowed=True)
            yield replace(seen, stage=OBSERVE)


def _asked(why: str, source: Actor, destination: str, sample: Sample, *, is_allowed: bool) -> CallQuestion:
    return CallQuestion(
        why=why,
        source=source.text,
        destination=destination,
        is_allowed=is_allowed,
        method=sample.method,
        path=sample.path,
        host=sample.host,
        headers=sample.headers,
    )
