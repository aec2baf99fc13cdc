"""Breaks lines for people at the width of their terminal, between words; a pipe gets every line whole."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

__all__ = ["Line", "print_lines"]

_NARROWEST = 24
_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text.

    Attributes:
        text: Its characters and their styles.
        hanging: Columns that its further rows are moved in by; None where it is never broken, so
            that a command can be copied.
    """

    text: Text
    hanging: int | None = 4


def print_lines(lines: Iterator[Line], shown: Console) -> None:
    """Print lines, broken where a terminal is narrower than they are."""
    width = shown.width if sys.stdout.isatty() else None
    for line in lines:
        for row in _rows(line, width):
            shown.print(row, soft_wrap=True)


def _rows(line: Line, width: int | None) -> Iterator[Text]:
    if width is None or line.hanging is None or width - line.hanging < _NARROWEST or line.text.cell_len <= width:
        yield line.text
        return
    first, *rest = line.text.divide(_breaks(line.text.plain, width, line.hanging))
    for number, row in enumerate((first, *rest)):
        row.rstrip()
        yield Text(" " * line.hanging).append_text(row) if number else row


def _breaks(plain: str, width: int, hanging: int) -> Iterator[int]:
    """Offsets of the words that begin a new row."""
    start, room = 0, width
    for word in _WORD.finditer(plain):
        fits = cell_len(plain[start : word.end()].rstrip()) <= room
        if not fits and plain[start : word.start()].strip():
            yield word.start()
            start, room = word.start(), width - hanging
