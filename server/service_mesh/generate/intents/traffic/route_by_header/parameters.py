"""Parameters of route-by-header."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, field_validator

from service_mesh.generate.parameters.requests import HeaderMatch
from service_mesh.generate.parameters.targets import RoutedRequests, ToTarget

__all__ = ["HeaderRoute", "RouteByHeader"]

_MOST = 15
"""A route of the Gateway API has 16 rules; the last one is for everything else."""


class HeaderRoute(ToTarget):
    """Requests with headers, and who gets them."""

    headers: Annotated[
        tuple[HeaderMatch, ...],
        Field(min_length=1, max_length=16, description="Headers that all have to be there with these values."),
    ]

    @field_validator("headers")
    @classmethod
    def _differ(cls, headers: tuple[HeaderMatch, ...]) -> tuple[HeaderMatch, ...]:
        for name, count in Counter(one.name.lower() for one in headers).items():
            if count > 1:
                raise ValueError(f"header {name} is asked for {count} times: a header has one value; give two routes")
        return headers

    @property
    def asked(self) -> Mapping[str, str]:
        """Name -> value; letter case of names does not count."""
        return {one.name.lower(): one.value for one in self.headers}

    @property
    def text(self) -> str:
        """The headers in a sentence."""
        return ", ".join(f"{name}: {value}" for name, value in self.asked.items())


class RouteByHeader(RoutedRequests):
    """A Service, and who gets which of its requests."""

    routes: Annotated[
        tuple[HeaderRoute, ...],
        Field(
            min_length=1,
            max_length=_MOST,
            description="Headers and who gets requests with them; a route with more headers comes before one with"
            " fewer, else the one that is listed first.",
        ),
    ]

    @field_validator("routes")
    @classmethod
    def _differ_too(cls, routes: tuple[HeaderRoute, ...]) -> tuple[HeaderRoute, ...]:
        asked = [one.asked for one in routes]
        for place, one in enumerate(routes):
            if one.asked in asked[:place]:
                raise ValueError(f"{one.text} is routed twice: only the first route would get requests")
        return routes

    @property
    def ordered(self) -> tuple[HeaderRoute, ...]:
        """The routes, the most specific first."""
        return tuple(sorted(self.routes, key=lambda one: -len(one.headers)))
