"""Parameters of route-by-path."""

from collections import Counter
from typing import Annotated

from pydantic import Field, field_validator

from service_mesh.generate.parameters.paths import arriving
from service_mesh.generate.parameters.requests import PathMatch
from service_mesh.generate.parameters.targets import RoutedRequests, ToTarget

__all__ = ["PathRoute", "RouteByPath"]

_MOST = 15
"""A route of the Gateway API has 16 rules; the last one is for everything else."""


class PathRoute(ToTarget):
    """Requests with a path, and who gets them."""

    path: Annotated[PathMatch, Field(description="The path.")]

    @field_validator("path")
    @classmethod
    def _arrives(cls, path: PathMatch) -> PathMatch:
        if path.prefix == "/":
            raise ValueError("the prefix / takes everything: give default instead")
        arriving(path.sample)
        return path

    @property
    def is_exact(self) -> bool:
        """Whether it is for one path alone."""
        return self.path.exact is not None

    @property
    def text(self) -> str:
        """The path; that of a prefix without the slash at its end, which changes nothing."""
        return self.path.exact or (self.path.prefix or "").rstrip("/")

    def takes(self, path: str) -> bool:
        """Whether it takes a path, if nothing more specific does."""
        return path == self.text or (not self.is_exact and path.startswith(f"{self.text}/"))


class RouteByPath(RoutedRequests):
    """A Service, and who gets which of its requests."""

    routes: Annotated[
        tuple[PathRoute, ...],
        Field(
            min_length=1,
            max_length=_MOST,
            description="Paths and who gets them, in any order: an exact path comes before a prefix, a longer prefix"
            " before a shorter one.",
        ),
    ]

    @field_validator("routes")
    @classmethod
    def _differ(cls, routes: tuple[PathRoute, ...]) -> tuple[PathRoute, ...]:
        found = Counter((one.is_exact, one.text) for one in routes)
        for (is_exact, text), count in found.items():
            if count > 1:
                form = "exact path" if is_exact else "prefix"
                raise ValueError(f"the {form} {text} is routed {count} times: only one of them would get requests")
        return routes

    @property
    def ordered(self) -> tuple[PathRoute, ...]:
        """The routes, the most specific first."""
        return tuple(sorted(self.routes, key=lambda one: (not one.is_exact, -len(one.text))))
