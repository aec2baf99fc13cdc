"""What a constraint is: a name, a function over one value, and what the function says where the value breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.model.path import Path

__all__ = ["NOTHING", "Break", "Check", "Constraint", "Manner", "has", "items_of", "read_at"]


class Manner(StrEnum):
    """How the text of a break becomes the message of a finding.

    ABSENT: something is missing; the name of the map it is missing in is put behind the text.
    VALUE: a value is wrong; its name and itself are put before the text.
    FIELD: the text says it all; it is about a field that is there.
    NAMED: a value is wrong as a whole; its name alone is put before the text.
    ITEMS: two items of a list are wrong together; `{item}` and `{other}` in the text stand for their names.
    """

    ABSENT = "absent"
    VALUE = "value"
    FIELD = "field"
    NAMED = "named"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Break:
    """A constraint that a value breaks.

    Attributes:
        code: The rule under which it is reported.
        path: Steps from the value to the node that is to blame.
        text: What is wrong, completed as `manner` says.
        manner: What the text is about.
        other: Steps from the value to a node that has a part in it, if one has.
    """

    code: str
    path: Path
    text: str
    manner: Manner = Manner.FIELD
    other: Path | None = None


Check = Callable[[object], Iterator[Break]]
"""Yields what is wrong with a value; of a value of another type than the schema asks for it says nothing."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint under its name.

    Attributes:
        name: Kebab case; data refers to it.
        check: The function.
        group: Of the constraints of one value that share a group, the first broken one alone is reported.
        rank: Place in the order in which the constraints of one value are asked.
    """

    name: str
    check: Check
    group: str = ""
    rank: int = 0


def _nothing(_: object) -> Iterator[Break]:
    yield from ()


NOTHING: Check = _nothing
"""A check that nothing breaks: some rules are true of every value."""


def has(value: object, name: str) -> bool:
    """Whether a map holds a field; null reads as absent, as the API server drops it before it judges.

    No constraint reads a field that keeps nulls.
    """
    return isinstance(value, dict) and value.get(name) is not None


def read_at(value: object, *steps: str) -> object:
    """The value at names below a map; None where a step is absent."""
    for step in steps:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def items_of(value: object) -> list[object]:
    """The items of a list; nothing for anything else."""
    return value if isinstance(value, list) else []
