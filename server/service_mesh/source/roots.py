"""Keeps what a server reads and writes inside the folders it was given."""

import os
from pathlib import Path

from service_mesh.errors import InputError
from service_mesh.source.globs import fixed_part

__all__ = ["confine", "placed", "within"]


def within(path: str, roots: tuple[str, ...] | None) -> str:
    """The path, found in the roots where the working folder does not have it.

    Raises:
        InputError: It lies outside the roots, links followed, or is no path.
    """
    if "\0" in path or not path.strip():
        raise InputError("a path is empty or holds a NUL character", "name a file, a folder or an archive")
    found = placed(path, roots)
    confine(found, roots)
    return found


def placed(path: str, roots: tuple[str, ...] | None) -> str:
    """A relative path that the working folder does not have is looked for in the roots."""
    if roots is None or Path(path).is_absolute() or os.path.lexists(fixed_part(path)):
        return path
    below = (os.path.join(root, path) for root in roots)  # noqa: PTH118  # the path stays as it was written
    return next((found for found in below if os.path.lexists(fixed_part(found))), path)


def confine(path: str, roots: tuple[str, ...] | None) -> None:
    """Refuse a path outside the roots.

    Args:
        path: As it was given; links in it are followed.
        roots: The folders; None for no confinement.

    Raises:
        InputError: It lies outside.
    """
    if roots is None:
        return
    real = Path(os.path.realpath(path))
    if not any(real.is_relative_to(os.path.realpath(root)) for root in roots):
        allowed = ", ".join(f"'{root}'" for root in roots) or "none"
        raise InputError(f"'{path}' lies outside the allowed roots ({allowed})", "start the server with --root DIR")
