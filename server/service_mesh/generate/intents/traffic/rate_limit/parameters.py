"""Parameters of rate-limit, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Name, ObjectName
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.surroundings import KUBELET, OUTSIDER

__all__ = ["UNPROVED", "ClientRate", "Interval", "RateLimit", "cast", "questions"]

UNPROVED = "not proved: that requests beyond the limit are refused; the simulation does not count requests"

Rate = Annotated[int, Field(ge=1, le=1_000_000)]


class Interval(StrEnum):
    """A time in which requests are counted."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"

    @property
    def seconds(self) -> int:
        """How long it is."""
        return {Interval.SECOND: 1, Interval.MINUTE: 60, Interval.HOUR: 3600}[self]


class ClientRate(Parameters):
    """A client with a limit of its own."""

    namespace: Annotated[Name, Field(description="Its namespace.")]
    service_account: Annotated[ObjectName, Field(description="Its service account.")]
    requests: Annotated[Rate, Field(description="Its requests in an interval.")]


class RateLimit(Parameters):
    """How many requests a workload takes; more are answered with 429."""

    to: Annotated[Workload, Field(description="The workload, and the port; labels are those of its pods.")]
    at_gateway: Annotated[bool, Field(description="The workload is an ingress gateway of the mesh.")] = False
    requests: Annotated[Rate, Field(description="Requests in an interval, at each of its pods.")]
    interval: Annotated[Interval, Field(description="The interval: second, minute or hour.")] = Interval.SECOND
    burst: Annotated[
        Rate | None, Field(description="Requests at once after a pause; as many as in an interval without it.")
    ] = None
    per_client: Annotated[
        Rate | None, Field(description="Requests of one client in an interval, told apart by its identity.")
    ] = None
    clients: Annotated[
        tuple[ClientRate, ...], Field(max_length=32, description="Clients with a limit of their own.")
    ] = ()
    observe: Annotated[bool, Field(description="First a stage that only counts what would be refused.")] = False

    @model_validator(mode="after")
    def _shares(self) -> "RateLimit":
        if self.burst is not None and self.burst < self.requests:
            raise ValueError("burst is less than requests: it would be the limit")
        rates = [one.requests for one in self.clients] + ([self.per_client] if self.per_client else [])
        if any(rate > self.requests for rate in rates):
            raise ValueError("a client's share is more than requests, which are those of all clients together")
        return self


def cast(asked: RateLimit, site: Site) -> tuple[Actor, ...]:
    """The workload, clients of it, and another workload beside it."""
    server = replace(site.player(asked.to), probe="/healthz", is_meshed=not asked.at_gateway)
    beside = Actor("shop" if asked.at_gateway else asked.to.namespace, "beside", services={"beside": 80})
    clients = (Actor(one.namespace, one.service_account) for one in asked.clients)
    return (server, beside, Actor("next-door", "web"), *clients, OUTSIDER)


def questions(asked: RateLimit) -> Iterator[CallQuestion]:
    """Calls within the limit go on as before, and those to others too."""
    server = asked.to.text
    service, pod = f"svc:{server}:80", f"{server}:{asked.to.port}"
    beside = f"svc:{'shop' if asked.at_gateway else asked.to.namespace}/beside:80"
    yield _asked("a request from another namespace", "next-door/web", service)
    yield _asked("a client outside of the mesh", OUTSIDER.text, service)
    for one in asked.clients:
        yield _asked("a client with a limit of its own", f"{one.namespace}/{one.service_account}", service)
    yield _asked("a probe of the kubelet", KUBELET, pod, path="/healthz")
    yield _asked("a call to what is beside it", "next-door/web", beside)
    if asked.at_gateway:
        yield _asked("a request through the gateway", server, beside)
        yield _asked("a client of the gateway", "ip:198.51.100.7", pod)


def _asked(why: str, source: str, destination: str, *, path: str = "/") -> CallQuestion:
    return CallQuestion(why=why, source=source, destination=destination, is_allowed=None, method="GET", path=path)
