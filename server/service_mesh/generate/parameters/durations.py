"""Times that something may take."""

from typing import Annotated

from pydantic import AfterValidator

from service_mesh.generate.parameters.names import Duration
from service_mesh.model.durations import go_duration

__all__ = ["Span", "milliseconds"]

_NANOSECONDS = 10**6


def milliseconds(text: str) -> int:
    """The milliseconds of a duration: 90000 for `1m30s`."""
    return (go_duration(text) or 0) // _NANOSECONDS


def _positive(text: str) -> str:
    if not milliseconds(text):
        raise ValueError("a time has to be at least 1ms: leave it out for no limit")
    return text


Span = Annotated[Duration, AfterValidator(_positive)]
"""A time of at least a millisecond."""
