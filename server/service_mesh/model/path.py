"""Where a value stands inside an object, kept apart from where it stands in a file."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

__all__ = ["ABSENT", "Path", "Spread", "Steps", "descend", "join", "parsed", "to_pointer", "walk"]

Path = tuple[str | int, ...]
"""Steps from the root of an object: field names and list indexes."""

ABSENT = object()
"""Stands for a field that is not there; None is a value that can be written."""


def to_pointer(path: Path) -> str:
    """Render a path as an RFC 6901 JSON pointer; the root is the empty string."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def join(path: Path) -> str:
    """Render a path the way people write it, e.g. `spec.http[0].route`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


class Spread(NamedTuple):
    """A step that leads to several values, and the field names behind it.

    Attributes:
        over: `[]` for every item of a list, `{}` for every value of a map.
        names: Field names from there on.
    """

    over: str
    names: tuple[str, ...]


class Steps(NamedTuple):
    """A written path, taken apart once: rules ask for the same few paths of every object.

    Attributes:
        names: Field names before the first list or map.
        spreads: What comes after them.
    """

    names: tuple[str, ...]
    spreads: tuple[Spread, ...]


@lru_cache(maxsize=4096)
def parsed(path: str) -> Steps:
    """Take apart a dotted path in which `[]` stands for each item of a list and `{}` for each value of a map."""
    groups: list[tuple[str, list[str]]] = [("", [])]
    for step in path.replace("[]", ".[]").replace("{}", ".{}").split("."):
        if step in ("[]", "{}"):
            groups.append((step, []))
        elif step:
            groups[-1][1].append(step)
    first, *rest = groups
    return Steps(tuple(first[1]), tuple(Spread(over, tuple(names)) for over, names in rest))


def descend(value: object, names: tuple[str, ...]) -> object:
    """The value that field names lead to, or ABSENT where one of them is not there."""
    for name in names:
        if not isinstance(value, dict):
            return ABSENT
        value = value.get(name, ABSENT)
    return value


def walk(value: object, steps: Steps, path: Path = ()) -> Iterable[tuple[Path, object]]:
    """Every (path, value) that the steps reach from `value`, in the order of the object.

    Whatever has another shape than the steps expect is passed over: malformed objects are the schema check's business.
    All rules come through here, and most of what they ask for is not there: that is found out first.
    """
    names, spreads = steps
    for name in names:
        if not isinstance(value, dict):
            return ()
        value = value.get(name, ABSENT)
    if value is ABSENT:
        return ()
    if not spreads:
        return [(path + names, value)]
    if not value:
        return ()
    found = _spread(value, *spreads[0], path + names)
    for over, inner in spreads[1:]:
        found = [pair for at, held in found if held for pair in _spread(held, over, inner, at)]
    return found


def _spread(held: object, over: str, names: tuple[str, ...], at: Path) -> list[tuple[Path, object]]:
    # Written out for the usual cases, since all rules come through here.
    if over == "[]":
        pairs: Iterable[tuple[str | int, object]] = enumerate(held) if isinstance(held, list) else ()
    else:
        pairs = held.items() if isinstance(held, dict) else ()
    if not names:
        return [((*at, key), item) for key, item in pairs]
    reached = []
    for key, item in pairs:
        for name in names:
            if not isinstance(item, dict):
                break
            item = item.get(name, ABSENT)
        else:
            if item is not ABSENT:
                reached.append(((*at, key, *names), item))
    return reached
