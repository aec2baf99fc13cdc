"""A measured figure beside its target, and the tables that show them."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Figure", "markdown_table", "plain_table"]

_HEAD = ("what", "measured", "target", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row.

    Attributes:
        what: What was measured.
        measured: With its unit, and the parts of a ratio.
        target: In words, empty where the figure is only reported.
        is_met: None where there is no target.
    """

    what: str
    measured: str
    target: str = ""
    is_met: bool | None = None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row as text."""
        return self.what, self.measured, self.target, {True: "met", False: "MISSED", None: ""}[self.is_met]


def plain_table(figures: Iterable[Figure]) -> str:
    """A table for a terminal."""
    rows = [_HEAD, *(figure.cells for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def markdown_table(figures: Iterable[Figure]) -> str:
    """A table for a page."""
    rows = [_HEAD, ("---",) * len(_HEAD), *(figure.cells for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
