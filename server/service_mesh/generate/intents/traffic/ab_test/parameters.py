"""Parameters of ab-test."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import CookieName, CookieValue, HeaderName, Percent
from service_mesh.generate.parameters.versions import CalledService, VersionOf, refuse_alike
from service_mesh.generate.routing.subject import RoutedService

__all__ = ["AbTest", "Marker"]


class Marker(Parameters):
    """A cookie or a header of clients, and its value for each group."""

    cookie: Annotated[CookieName | None, Field(description="A cookie that holds the group.")] = None
    header: Annotated[HeaderName | None, Field(description="A header that holds the group.")] = None
    a: Annotated[CookieValue, Field(description="Its value for group A.")] = "a"
    b: Annotated[CookieValue, Field(description="Its value for group B.")] = "b"

    @model_validator(mode="after")
    def _one(self) -> "Marker":
        if (self.cookie is None) == (self.header is None):
            raise ValueError("give either cookie or header")
        if self.a == self.b:
            raise ValueError("a and b have the same value: nothing would tell the groups apart")
        return self

    @property
    def text(self) -> str:
        """What it is in a sentence."""
        return f"cookie {self.cookie}" if self.cookie is not None else f"header {self.header}"


class AbTest(CalledService):
    """A Service, its two versions, and what tells which client sees which."""

    a: Annotated[VersionOf, Field(description="Version A, the one in use.")] = VersionOf(name="v1")
    b: Annotated[VersionOf, Field(description="Version B, the one on trial.")] = VersionOf(name="v2")
    marker: Annotated[Marker, Field(description="What clients send that tells their group.")]
    share: Annotated[
        Percent, Field(description="Percent of the requests without a group that B gets, by chance each time.")
    ] = 0

    @model_validator(mode="after")
    def _differ(self) -> "AbTest":
        refuse_alike("a and b", self.a, self.b)
        return self

    @property
    def subject(self) -> RoutedService:
        """The Service with both versions."""
        return self.told_apart(self.a, self.b)
