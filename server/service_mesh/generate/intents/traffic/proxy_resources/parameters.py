"""Parameters of proxy-resources, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Cpu, Memory, Name
from service_mesh.generate.parameters.parties import Owner
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.wording.surroundings import probe

__all__ = ["UNPROVED", "ProxyResources", "cast", "questions", "resources"]

UNPROVED = "not proved: whether it is enough; kubectl top pod --containers shows what proxies take"

_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


class ProxyResources(Parameters):
    """What the proxies of a mesh, a namespace or some workloads ask for and may take."""

    namespace: Annotated[Name | None, Field(description="Only proxies of this namespace; the whole mesh without.")] = (
        None
    )
    workloads: Annotated[
        tuple[Owner, ...], Field(max_length=32, description="Only proxies of these workloads of the namespace.")
    ] = ()
    waypoint: Annotated[
        Name | None, Field(description="In ambient mode, the namespace's waypoint that it is for; `waypoint` without.")
    ] = None
    cpu: Annotated[Cpu | None, Field(description="Processor time that is asked for.")] = None
    memory: Annotated[Memory | None, Field(description="Memory that is asked for.")] = None
    cpu_limit: Annotated[Cpu | None, Field(description="Processor time that is never exceeded.")] = None
    memory_limit: Annotated[Memory | None, Field(description="Memory that is never exceeded.")] = None
    threads: Annotated[int | None, Field(ge=1, le=64, description="Threads that handle traffic.")] = None

    @model_validator(mode="after")
    def _whole(self) -> "ProxyResources":
        if (self.workloads or self.waypoint) and self.namespace is None:
            raise ValueError("workloads and a waypoint need their namespace")
        if self.workloads and self.waypoint:
            raise ValueError("give either workloads or waypoint")
        if (self.cpu is None) != (self.memory is None):
            raise ValueError("give cpu and memory together: with one alone, a mesh leaves the other without any")
        if self.cpu is None and (self.cpu_limit or self.memory_limit):
            raise ValueError("limits need cpu and memory: what is asked for would be taken from them")
        if self.cpu is None and self.threads is None:
            raise ValueError("give cpu and memory, or threads")
        return self

    @model_validator(mode="after")
    def _limits(self) -> "ProxyResources":
        if self.cpu and self.cpu_limit and _thousandths(self.cpu) > _thousandths(self.cpu_limit):
            raise ValueError("cpu is more than cpu_limit")
        if self.memory and self.memory_limit and _bytes(self.memory) > _bytes(self.memory_limit):
            raise ValueError("memory is more than memory_limit")
        return self

    def exceeds(self, cpu: Cpu, memory: Memory) -> str:
        """The field without a limit of its own that is more than one of these; empty for none."""
        if self.cpu and not self.cpu_limit and _thousandths(self.cpu) > _thousandths(cpu):
            return "cpu"
        is_more = self.memory and not self.memory_limit and _bytes(self.memory) > _bytes(memory)
        return "memory" if is_more else ""

    @property
    def has_limits(self) -> bool:
        """Whether anything is limited."""
        return bool(self.cpu_limit or self.memory_limit)


def _thousandths(text: str) -> int:
    return int(text[:-1]) if text.endswith("m") else int(text) * 1000


def _bytes(text: str) -> int:
    return int(text[:-2]) * _UNITS[text[-2:]]


def resources(asked: ProxyResources) -> dict[str, dict[str, str]]:
    """As the `resources` of a container; empty where only threads are asked for."""
    found: dict[str, dict[str, str]] = {}
    if asked.cpu and asked.memory:
        found["requests"] = {"cpu": asked.cpu, "memory": asked.memory}
    limits = {"cpu": asked.cpu_limit, "memory": asked.memory_limit}
    if asked.has_limits:
        found["limits"] = {name: text for name, text in limits.items() if text}
    return found


def _servers(asked: ProxyResources) -> tuple[Actor, ...]:
    home = asked.namespace or "shop"
    owners = asked.workloads or (Owner(name="server"),)
    return tuple(Actor(home, one.name, services={one.name: 80}, probe="/healthz", kind=one.owner) for one in owners)


def cast(asked: ProxyResources) -> tuple[Actor, ...]:
    """The workloads, and a client of them."""
    return (*_servers(asked), Actor(asked.namespace or "shop", "web"))


def questions(asked: ProxyResources) -> Iterator[CallQuestion]:
    """Calls go on as before."""
    for server in _servers(asked):
        yield CallQuestion(
            why="a call goes on",
            source=f"{server.namespace}/web",
            destination=f"svc:{server.text}:80",
            is_allowed=None,
        )
        yield probe(f"{server.text}:8080", is_allowed=None)
