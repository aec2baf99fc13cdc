"""Expands file patterns the way a shell does, without ever following a link downwards: loops of links end nowhere."""

import fnmatch
import os
import re
from collections.abc import Iterator

__all__ = ["expand", "fixed_part", "is_pattern"]

_MAGIC = re.compile(r"[*?[]")


def is_pattern(path: str) -> bool:
    """Tell whether a path holds `*`, `?` or `[`."""
    return _MAGIC.search(path) is not None


def fixed_part(pattern: str) -> str:
    """The folder above the first part of a pattern that is to be matched, `.` if there is none."""
    return _split(pattern)[0] or "."


def expand(pattern: str) -> list[str]:
    """The paths that match, sorted.

    `*` and `?` match no `/` and no leading dot; `**` stands for any folders, hidden ones and links left out. A part
    `..` behind a wildcard matches nothing.
    """
    base, parts = _split(pattern)
    return sorted(set(_matches(base, parts)))


def _split(pattern: str) -> tuple[str, list[str]]:
    parts = pattern.split("/")
    first = next((index for index, part in enumerate(parts) if is_pattern(part)), len(parts))
    base = "/".join(parts[:first])
    return ("/" if pattern.startswith("/") and not base else base), [part for part in parts[first:] if part]


def _matches(folder: str, parts: list[str]) -> Iterator[str]:
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        rest = rest or ["*"]
        yield from _matches(folder, rest)
        for entry in _entries(folder):
            if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                yield from _matches(entry.path if folder else entry.name, parts)
        return
    for entry in _entries(folder):
        if fnmatch.fnmatchcase(entry.name, part) and (part.startswith(".") or not entry.name.startswith(".")):
            yield from _matches(entry.path if folder else entry.name, rest)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder or ".") as entries:
            return list(entries)
    except OSError:
        return []
