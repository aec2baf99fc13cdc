"""Parameters of fault-injection."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.acted import ActedRequests
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.durations import Span
from service_mesh.generate.parameters.requests import HeaderMatch
from service_mesh.generate.routing.actions import Actions, Fault
from service_mesh.generate.routing.rules import Match

__all__ = ["Abort", "Delay", "FaultInjection"]

Share = Annotated[
    float, Field(ge=0.0001, le=100, description="How many of the requests, in percent: 0.1 is one in 1000.")
]
_HEADER = HeaderMatch(name="x-fault", value="yes")


def _plain(share: float) -> float:
    """25 for 25.0, as it is written."""
    return int(share) if share == int(share) else share


class Delay(Parameters):
    """Requests that are held back."""

    time: Annotated[Span, Field(description="How long: 5s.")]
    percent: Share = 100


class Abort(Parameters):
    """Requests that are answered with an error instead of being sent."""

    status: Annotated[int, Field(ge=400, le=599, description="The status of the answer.")]
    percent: Share = 100


class FaultInjection(ActedRequests):
    """Requests that are held back or fail, to see what callers do."""

    delay: Annotated[Delay | None, Field(description="Requests that are held back.")] = None
    abort: Annotated[Abort | None, Field(description="Requests that fail.")] = None
    header: Annotated[
        HeaderMatch, Field(description="Requests with this header alone are hit, so that nobody else notices.")
    ] = _HEADER
    everybody: Annotated[
        bool, Field(description="Whether requests are hit whatever headers they have: that hurts whoever calls.")
    ] = False

    @model_validator(mode="after")
    def _fit(self) -> "FaultInjection":
        if self.delay is None and self.abort is None:
            raise ValueError("give delay, abort or both")
        if self.everybody and self.header != _HEADER:
            raise ValueError("everybody is hit whatever headers they have: leave out header or everybody")
        return self

    @property
    def match(self) -> Match:
        """The requests that are hit."""
        found = super().match
        headers = {} if self.everybody else {self.header.name: self.header.value}
        return Match(exact=found.exact, prefix=found.prefix, method=found.method, headers=headers)

    @property
    def actions(self) -> Actions:
        """What is done with the requests."""
        delay, abort = self.delay, self.abort
        held = (delay.time, _plain(delay.percent)) if delay is not None else ("", 0)
        failed = (abort.status, _plain(abort.percent)) if abort is not None else (0, 0)
        return Actions(fault=Fault(*held, *failed))
