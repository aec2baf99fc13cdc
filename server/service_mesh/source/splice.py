"""The only way in which a user's text changes: stretches of characters are replaced, all others stay as they are."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["OverlapError", "Page", "Splice", "apply_splices"]


class OverlapError(Exception):
    """Two splices want the same characters."""


@dataclass(frozen=True, slots=True)
class Splice:
    """Put `text` in the place of the characters from `start` to `end`.

    Attributes:
        start: Offset of the first character.
        end: Offset behind the last; equal to `start` where something is inserted.
        text: What stands there afterwards.
        depth: Nesting of the value it belongs to. Of two insertions at one place the deeper stands first.
    """

    start: int
    end: int
    text: str = ""
    depth: int = 0


def apply_splices(text: str, splices: Iterable[Splice]) -> str:
    """Apply splices of one text, whose offsets all count in the text as it was.

    Raises:
        OverlapError: Two of them overlap.
    """
    parts: list[str] = []
    position = 0
    for splice in sorted(splices, key=lambda s: (s.start, s.end, -s.depth)):
        if splice.start < position:
            raise OverlapError
        parts += [text[position : splice.start], splice.text]
        position = splice.end
    return "".join([*parts, text[position:]])


@dataclass(frozen=True, slots=True)
class Page:
    """A text seen as lines. Line breaks are LF or CRLF; offsets count characters."""

    text: str

    def line_start(self, position: int) -> int:
        """First character of the line that holds `position`."""
        return self.text.rfind("\n", 0, position) + 1

    def line_end(self, position: int) -> int:
        """Behind the last character of that line, before its line break."""
        end = self.text.find("\n", position)
        if end < 0:
            return len(self.text)
        return end - 1 if end > position and self.text[end - 1] == "\r" else end

    def line_before(self, position: int) -> int | None:
        """The end of the line above the one that holds `position`, or None on the first line."""
        start = self.line_start(position)
        return self.line_end(self.line_start(start - 1)) if start else None

    def column(self, position: int) -> int:
        """Characters before `position` on its line."""
        return position - self.line_start(position)

    def margin(self, position: int) -> str:
        """The blanks that the line of `position` starts with."""
        line = self.text[self.line_start(position) : self.line_end(position)]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def starts_line(self, position: int) -> bool:
        """Tell whether nothing but blanks stands before `position` on its line."""
        return not self.text[self.line_start(position) : position].strip()

    def ends_line(self, position: int) -> bool:
        """Tell whether nothing but blanks and a comment follows `position` on its line."""
        rest = self.text[position : self.line_end(position)].lstrip()
        return not rest or rest.startswith("#")

    def has_comment(self, position: int) -> bool:
        """Tell whether a comment follows `position` on its line and nothing else."""
        return self.text[position : self.line_end(position)].lstrip().startswith("#")

    def block_end(self, position: int, column: int) -> int:
        """The end of the line that holds `position`, or of the last comment below that stands deeper than `column`.

        Such comments belong to the value that ends on that line: they are indented as its parts are.
        """
        end = at = self.line_end(position)
        while (start := self.text.find("\n", at) + 1) > 0:
            at = self.line_end(start)
            line = self.text[start:at]
            if line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > column:
                end = at
            elif line.strip():
                break
        return end
