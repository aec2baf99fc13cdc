"""Writes fixed files back, only when asked, each whole or not at all."""

from collections.abc import Iterable

from service_mesh.errors import InputError
from service_mesh.operations.result import Rewritten
from service_mesh.source.files import read_text, replace_text

__all__ = ["write_fixed"]


def write_fixed(fixed: Iterable[Rewritten]) -> None:
    """Replace each file by its fixed text; none is touched unless all are still what was judged.

    Raises:
        InputError: A file changed since it was read, or cannot be written.
    """
    files = list(fixed)
    for file in files:
        if read_text(file.file) != file.before:
            raise InputError(f"'{file.file}' changed while it was judged, nothing was written", "run the command again")
    for file in files:
        replace_text(file.file, file.text)
