"""Parameters of circuit-breaker."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Duration
from service_mesh.generate.parameters.parties import Service
from service_mesh.model.durations import go_duration

__all__ = ["UNPROVED", "CircuitBreaker", "Limits"]

UNPROVED = "not proved: that pods which fail are left out, and that limits refuse requests; the simulation counts none"

Limit = Annotated[int, Field(ge=1, le=1_000_000)]
_SECOND = 10**9


class Limits(Parameters):
    """Limits of each proxy that calls; more is answered with 503 by the proxy."""

    connections: Annotated[Limit | None, Field(description="Connections to all pods together.")] = None
    pending: Annotated[Limit | None, Field(description="Requests that wait for a connection.")] = None
    requests: Annotated[Limit | None, Field(description="Requests at the same time.")] = None
    retries: Annotated[Limit | None, Field(description="Retries at the same time.")] = None

    @model_validator(mode="after")
    def _some(self) -> "Limits":
        if not any((self.connections, self.pending, self.requests, self.retries)):
            raise ValueError("limits name none: give connections, pending, requests or retries, or leave limits away")
        return self


class CircuitBreaker(Parameters):
    """A Service whose pods get no requests for a while when they fail."""

    service: Annotated[Service, Field(description="The Service that is called.")]
    failures: Annotated[
        int, Field(ge=1, le=1000, description="Answers in a row with 5xx, after which a pod is left out.")
    ] = 5
    only_gateway_errors: Annotated[bool, Field(description="Only 502, 503 and 504 count, and failed connections.")] = (
        False
    )
    ejection: Annotated[Duration, Field(description="How long it is left out the first time; longer each time.")] = (
        "30s"
    )
    interval: Annotated[Duration | None, Field(description="How often it is looked whether pods come back.")] = None
    most_ejected: Annotated[
        int | None, Field(ge=1, le=100, description="How many of the pods, in percent, are left out at most.")
    ] = None
    limits: Annotated[Limits | None, Field(description="Limits of each proxy that calls; none without it.")] = None
    own_cluster_first: Annotated[
        bool,
        Field(description="Pods of other clusters get requests only while those of the caller's own are left out."),
    ] = False

    @model_validator(mode="after")
    def _sound(self) -> "CircuitBreaker":
        for name, text in (("ejection", self.ejection), ("interval", self.interval)):
            if text is not None and (go_duration(text) or 0) < _SECOND // 1000:
                raise ValueError(f"{name} is 0: it has to be 1ms at least")
        if self.own_cluster_first and self.most_ejected is not None and self.most_ejected < 100:
            raise ValueError("own_cluster_first needs all pods of a cluster to be left out: leave most_ejected away")
        return self
