"""Parameters of mirror."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.targets import Target
from service_mesh.generate.parameters.versions import CalledService, VersionOf, refuse_alike
from service_mesh.generate.routing.rules import Split
from service_mesh.generate.routing.subject import RoutedService

__all__ = ["Mirror", "Reading"]


class Reading(StrEnum):
    """Methods of requests that change nothing (RFC 9110)."""

    GET = "GET"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"


class Mirror(CalledService):
    """A Service, and who gets copies of its requests."""

    main: Annotated[
        VersionOf | None,
        Field(description="The version that answers; the Service as it is where it is not given."),
    ] = None
    to: Annotated[Target, Field(description="Who gets the copies.")]
    percent: Annotated[int, Field(ge=1, le=100, description="How many of the requests are copied.")] = 100
    methods: Annotated[
        tuple[Reading, ...],
        Field(min_length=1, max_length=3, description="Requests that are copied; others would change something twice."),
    ] = (Reading.GET, Reading.HEAD)

    @model_validator(mode="after")
    def _elsewhere(self) -> "Mirror":
        refuse_alike("main and to", *self.versions)
        if self.to.version is not None and self.main is None:
            raise ValueError("give main as well: the Service itself finds the pods that get the copies, too")
        if self.copies == Split(weight=self.percent):
            raise ValueError("to is the Service that is called: it would get each request twice")
        if len(set(self.methods)) < len(self.methods):
            raise ValueError("a method is listed twice")
        return self

    @property
    def versions(self) -> tuple[VersionOf, ...]:
        """The versions that are named."""
        return tuple(one for one in (self.main, self.to.version) if one is not None)

    @property
    def subject(self) -> RoutedService:
        """The Service with the versions that are named."""
        return self.told_apart(*self.versions)

    @property
    def answers(self) -> Split:
        """Who answers."""
        return Split(self.main.name) if self.main is not None else Split()

    @property
    def copies(self) -> Split:
        """Who gets which share of copies."""
        return self.to.split(self.service, self.percent)
