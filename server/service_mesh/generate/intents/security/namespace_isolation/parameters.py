"""Parameters of namespace-isolation, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Name, Port
from service_mesh.generate.parameters.parties import Caller, Scraper, Workload
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.observing import OBSERVE
from service_mesh.generate.wording.surroundings import (
    NEIGHBOUR,
    OUTSIDER,
    kept,
    kept_questions,
    scraper,
    scraping_questions,
)

__all__ = ["NamespaceIsolation", "cast", "questions"]


class NamespaceIsolation(Parameters):
    """Who may call the workloads of a namespace: its own, and whoever is named."""

    namespace: Annotated[Name, Field(description="The namespace.")]
    ports: Annotated[
        tuple[Port, ...], Field(min_length=1, max_length=16, description="Container ports that its workloads serve.")
    ] = (8080,)
    callers: Annotated[
        tuple[Caller, ...],
        Field(max_length=32, description="Who else may call: gateways, other namespaces, accounts of theirs."),
    ] = ()
    monitoring: Annotated[Scraper | None, Field(description="Who reads metrics, without calling anything else.")] = None
    observe: Annotated[bool, Field(description="First a stage that only logs what would be refused.")] = False

    @model_validator(mode="after")
    def _apart(self) -> "NamespaceIsolation":
        if self.monitoring is not None and set(self.ports) & set(self.monitoring.ports):
            raise ValueError("a port is one of `ports` or of `monitoring.ports`, not of both")
        return self

    @property
    def server(self) -> Workload:
        """Any workload of the namespace."""
        return Workload(namespace=self.namespace, name="any-workload", port=self.ports[0])

    @property
    def inside(self) -> Caller:
        """The namespace as one who calls."""
        return Caller(namespace=self.namespace)


def cast(asked: NamespaceIsolation, site: Site) -> tuple[Actor, ...]:
    """A workload of the namespace, who may call it, and who may not."""
    metrics = asked.monitoring.ports if asked.monitoring is not None else ()
    server = replace(site.player(asked.server), ports=(*asked.ports, *metrics), probe="/healthz")
    reader = (scraper(asked.monitoring, site),) if asked.monitoring is not None else ()
    callers = tuple(site.caller(one) for one in asked.callers)
    return (server, _inside(asked), *callers, *reader, *_strangers(asked).values(), OUTSIDER, *kept(site))


def _inside(asked: NamespaceIsolation) -> Actor:
    return Actor(asked.namespace, "another-workload")


def _strangers(asked: NamespaceIsolation) -> dict[str, Actor]:
    """Workloads of the mesh that are not let in, by what they are."""
    inside = _inside(asked)
    labels = {"app": inside.name}
    found = {
        "another namespace": NEIGHBOUR,
        "another namespace, with labels and account of one inside": Actor("next-door", inside.name, labels),
        "a namespace whose name begins alike": Actor(f"{asked.namespace[:60]}-2", "client"),
    }
    named = {one.namespace for one in asked.callers if one.service_account is None}
    for caller in asked.callers:
        if caller.namespace not in (asked.namespace, *named):
            found["another account of a namespace that is named"] = Actor(caller.namespace, "somebody-else")
    return {why: one for why, one in found.items() if one.namespace not in named}


def questions(asked: NamespaceIsolation, site: Site) -> Iterator[CallQuestion]:
    """The namespace itself and who is named get in; nobody else does."""
    places = [f"{asked.server.text}:{port}" for port in asked.ports]
    friends = {"a workload of the namespace": [_inside(asked)]}
    friends["a caller that is named"] = [site.caller(one) for one in asked.callers]
    for place in places:
        for why, callers in friends.items():
            for caller in callers:
                yield CallQuestion(why=why, source=caller.text, destination=place, is_allowed=True)
    outsiders = {"a client outside of the mesh": OUTSIDER.text, "somebody outside of the cluster": "external"}
    strangers = {**{why: one.text for why, one in _strangers(asked).items()}, **outsiders}
    for why, source in strangers.items():
        for place in places:
            yield CallQuestion(why=why, source=source, destination=place, is_allowed=False)
        if asked.observe:
            yield CallQuestion(
                why="nothing is refused yet", source=source, destination=places[0], is_allowed=True, stage=OBSERVE
            )
    if asked.monitoring is not None:
        stranger = NEIGHBOUR.text
        yield from scraping_questions(asked.monitoring, asked.server.text, asked.ports[0], stranger, site)
    yield from kept_questions(asked.server.text, site)
