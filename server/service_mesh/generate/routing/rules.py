"""What a route does with which requests, in no dialect's words yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    """

    exact: str = ""
    prefix: str = ""
    method: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Split:
    """A share of the requests.

    Attributes:
        version: The version of the service that gets them; empty for the service as it is.
        weight: The share, in percent.
    """

    version: str
    weight: int = 100


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One rule: the first one that takes a request decides.

    Attributes:
        splits: Who gets the requests.
        matches: Any of these; every request where there are none.
        why: What the rule is for, as a comment.
    """

    splits: tuple[Split, ...]
    matches: tuple[Match, ...] = ()
    why: str = ""
