"""Parameters of default-deny, and what has to hold of it in every mesh."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Name
from service_mesh.generate.parameters.parties import Caller, Gateway, Scraper, Workload
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

__all__ = ["DefaultDeny", "behind", "cast", "questions"]


class DefaultDeny(Parameters):
    """What is closed but for what keeps it alive: a namespace, or the whole mesh."""

    namespace: Annotated[Name | None, Field(description="Only this namespace; the whole mesh without it.")] = None
    gateways: Annotated[
        tuple[Gateway, ...],
        Field(max_length=8, description="Gateways through which workloads stay reachable, and these workloads."),
    ] = ()
    monitoring: Annotated[
        Scraper | None, Field(description="Who reads metrics; nobody from outside of the pods without it.")
    ] = None
    egress: Annotated[
        bool, Field(description="Whether calls that leave the pods are refused too, but for those to DNS.")
    ] = False
    observe: Annotated[bool, Field(description="First a stage that only logs what would be refused.")] = False

    @model_validator(mode="after")
    def _scope(self) -> "DefaultDeny":
        if self.egress and self.namespace is None:
            raise ValueError("egress is refused for one namespace after the other: name it")
        for gateway in self.gateways:
            if not gateway.to and not self.covers(gateway):
                raise ValueError(f"gateway {gateway.text} is not in the namespace: say in `to` what it leads to")
            if any(self.namespace not in (None, one.namespace) for one in gateway.to):
                raise ValueError(f"what gateway {gateway.text} leads to has to be in the namespace that is closed")
        return self

    def covers(self, party: Caller) -> bool:
        """Whether somebody's own namespace is closed."""
        return self.namespace in (None, party.namespace)

    @property
    def server(self) -> Workload:
        """A workload that nobody speaks of."""
        return Workload(namespace=self.namespace or "default", name="any-workload")


def behind(asked: DefaultDeny) -> Mapping[str, tuple[Workload, tuple[Caller, ...]]]:
    """The workloads behind gateways, each with its gateways."""
    found: dict[str, tuple[Workload, tuple[Caller, ...]]] = {}
    for gateway in asked.gateways:
        for workload in gateway.to:
            key = f"{workload.text}:{workload.port}"
            found[key] = (workload, (*found.get(key, (workload, ()))[1], gateway))
    return found


def cast(asked: DefaultDeny, site: Site) -> tuple[Actor, ...]:
    """Workloads that are closed, and who calls them."""
    server = site.player(asked.server)
    metrics = asked.monitoring.ports if asked.monitoring is not None else ()
    server = replace(server, ports=tuple(dict.fromkeys((*server.ports, *metrics))), probe="/healthz")
    doors = (replace(site.caller(one), ports=(8080,)) for one in asked.gateways)
    served = (site.player(one) for one, _ in behind(asked).values())
    reader = (scraper(asked.monitoring, site),) if asked.monitoring is not None else ()
    return (server, *served, *doors, *reader, *_strangers(asked), OUTSIDER, *kept(site))


def _strangers(asked: DefaultDeny) -> tuple[Actor, Actor]:
    """A workload beside the server, and one of another namespace of the mesh."""
    return Actor(asked.server.namespace, "another-workload"), NEIGHBOUR


def questions(asked: DefaultDeny, site: Site) -> Iterator[CallQuestion]:
    """Nobody gets in; gateways, scraping, DNS and the control plane go on."""
    server = f"{asked.server.text}:{asked.server.port}"
    beside, elsewhere = _strangers(asked)
    strangers = {
        "a workload beside it": beside.text,
        "a workload of another namespace": elsewhere.text,
        "a client outside of the mesh": OUTSIDER.text,
        "somebody outside of the cluster": "external",
    }
    for why, source in strangers.items():
        yield CallQuestion(why=why, source=source, destination=server, is_allowed=False)
        if asked.observe:
            yield CallQuestion(
                why="nothing is refused yet", source=source, destination=server, is_allowed=True, stage=OBSERVE
            )
    yield from _gateways(asked, site, server)
    if asked.monitoring is not None:
        yield from scraping_questions(asked.monitoring, asked.server.text, asked.server.port, beside.text, site)
    yield from kept_questions(asked.server.text, site)


def _gateways(asked: DefaultDeny, site: Site, server: str) -> Iterator[CallQuestion]:
    for gateway in asked.gateways:
        name = site.caller(gateway).text
        for one in gateway.to:
            place = f"{one.text}:{one.port}"
            yield CallQuestion(why="behind a gateway", source=name, destination=place, is_allowed=True)
        yield CallQuestion(why="not behind a gateway", source=name, destination=server, is_allowed=False)
        if asked.covers(gateway):
            yield CallQuestion(why="the gateway itself", source="external", destination=f"{name}:8080", is_allowed=True)
