"""Parameters of load-balancing."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import CookieName, Duration, HeaderName, Path
from service_mesh.generate.parameters.parties import Service

__all__ = ["Algorithm", "Cookie", "Distribution", "Failover", "LoadBalancing", "Share", "Sticky"]

_PART = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
Region = Annotated[str, StringConstraints(pattern=rf"^{_PART}$")]
"""A region, as nodes name it in topology.kubernetes.io/region."""

Place = Annotated[str, StringConstraints(pattern=rf"^{_PART}(/{_PART}){{0,2}}$")]
"""A region, with a zone and a subzone behind where they are meant: `eu-west/zone-a`."""

_ALL = 100


class Algorithm(StrEnum):
    """How a pod is chosen."""

    LEAST_REQUEST = "least-request"
    RANDOM = "random"
    ROUND_ROBIN = "round-robin"


class Cookie(Parameters):
    """A cookie, which the proxy sets where a request has none."""

    name: Annotated[CookieName, Field(description="Its name.")]
    path: Annotated[Path, Field(description="The path it is for.")] = "/"
    ttl: Annotated[Duration, Field(description="How long it lives; 0s until the browser is closed.")] = "0s"


class Sticky(Parameters):
    """By what requests come to the same pod; one of these."""

    header: Annotated[HeaderName | None, Field(description="A header.")] = None
    cookie: Annotated[Cookie | None, Field(description="A cookie.")] = None
    query: Annotated[HeaderName | None, Field(description="A query parameter.")] = None
    source_address: Annotated[bool, Field(description="The address of the caller.")] = False

    @model_validator(mode="after")
    def _one(self) -> "Sticky":
        if sum((bool(self.header), self.cookie is not None, bool(self.query), self.source_address)) != 1:
            raise ValueError("sticky needs one of header, cookie, query and source_address")
        return self


class Share(Parameters):
    """A share of the requests for one place."""

    place: Annotated[Place, Field(description="Region, region/zone or region/zone/subzone.")]
    percent: Annotated[int, Field(ge=1, le=100, description="The share of its pods.")]


class Distribution(Parameters):
    """Where requests from one place go."""

    origin: Annotated[Place, Field(description="Where callers run.")]
    to: Annotated[tuple[Share, ...], Field(min_length=1, max_length=16, description="Shares, 100 percent in all.")]

    @model_validator(mode="after")
    def _whole(self) -> "Distribution":
        if len({one.place for one in self.to}) < len(self.to):
            raise ValueError(f"a place gets two shares of the requests from {self.origin}: give one")
        if (whole := sum(one.percent for one in self.to)) != _ALL:
            raise ValueError(f"the shares of requests from {self.origin} are {whole} percent, and have to be 100")
        return self


class Failover(Parameters):
    """The region that takes over for another."""

    origin: Annotated[Region, Field(description="The region of callers whose own pods fail.")]
    to: Annotated[Region, Field(description="The region that takes over.")]

    @model_validator(mode="after")
    def _differ(self) -> "Failover":
        if self.origin == self.to:
            raise ValueError(f"{self.origin} cannot take over for itself: name another region")
        return self


class LoadBalancing(Parameters):
    """How pods of a Service are chosen."""

    service: Annotated[Service, Field(description="The Service that is called.")]
    algorithm: Annotated[Algorithm | None, Field(description="least-request, random or round-robin.")] = None
    sticky: Annotated[Sticky | None, Field(description="By what requests come to the same pod.")] = None
    distribute: Annotated[
        tuple[Distribution, ...], Field(max_length=16, description="Shares of places; others get nothing from there.")
    ] = ()
    nearest_first: Annotated[
        bool, Field(description="Pods of the caller's zone first, then its region, then others, where pods fail.")
    ] = False
    failover: Annotated[
        tuple[Failover, ...], Field(max_length=16, description="With nearest_first: which region takes over for which.")
    ] = ()
    failures: Annotated[
        int | None,
        Field(ge=1, le=1000, description="With nearest_first: answers in a row with 5xx, after which a pod fails."),
    ] = None

    @model_validator(mode="after")
    def _sound(self) -> "LoadBalancing":
        if not (self.algorithm or self.sticky or self.distribute or self.nearest_first):
            raise ValueError("nothing is asked for: give algorithm, sticky, distribute or nearest_first")
        if self.algorithm and self.sticky:
            raise ValueError("algorithm and sticky both choose the pod: give one")
        if self.distribute and (self.nearest_first or self.sticky):
            raise ValueError("distribute says where requests go: leave nearest_first and sticky away")
        if (self.failover or self.failures) and not self.nearest_first:
            raise ValueError("failover and failures go with nearest_first: give it as well")
        for name, origins in (
            ("distribute", [one.origin for one in self.distribute]),
            ("failover", [one.origin for one in self.failover]),
        ):
            if len(set(origins)) < len(origins):
                raise ValueError(f"{name} names an origin twice: only one of the two would count")
        return self
