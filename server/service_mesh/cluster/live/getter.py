"""The one seam to an API server: ask for a path, get an answer. Nothing else can be said through it.

What may be asked for is the discovery documents, lists, and single objects by name: never a subresource such as `exec`
or `proxy`, never a watch.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

__all__ = ["JSON", "Answer", "Getter", "RefusedRequestError", "UnansweredError", "checked", "is_path_part"]

JSON = "application/json"

_NAME = r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?"
_LISTED = rf"(?:/namespaces/{_NAME})?/(?!(?:watch|proxy|redirect)\Z){_NAME}"
_PATH = re.compile(
    rf"/version|/api/v1/namespaces/{_NAME}|/apis?|/(?:api/v[a-z0-9]{{1,20}}|apis/{_NAME}/v[a-z0-9]{{1,20}})(?:{_LISTED})?"
)
_PART = re.compile(_NAME)
_QUERY = frozenset({"limit", "continue", "fieldSelector"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said.

    Attributes:
        status: HTTP status.
        body: The decoded content, whole.
        date: When it was said by the server's own clock, in UTC; None if it does not tell.
    """

    status: int
    body: bytes = field(repr=False)
    date: datetime | None = None


class UnansweredError(Exception):
    """There is no answer, or none that was read to its end.

    Args:
        reason: Why, as a clause: `the connection was refused`.
        remedy: What settles it.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class RefusedRequestError(ValueError):
    """A path or a query that this program never sends. It is a defect of ours if one is met."""


class Getter(Protocol):
    """Asks one API server. May be used by several threads at once."""

    def get(self, path: str, query: Mapping[str, str], *, accept: str, deadline: float) -> Answer:
        """The answer to one GET request; redirects are answers and are not followed.

        Args:
            path: As `checked` allows it.
            query: `limit`, `continue`, `fieldSelector`.
            accept: Media types that are understood.
            deadline: When to give up, on the clock of `time.monotonic`.

        Raises:
            UnansweredError: No whole answer came in time, or it is beyond the bounds.
            RefusedRequestError: The path or the query is none that may be sent.
        """
        ...


def is_path_part(text: str) -> bool:
    """Tell whether a name can stand in a path: a group, a version, a resource or a namespace."""
    return _PART.fullmatch(text) is not None


def checked(path: str, query: Mapping[str, str]) -> str:
    """The path itself, if it and the query are of those that may be sent.

    Paths: `/version`, `/api`, `/apis`, `/api/v1`, `/apis/GROUP/VERSION`, and below the last two `RESOURCE` or
    `namespaces/NAMESPACE/RESOURCE`, of which `namespaces/NAMESPACE` is one (Kubernetes API concepts, "Resource URIs").

    Raises:
        RefusedRequestError: They are not.
    """
    if _PATH.fullmatch(path) is None or not query.keys() <= _QUERY:
        raise RefusedRequestError(f"{path} with {', '.join(sorted(query)) or 'no query'} may not be asked for")
    return path
