"""A service with two versions, as intents that divide its requests take it."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName, Port
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.routing.subject import RoutedService, Version

__all__ = ["CalledService", "VersionOf", "VersionedService", "refuse_alike"]


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


class CalledService(Parameters):
    """A Service that is called, and what is behind it."""

    service: Annotated[Service, Field(description="The Service that is called.")]
    selector: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=4, description="What the Service selects by; app=SERVICE where none is given."
    )
    target_port: Annotated[Port, Field(description="The container port behind the Service.")] = 8080

    def told_apart(self, *versions: VersionOf) -> RoutedService:
        """The Service with versions."""
        selector = self.selector or {"app": self.service.name}
        return RoutedService(self.service, selector, self.target_port, tuple(one.version for one in versions))

    def workload_of(self, version: VersionOf) -> str:
        """The workload of a version."""
        return version.workload or f"{self.service.name}-{version.name}"

    def runs(self, *versions: VersionOf) -> tuple[str, ...]:
        """The workloads of versions, as what has to be there before; nothing where there are none."""
        names = ", ".join(map(self.workload_of, versions))
        return (f"these workloads run: {names}",) if names else ()


class VersionedService(CalledService):
    """A Service that is called, and two versions of what is behind it."""

    stable: Annotated[VersionOf, Field(description="The version that is in use.")] = VersionOf(name="v1")
    canary: Annotated[VersionOf, Field(description="The new version.")] = VersionOf(name="v2")

    @model_validator(mode="after")
    def _differ(self) -> "VersionedService":
        refuse_alike("stable and canary", self.stable, self.canary)
        return self

    @property
    def subject(self) -> RoutedService:
        """The Service with both versions."""
        return self.told_apart(self.stable, self.canary)


def refuse_alike(names: str, *versions: VersionOf) -> None:
    """Refuse versions that nothing tells apart.

    Args:
        names: What they are called: `stable and canary`.
        versions: The versions.

    Raises:
        ValueError: Two of them have the same name or labels.
    """
    labels = {tuple(sorted(one.version.labels.items())) for one in versions}
    if len({one.name for one in versions}) < len(versions) or len(labels) < len(versions):
        raise ValueError(f"{names} have the same name or labels: give them different ones")
