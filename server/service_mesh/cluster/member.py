"""One file of a snapshot, before and after its content was read."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["DAMAGE", "Entry", "Member", "kept"]

DAMAGE = (EOFError, OSError, ValueError, zlib.error, RuntimeError)
"""What reading damaged content raises; where it is read, errors of `zipfile` and `tarfile` become `ValueError`."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a snapshot.

    Attributes:
        path: Where it lies, with `/` between folders and `!/` behind an archive inside the snapshot; empty if the
            snapshot is this one file.
        content: Its bytes.
        modified: When it was written, as the archive or the file system says.
    """

    path: str
    content: bytes
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of an archive whose content was not read yet, or the reason why it never will be.

    Attributes:
        name: Its path inside the archive; empty where the fault is the archive's.
        size: Its length as the archive tells it.
        modified: When it was written.
        read: Reads the content; to be called before the next entry is asked for.
        fault: Why it is refused, or an empty string.
        remedy: What settles the fault.
    """

    name: str
    size: int = 0
    modified: datetime | None = None
    read: Callable[[], bytes] = bytes
    fault: str = ""
    remedy: str = ""


def kept(entry: Entry) -> tuple[bytes, str]:
    """The content of an entry and an empty string, or what is wrong with it."""
    try:
        return entry.read(), ""
    except DAMAGE:
        return b"", "the member is damaged or cut off"
