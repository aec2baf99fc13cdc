"""A service with two versions, as intents that divide its requests take it."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName, Port
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.routing.subject import RoutedService, Version

__all__ = ["VersionOf", "VersionedService"]


class VersionOf(Parameters):
    """One version."""

    name: Annotated[Name, Field(description="Its name, which subsets and Services are called by: v2.")]
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=4, description="What tells its pods apart; version=NAME where none are given."
    )
    workload: Annotated[ObjectName | None, Field(description="Its workload; SERVICE-NAME where none is given.")] = None

    @property
    def version(self) -> Version:
        """The version."""
        return Version(self.name, self.labels or {"version": self.name})


class VersionedService(Parameters):
    """A Service that is called, and two versions of what is behind it."""

    service: Annotated[Service, Field(description="The Service that is called.")]
    selector: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=4, description="What the Service selects by; app=SERVICE where none is given."
    )
    target_port: Annotated[Port, Field(description="The container port behind the Service.")] = 8080
    stable: Annotated[VersionOf, Field(description="The version that is in use.")] = VersionOf(name="v1")
    canary: Annotated[VersionOf, Field(description="The new version.")] = VersionOf(name="v2")

    @model_validator(mode="after")
    def _differ(self) -> "VersionedService":
        if self.stable.name == self.canary.name or self.stable.version.labels == self.canary.version.labels:
            raise ValueError("stable and canary have the same name or labels: give them different ones")
        return self

    @property
    def subject(self) -> RoutedService:
        """The Service with both versions."""
        return RoutedService(
            self.service,
            self.selector or {"app": self.service.name},
            self.target_port,
            (self.stable.version, self.canary.version),
        )

    def workload_of(self, version: VersionOf) -> str:
        """The workload of a version."""
        return version.workload or f"{self.service.name}-{version.name}"
