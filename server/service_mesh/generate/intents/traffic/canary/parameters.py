"""Parameters of canary."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from service_mesh.generate.parameters.requests import HeaderMatch
from service_mesh.generate.parameters.versions import VersionedService

__all__ = ["Canary"]

_ALL = 100


class Canary(VersionedService):
    """A Service, its two versions, and the shares of the new one."""

    weights: Annotated[
        tuple[Annotated[int, Field(ge=1, le=_ALL)], ...],
        Field(min_length=1, max_length=20, description="Percent that the new version gets, stage by stage, up to 100."),
    ] = (5, 10, 25, 50, _ALL)
    test_header: Annotated[
        HeaderMatch | None,
        Field(description="Requests with this header get the new version in every stage, and first."),
    ] = None
    max_failing_percent: Annotated[
        float, Field(gt=0, le=_ALL, description="Most requests of the new version that may fail, in percent.")
    ] = 1
    max_latency_ms: Annotated[
        int, Field(ge=1, le=3_600_000, description="Most milliseconds that 99 % of its requests may take.")
    ] = 500

    @field_validator("weights")
    @classmethod
    def _rise(cls, weights: tuple[int, ...]) -> tuple[int, ...]:
        if any(later <= earlier for earlier, later in pairwise(weights)):
            raise ValueError("weights have to rise from stage to stage, such as [5, 25, 100]")
        if weights[-1] != _ALL:
            raise ValueError("the last weight has to be 100: the new version gets everything in the end")
        return weights
