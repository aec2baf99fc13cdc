"""What Helm makes of `--set`: the values that a text such as `a.b=1,c={x,y}` gives."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

__all__ = ["Assignment", "assignments", "merged"]

_MOST = 10_000
_SPLIT = re.compile(r"(\{[^{}]*\})|\\.|(,)")
_NAME = re.compile(r"[A-Za-z0-9_/.-]+")
_STEP = re.compile(r"(?:\\.|[^.\\])+")
_OPEN = re.compile(r"[$<>`]|\{\{|\.\.\.|^\[\]$|^\{?(?!TRUE|FALSE|NULL)[A-Z][A-Z0-9]+(?:[_-][A-Z0-9]+)*\}?$")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "": ""}


class Assignment(NamedTuple):
    """One value that is given.

    Attributes:
        path: Names from the top of the values to it, as far as no item of a list is meant.
        value: What it is set to; None where that is not known, as for a placeholder.
    """

    path: tuple[str, ...]
    value: object


def assignments(text: str, *, as_text: bool = False) -> Iterator[Assignment]:
    """Yield what a `--set` gives, in its order; names with variables or placeholders in them are passed over.

    (`helm/helm: pkg/strvals/parser.go`)

    Args:
        text: What stands behind the flag, at most 10,000 characters of it.
        as_text: Whether values stay text, as with `--set-string`.
    """
    for part in _parts(text[:_MOST]):
        written, equals, value = part.partition("=")
        name, index, _ = written.strip().partition("[")
        path = tuple(re.sub(r"\\(.)", r"\1", step) for step in _STEP.findall(name))
        if equals and path and all(_NAME.fullmatch(step) for step in path):
            yield Assignment(path, None if index else _value(value, as_text))


def merged(given: Iterator[Assignment]) -> dict[str, object]:
    """The values as a map of maps, later ones over earlier ones."""
    values: dict[str, object] = {}
    for path, value in given:
        held = values
        for step in path[:-1]:
            inner = held.get(step)
            if not isinstance(inner, dict):
                inner = held[step] = {}
            held = inner
        held[path[-1]] = value
    return values


def _parts(text: str) -> Iterator[str]:
    start = 0
    for match in _SPLIT.finditer(text):
        if match[2]:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def _value(text: str, as_text: bool) -> object:
    if _OPEN.search(text):
        return None
    if text.startswith("{") and text.endswith("}"):
        return text[1:-1].split(",")
    if as_text:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return int(text) if _NUMBER.fullmatch(text) else text
