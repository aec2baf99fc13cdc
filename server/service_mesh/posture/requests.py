"""A request as the policies of every mesh see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["HttpRequest"]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as rules see it.

    Attributes:
        method: Its method; None where it is not known, like the path and the host.
        path: Its path with the query string.
        host: Its host.
        headers: Its headers; letter case of names does not count. Those not named are not there.
        claims: The claims of the token that it carries, as its issuer wrote them; None for a request without a token.
    """

    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, object] | None = None
