"""The list of faults: where each stands in the guides, and which of our codes answer it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Place", "Row", "Uncounted", "read_rows", "read_uncounted"]

_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"(S\d):(\d+)(?:-(\d+))?")


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a guide where a fault stands.

    Attributes:
        guide: Key of `documents.GUIDES`.
        first: First line, 1-based.
        last: Last line.
    """

    guide: str
    first: int
    last: int

    def __str__(self) -> str:
        lines = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.guide}:{lines}"


@dataclass(frozen=True, slots=True)
class Row:
    """A fault that a document shows.

    Attributes:
        name: Letter of its chapter and number in the list.
        places: Where it stands.
        codes: Codes that are an answer to it; none where no rule is about it.
        what: What is wrong, in a few words.
        why: Why it is not found at all of its places; empty where it is.
    """

    name: str
    places: tuple[Place, ...]
    codes: frozenset[str]
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A row of the list that a checker of documents is not measured by.

    Attributes:
        name: As for `Row`.
        why: The reason.
    """

    name: str
    why: str


def read_rows() -> tuple[Row, ...]:
    """The counted rows, in the order of the list.

    Raises:
        ValueError: A line of `rows.txt` has another form.
    """
    return tuple(_row(fields) for fields in _lines("rows.txt", 5))


def read_uncounted() -> tuple[Uncounted, ...]:
    """The rows that are not counted; a line of `uncounted.txt` may name several with one reason.

    Raises:
        ValueError: A line has another form.
    """
    return tuple(Uncounted(name, why) for names, why in _lines("uncounted.txt", 2) for name in names.split())


def _row(fields: list[str]) -> Row:
    name, places, codes, what, why = fields
    return Row(name, tuple(map(_place, places.split())), frozenset(codes.split()), what, why)


def _place(text: str) -> Place:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is no place: write GUIDE:LINE or GUIDE:FIRST-LAST")
    return Place(found[1], int(found[2]), int(found[3] or found[2]))


def _lines(name: str, fields: int) -> Iterator[list[str]]:
    for number, line in enumerate((_FOLDER / name).read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != fields:
                raise ValueError(f"{name}, line {number}: {len(parts)} fields where {fields} are expected")
            yield parts
