"""What a route does with which requests, in no dialect's words yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.routing.actions import NO_ACTIONS, Actions

__all__ = ["Match", "RouteRule", "Split"]


@dataclass(frozen=True, slots=True)
class Match:
    """Requests; everything given has to hold at once.

    Attributes:
        exact: The whole path.
        prefix: The path and everything below it.
        method: The method.
        headers: Headers with exactly these values.
        patterns: Headers whose whole value matches an expression of RE2.
        cookie: Name and value of a cookie.
    """

    exact: str = ""
    prefix: str = ""
    method: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    cookie: tuple[str, str] | None = None

    @property
    def expressions(self) -> Mapping[str, str]:
        """Headers by expression, the one that holds cookies among them: a cookie stands between others, after `; `.

        It is anchored, since Linkerd's proxy takes the first place where an expression matches.
        """
        if self.cookie is None:
            return self.patterns
        name, value = (re.escape(text) for text in self.cookie)
        return {**self.patterns, "cookie": f"^(.*; ?)?{name}={value}(;.*)?$"}


@dataclass(frozen=True, slots=True)
class Split:
    """A share of the requests.

    Attributes:
        version: The version of the service that gets them; empty for the service as it is.
        weight: The share, in percent.
        service: Another Service of the namespace that gets them.
    """

    version: str = ""
    weight: int = 100
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One rule: the first one that takes a request decides.

    Attributes:
        splits: Who gets the requests; whoever gets them without the rule where there are none.
        matches: Any of these; every request where there are none.
        why: What the rule is for, as a comment.
        mirror: Who gets a copy of which share of them, for an answer that nobody waits for.
        actions: What is done with them beside.
    """

    splits: tuple[Split, ...]
    matches: tuple[Match, ...] = ()
    why: str = ""
    mirror: Split | None = None
    actions: Actions = NO_ACTIONS
