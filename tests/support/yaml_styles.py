"""Plain data as YAML in the hands of different people: indentation of lists, quotes, brackets and comments vary."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["STYLES", "Style", "as_yaml"]

_PLAIN = re.compile(r"[A-Za-z/][\w./-]*(?:[:@][\w./-]+)*|[A-Za-z][\w .-]*\w|\d+(?:ms|[smhk]|Mi|Gi)")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
_LONGEST_FLOW = 64
_COMMENTS = (
    "agreed with the platform team",
    "keep in step with the dashboards",
    "raised after the load test of last spring",
    "see the runbook before changing this",
    "same value in every stage",
    "TODO: move to the shared chart",
    "measured at peak, doubled",
    "do not lower: start-up needs it",
)


@dataclass(frozen=True, slots=True)
class Style:
    """How one author writes.

    Attributes:
        list_indent: Blanks before the dash of a list below its field.
        quote: Quotation mark for text that needs one.
        brackets: Whether short lists and maps stand on one line.
        comments: Share of fields with a comment above or behind them.
    """

    list_indent: int
    quote: str
    brackets: bool
    comments: float


STYLES = (
    Style(0, '"', brackets=False, comments=0.02),
    Style(2, '"', brackets=False, comments=0.03),
    Style(2, "'", brackets=True, comments=0.05),
    Style(0, "'", brackets=True, comments=0.0),
)


def as_yaml(data: Mapping[str, object], style: Style, chance: random.Random) -> str:
    """One document, without `---`, ending in a line break."""
    return "\n".join(_fields(data, style, chance)) + "\n"


def _fields(data: Mapping[str, object], style: Style, chance: random.Random) -> Iterator[str]:
    for number, (key, value) in enumerate(data.items()):
        lines = list(_field(_scalar(key, style), value, style, chance))
        if number and chance.random() < style.comments:
            comment = "# " + chance.choice(_COMMENTS)
            if len(lines) == 1:
                lines[0] += f"  {comment}"
            else:
                yield comment
        yield from lines


def _field(key: str, value: object, style: Style, chance: random.Random) -> Iterator[str]:
    if isinstance(value, str) and "\n" in value:
        yield f"{key}: |"
        yield from (f"  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, Mapping) and value and not _is_short(value, style):
        yield f"{key}:"
        yield from (f"  {line}" if line else "" for line in _fields(value, style, chance))
    elif isinstance(value, list) and value and not _is_short(value, style):
        yield f"{key}:"
        pad = " " * style.list_indent
        yield from (f"{pad}{line}" if line else "" for item in value for line in _item(item, style, chance))
    else:
        yield f"{key}: {_on_one_line(value, style)}"


def _item(item: object, style: Style, chance: random.Random) -> Iterator[str]:
    if not isinstance(item, Mapping) or not item or _is_short(item, style):
        yield f"- {_on_one_line(item, style)}"
        return
    for number, line in enumerate(_fields(item, style, chance)):
        yield f"  {line}" if number and line else f"- {line}" if line else ""


def _is_short(value: Mapping[str, object] | Sequence[object], style: Style) -> bool:
    children = list(value.values()) if isinstance(value, Mapping) else list(value)
    if not style.brackets or len(children) > 4 or any(isinstance(child, Mapping | list) for child in children):
        return False
    return len(_on_one_line(value, style)) <= _LONGEST_FLOW


def _on_one_line(value: object, style: Style) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_scalar(k, style)}: {_on_one_line(v, style)}" for k, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(_on_one_line(item, style) for item in value)}]"
    return _scalar(value, style)


def _scalar(value: object, style: Style) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return f"{style.quote}{value}{style.quote}"
