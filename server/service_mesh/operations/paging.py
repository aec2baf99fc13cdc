"""Long answers come in pages whose cursor is refused once the findings behind it have changed."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Protocol

from service_mesh.errors import UsageError

__all__ = ["Paged", "cursor_at", "start_of"]


class Paged(Protocol):
    """What comes in pages: findings and problems."""

    @property
    def id(self) -> str:
        """The same in every run."""


_AGAIN = "ask again without 'cursor' to start from the first page"


def cursor_at(offset: int, findings: Sequence[Paged]) -> str | None:
    """The cursor of the page that starts at `offset` of `findings`, or None where nothing is left.

    A cursor is opaque to callers: base64url of the offset and a digest of the ids of all findings.
    """
    if offset >= len(findings):
        return None
    return base64.urlsafe_b64encode(f"{offset}.{_digest(findings)}".encode()).decode().rstrip("=")


def start_of(cursor: str | None, findings: Sequence[Paged]) -> int:
    """The index of the first finding of a page.

    Args:
        cursor: What `cursor_at` gave, or None for the first page.
        findings: All findings of the same question, in the same order.

    Raises:
        UsageError: The text is no cursor, or the findings are no longer those it was made for.
    """
    if cursor is None:
        return 0
    offset, digest = _parts(cursor)
    if digest != _digest(findings) or offset >= len(findings):
        raise UsageError("the findings have changed since this 'cursor' was given (input or filters differ)", _AGAIN)
    return offset


def _parts(cursor: str) -> tuple[int, str]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        offset, _, digest = text.partition(".")
        if not offset.isdecimal() or len(offset) > 9:
            raise ValueError(offset)
        return int(offset), digest
    except (binascii.Error, ValueError) as error:
        raise UsageError("'cursor' is not one that an answer gave as next_cursor", _AGAIN) from error


def _digest(findings: Sequence[Paged]) -> str:
    return hashlib.sha256("\n".join(finding.id for finding in findings).encode()).hexdigest()[:12]
