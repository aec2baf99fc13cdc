"""How values, types and places are named in findings: quoted, bounded, without control characters."""

from collections.abc import Iterable, Mapping

from service_mesh.model.path import Path, join

__all__ = ["called", "expected", "found", "holder", "listed", "number", "quoted"]

_LONGEST = 60
_LONGEST_BITS = 200
_LISTED = 8
_HUGE = "a huge number"

_EXPECTED: Mapping[str, str] = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "object": "a map",
    "array": "a list",
    "int-or-string": "an integer or a string",
    "quantity": "a quantity",
    "metadata": "a map",
}


def quoted(value: object) -> str:
    """A scalar in quotes, cut when it is long."""
    text = value if isinstance(value, str) else number(value)
    clean = "".join(letter if letter.isprintable() else "?" for letter in text[: _LONGEST + 1])
    return f"'{clean[:_LONGEST]}...'" if len(text) > _LONGEST else f"'{clean}'"


def called(path: Path) -> str:
    """A field by its own name, with the indexes behind it: `'hosts[1]'`."""
    start = len(path) - 1
    while start > 0 and isinstance(path[start], int):
        start -= 1
    return quoted(join(path[max(start, 0) :]))


def holder(path: Path, kind: str) -> str:
    """A map by its full path, the object itself by its kind."""
    return quoted(join(path)) if path else quoted(kind)


def expected(kind: str) -> str:
    """A type of a fact in words."""
    return _EXPECTED.get(kind, kind)


def found(value: object) -> str:
    """A value in words: type, and the value where it is a scalar."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"the boolean {quoted(value)}"
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    text = number(value)
    return text if text == _HUGE else f"the number '{text}'"


def listed(values: Iterable[object]) -> str:
    """Values in quotes, the first of them when they are many."""
    known = list(values)
    text = ", ".join(quoted(value) for value in known[:_LISTED])
    return f"{text} and {len(known) - _LISTED} more" if len(known) > _LISTED else text


def number(value: object) -> str:
    """A number, boolean or null as JSON writes it; Python refuses to write out integers of thousands of digits."""
    if value is None:
        return "null"
    if isinstance(value, int) and value.bit_length() > _LONGEST_BITS:
        return _HUGE
    return str(value).lower() if isinstance(value, bool) else str(value)
