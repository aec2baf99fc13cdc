"""Parameters of blue-green."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.requests import HeaderMatch
from service_mesh.generate.parameters.versions import CalledService, VersionOf, refuse_alike
from service_mesh.generate.routing.subject import RoutedService

__all__ = ["BlueGreen"]


class BlueGreen(CalledService):
    """A Service, and the two versions of which one gets everything."""

    blue: Annotated[VersionOf, Field(description="The version that is in use.")] = VersionOf(name="blue")
    green: Annotated[VersionOf, Field(description="The version that takes over.")] = VersionOf(name="green")
    preview_header: Annotated[
        HeaderMatch | None, Field(description="Requests with this header get green before everybody does.")
    ] = None

    @model_validator(mode="after")
    def _differ(self) -> "BlueGreen":
        refuse_alike("blue and green", self.blue, self.green)
        return self

    @property
    def subject(self) -> RoutedService:
        """The Service with both versions."""
        return self.told_apart(self.blue, self.green)
