"""Parameters of retries-timeouts."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from service_mesh.generate.parameters.acted import ActedRequests
from service_mesh.generate.parameters.durations import Span, milliseconds
from service_mesh.generate.routing.actions import Actions, Retries

__all__ = ["READING", "RetriesTimeouts"]

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing, so that a request may be sent again."""

_STATUSES = (502, 503, 504)
_SECOND = 1000


class RetriesTimeouts(ActedRequests):
    """How long requests may take, and how often they are tried again."""

    timeout: Annotated[Span | None, Field(description="How long a request may take, with all its tries: 10s.")] = None
    retries: Annotated[
        int | None, Field(ge=1, le=10, description="How often a request is tried again, after the first try.")
    ] = None
    per_try_timeout: Annotated[Span | None, Field(description="How long each try may take: 2s.")] = None
    statuses: Annotated[
        tuple[Annotated[int, Field(ge=400, le=599)], ...],
        Field(min_length=1, max_length=16, description="Answers that are tried again."),
    ] = _STATUSES
    retry_writes: Annotated[
        bool,
        Field(description="Whether requests that may change something are tried again too: they may be done twice."),
    ] = False

    @field_validator("statuses")
    @classmethod
    def _known(cls, statuses: tuple[int, ...]) -> tuple[int, ...]:
        known = {one.value for one in HTTPStatus}
        if unknown := [one for one in statuses if one not in known]:
            raise ValueError(f"{unknown[0]} is no status of HTTP: istiod refuses it")
        return tuple(dict.fromkeys(statuses))

    @model_validator(mode="after")
    def _fit(self) -> "RetriesTimeouts":
        if self.timeout is None and self.retries is None:
            raise ValueError("give timeout, retries or both")
        asked = {"per_try_timeout": self.per_try_timeout, "retry_writes": self.retry_writes}
        asked["statuses"] = self.statuses != _STATUSES
        if self.retries is None and (lone := next((name for name, value in asked.items() if value), "")):
            raise ValueError(f"{lone} is about retries: give retries as well")
        if self.retries is not None and self.per_try_timeout is not None and self.timeout is not None:
            needed = (self.retries + 1) * milliseconds(self.per_try_timeout)
            if needed > milliseconds(self.timeout):
                raise ValueError(
                    f"timeout {self.timeout} ends before {self.retries} retries can: {self.retries + 1} tries of"
                    f" {self.per_try_timeout} take {needed / _SECOND:g}s"
                )
        if self.retries is not None and self.method not in (None, *READING) and not self.retry_writes:
            raise ValueError(f"{self.method} may change something: retries of it need retry_writes")
        return self

    @property
    def is_split(self) -> bool:
        """Whether some of the requests are tried again and others are not."""
        return self.retries is not None and not self.retry_writes and self.method is None

    @property
    def all_actions(self) -> Actions:
        """What is done with every one of the requests."""
        return Actions(timeout=self.timeout or "")

    @property
    def retried(self) -> Actions:
        """What is done with those that are tried again."""
        if self.retries is None:
            return self.all_actions
        tries = Retries(self.retries, self.statuses, self.per_try_timeout or "")
        return Actions(timeout=self.timeout or "", retries=tries)
