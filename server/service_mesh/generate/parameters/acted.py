"""A Service, and those of its requests that something is done with."""

from typing import Annotated

from pydantic import Field

from service_mesh.generate.parameters.names import Method
from service_mesh.generate.parameters.paths import RoutedPath
from service_mesh.generate.parameters.versions import CalledService
from service_mesh.generate.routing.rules import Match
from service_mesh.generate.routing.subject import RoutedService

__all__ = ["ActedPath", "ActedRequests"]

_ANY = "/"


class ActedPath(CalledService):
    """Requests to a Service: all of them, or those for a path."""

    path: Annotated[
        RoutedPath | None, Field(description="Requests for this path; every path where it is not given.")
    ] = None

    @property
    def subject(self) -> RoutedService:
        """The Service, whose versions are not told apart."""
        return self.told_apart()

    @property
    def match(self) -> Match:
        """The requests."""
        if self.path is None:
            return Match()
        below = (self.path.prefix or "").rstrip("/")
        return Match(exact=self.path.exact or "", prefix=below)

    @property
    def matches(self) -> tuple[Match, ...]:
        """The requests, as a rule has them; none for all of them."""
        return () if self.match == Match() else (self.match,)

    @property
    def sample(self) -> str:
        """A path of such a request."""
        return self.match.exact or self.match.prefix or _ANY

    @property
    def about(self) -> str:
        """The requests in a sentence: `requests to cart for /items`."""
        path = f" for {self.match.exact}" if self.match.exact else f" below {self.match.prefix}" if self.path else ""
        return f"requests to {self.service.name}{path}"


class ActedRequests(ActedPath):
    """Requests to a Service: all of them, or those for a path or with a method."""

    method: Annotated[
        Method | None, Field(description="Requests with this method; every method where it is not given.")
    ] = None

    @property
    def match(self) -> Match:
        """The requests."""
        found = super().match
        return Match(exact=found.exact, prefix=found.prefix, method=self.method or "")

    @property
    def about(self) -> str:
        """The requests in a sentence: `GET requests to cart for /items`."""
        return f"{self.method} {super().about}" if self.method else super().about
