"""Grades an answer of a tool against what a case expects; every reason against it is a sentence."""

from collections.abc import Mapping, Sequence

__all__ = ["grade"]


def grade(expect: Mapping[str, object], answer: Mapping[str, object]) -> list[str]:
    """Compare an answer with the expectations of a case.

    Args:
        expect: Field of the answer -> expected value. `findings` and `not_checked` list partial entries: each has to
            be matched by an entry of the answer that has these fields with these values, and no entry of the answer may
            be left over; the same goes for lists inside. A text that starts with `~` has to be contained; anything else
            has to be equal.
        answer: The structured content of the answer.

    Returns:
        What is wrong, empty if nothing is.
    """
    reasons: list[str] = []
    for field, wanted in expect.items():
        got = answer.get(field)
        if isinstance(wanted, list) and isinstance(got, list):
            reasons += _entries(field, wanted, got)
        elif not _fits(wanted, got):
            reasons.append(f"{field}: expected {wanted!r}, got {got!r}")
    return reasons


def _entries(field: str, wanted: Sequence[object], got: Sequence[object]) -> list[str]:
    left = list(got)
    reasons = []
    for entry in wanted:
        match = next((candidate for candidate in left if _fits(entry, candidate)), None)
        if match is None:
            reasons.append(f"{field}: no entry fits {entry!r}")
        else:
            left.remove(match)
    return reasons + [f"{field}: not expected: {_short(entry)}" for entry in left]


def _fits(wanted: object, got: object) -> bool:
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(_fits(value, got.get(field)) for field, value in wanted.items())
    if isinstance(wanted, list) and isinstance(got, list):
        return not _entries("", wanted, got)
    if isinstance(wanted, str) and wanted.startswith("~"):
        return isinstance(got, str) and wanted[1:] in got
    return wanted == got


def _short(entry: object) -> str:
    if isinstance(entry, dict):
        return ", ".join(f"{field}={entry[field]!r}" for field in ("code", "what", "file", "line") if field in entry)
    return repr(entry)[:100]
