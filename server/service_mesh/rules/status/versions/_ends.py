"""What is said of a release that has come to its end, or comes to it within a month."""

from collections.abc import Iterator

from service_mesh.catalog.support import End
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Severity
from service_mesh.model.instants import days_between
from service_mesh.model.node import Node
from service_mesh.rules.status._words import counted

__all__ = ["told_end"]

_SOON = 30


def told_end(
    node: Node, name: str, end: End, now: float, next_command: str, severity: Severity | None = None
) -> Iterator[Draft]:
    """Report a release whose last day has passed, and as a note one whose last day is near.

    Args:
        node: Where the release is said.
        name: The release, as people write it.
        end: Its last day.
        now: The instant it is judged at.
        next_command: What shows more.
        severity: How bad it is that the day has passed; the rule's own severity where it is None.
    """
    left = days_between(now, end.seconds)
    if left < 0:
        word = "" if end.is_bound or end.is_estimated else "on "
        message = f"'{name}' got its last fixes {word}{end}, so holes found in it stay open"
        yield node.problem(message, next_command, severity=severity)
    elif left < _SOON:
        message = f"'{name}' gets its last fixes {'' if end.is_estimated else 'on '}{end}, in {counted(left, 'day')}"
        yield node.problem(message, next_command, severity=Severity.INFO)
