"""Who gets requests that a route takes: a version of the Service that is called, or another Service beside it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.gateways import RouteGateway
from service_mesh.generate.parameters.names import Name, Port
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.parameters.versions import CalledService, VersionOf, refuse_alike
from service_mesh.generate.routing.rules import Split
from service_mesh.generate.routing.subject import RoutedService

__all__ = ["OtherService", "RoutedRequests", "Target", "ToTarget"]


class OtherService(Parameters):
    """A Service of the namespace."""

    name: Annotated[Name, Field(description="Its name.")]
    port: Annotated[Port, Field(description="The port of it that gets the requests.")] = 80


class Target(Parameters):
    """Who gets requests: a version of the Service, or a Service of its namespace."""

    version: Annotated[VersionOf | None, Field(description="A version of the Service that is called.")] = None
    service: Annotated[OtherService | None, Field(description="A Service of the same namespace.")] = None

    @model_validator(mode="after")
    def _one(self) -> "Target":
        if (self.version is None) == (self.service is None):
            raise ValueError("give either version or service")
        return self

    @property
    def text(self) -> str:
        """Its name in a sentence."""
        return self.version.name if self.version is not None else self._service.name

    def split(self, called: Service, weight: int = 100) -> Split:
        """Its share of the requests.

        Args:
            called: The Service that is called.
            weight: The share, in percent.
        """
        if self.version is not None:
            return Split(self.version.name, weight)
        other = Service(namespace=called.namespace, name=self._service.name, port=self._service.port)
        return Split(weight=weight) if other == called else Split(weight=weight, service=other)

    @property
    def _service(self) -> OtherService:
        assert self.service is not None
        return self.service


class ToTarget(Parameters):
    """Requests that are told apart, and who gets them."""

    to: Annotated[Target, Field(description="Who gets them.")]


class RoutedRequests(CalledService):
    """A Service whose requests go to different targets, told apart by what a route asks for."""

    default: Annotated[
        Target | None,
        Field(description="Who gets requests that no route takes; the Service as it is where it is not given."),
    ] = None
    routes: Annotated[tuple[ToTarget, ...], Field(description="The routes.")]
    gateway: Annotated[
        RouteGateway | None,
        Field(description="A Gateway whose requests are routed, in the place of those between workloads."),
    ] = None

    @model_validator(mode="after")
    def _told_apart(self) -> "RoutedRequests":
        versions = self.versions
        refuse_alike("two versions", *versions)
        if versions and self.default is None:
            names = " and ".join(one.name for one in versions)
            raise ValueError(
                f"give default as well: the Service itself finds the pods of every version, those of {names} too"
            )
        return self

    @property
    def subject(self) -> RoutedService:
        """The Service with the versions that routes name."""
        return replace(self.told_apart(*self.versions), gateway=self.gateway)

    @property
    def rest(self) -> Split:
        """Who gets requests that no route takes."""
        return self.default.split(self.service) if self.default is not None else Split()

    def targets(self) -> Iterator[Target]:
        """Everybody who gets requests."""
        yield from (one.to for one in self.routes)
        if self.default is not None:
            yield self.default

    @property
    def versions(self) -> tuple[VersionOf, ...]:
        """The versions that routes name."""
        found = (one.version for one in self.targets() if one.version is not None)
        return tuple({(one.name, tuple(one.labels.items()), one.workload): one for one in found}.values())
