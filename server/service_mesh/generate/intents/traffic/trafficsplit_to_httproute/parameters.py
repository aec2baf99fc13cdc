"""Parameters of trafficsplit-to-httproute."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Name, ObjectName, Port

__all__ = ["SplitBackend", "TrafficSplit"]


class SplitBackend(Parameters):
    """A Service with its weight."""

    service: Annotated[Name, Field(description="Its name.")]
    weight: Annotated[int, Field(ge=0, le=1_000_000, description="Its weight; shares are those of all weights.")]


class TrafficSplit(Parameters):
    """A TrafficSplit; service and backends are read from it where it is in the surroundings."""

    namespace: Annotated[Name, Field(description="Its namespace.")]
    name: Annotated[ObjectName, Field(description="Its name.")]
    service: Annotated[Name | None, Field(description="Its spec.service: the Service that is called.")] = None
    port: Annotated[Port, Field(description="The port of that Service, and of its backends.")] = 80
    backends: Annotated[
        tuple[SplitBackend, ...], Field(max_length=16, description="Its spec.backends: who gets which share.")
    ] = ()

    @model_validator(mode="after")
    def _sound(self) -> "TrafficSplit":
        if (self.service is None) != (not self.backends):
            raise ValueError("give service and backends, or neither where the surroundings hold the TrafficSplit")
        if self.backends and not any(one.weight for one in self.backends):
            raise ValueError("all weights are 0: nobody would get a request")
        if len({one.service for one in self.backends}) < len(self.backends):
            raise ValueError("a Service is listed twice: give it one weight")
        return self
