"""How a document is laid out, measured where something is to be written, so that new lines look like the old ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from service_mesh.source.json_text import json_values, looks_like_json
from service_mesh.source.outline import Part, Shape
from service_mesh.source.splice import Page

__all__ = ["Layout", "is_json", "measure"]

_DEFAULT_STEP = 2
_LARGEST = 9
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Layout:
    """The habits of a text.

    Attributes:
        step: Columns by which a map inside a map is indented.
        dash: Columns between a field's name and the dashes of the list it holds; 0 where they stand below each other.
        quote: The quote for strings that need one.
        line_break: LF or CRLF.
        is_json: Only JSON may be written.
        json_indent: What JSON over several lines is indented by, or None where it stands on one.
        separator: What stands between entries on one line.
        colon: What stands between name and value in JSON.
        may_use_blocks: Whether strings of several lines may be written as `|` blocks.
    """

    step: int = _DEFAULT_STEP
    dash: int = 0
    quote: str = '"'
    line_break: str = "\n"
    is_json: bool = False
    json_indent: str | None = None
    separator: str = ", "
    colon: str = ": "
    may_use_blocks: bool = True


def measure(text: str, root: Part, near: Part) -> Layout:
    """Measure the habits around a value, and those of the whole document where the value shows none.

    Args:
        text: The document.
        root: Its outline.
        near: The value that is edited.
    """
    page = Page(text)
    json = is_json(text)
    return Layout(
        step=_most(_steps(page, near)) or _most(_steps(page, root)) or _DEFAULT_STEP,
        dash=next((most for part in (near, root) if (most := _most(_dashes(page, part))) is not None), 0),
        quote=_most(_quotes(near)) or _most(_quotes(root)) or '"',
        line_break="\r\n" if "\r\n" in text else "\n",
        is_json=json,
        json_indent=_most(_flow_steps(page, root)) if json else None,
        separator="," if _is_tight(text, root, ",") else ", ",
        colon=":" if _is_tight(text, root, ":") else ": ",
        may_use_blocks=text.endswith("\n"),
    )


def is_json(text: str) -> bool:
    """Tell whether the whole text is JSON."""
    if not looks_like_json(text):
        return False
    values, end = json_values(text)
    return end == len(text) and bool(values)


def _most(found: Iterator[_T]) -> _T | None:
    ranked = Counter(found).most_common(1)
    return ranked[0][0] if ranked else None


def _parts(part: Part) -> Iterator[Part]:
    pending = [part]
    while pending:
        part = pending.pop()
        yield part
        pending += [child for entry in part.entries for child in (entry.value, entry.key) if child is not None]


def _nested(part: Part, shape: Shape, *, is_flow: bool) -> Iterator[tuple[int, Part]]:
    """Maps or lists that are values of fields, with the place where the field starts."""
    for outer in _parts(part):
        if outer.shape is Shape.MAP:
            for entry in outer.entries:
                inner = entry.value
                if inner.entries and inner.shape is shape and inner.is_flow is is_flow:
                    yield entry.start, inner


def _steps(page: Page, part: Part) -> Iterator[int]:
    for start, inner in _nested(part, Shape.MAP, is_flow=False):
        step = page.column(inner.entries[0].start) - page.column(start)
        if 1 < step <= _LARGEST:
            yield step


def _dashes(page: Page, part: Part) -> Iterator[int]:
    for start, inner in _nested(part, Shape.LIST, is_flow=False):
        offset = page.column(inner.entries[0].start) - page.column(start)
        if 0 <= offset <= _LARGEST:
            yield offset


def _flow_steps(page: Page, part: Part) -> Iterator[str]:
    for outer in _parts(part):
        for entry in outer.entries[:1]:
            if page.starts_line(entry.start):
                inside = page.margin(entry.start)
                yield inside.removeprefix(page.margin(outer.body))


def _quotes(part: Part) -> Iterator[str]:
    return (found.style for found in _parts(part) if found.style in ("'", '"'))


def _is_tight(text: str, part: Part, mark: str) -> bool:
    """Whether the first comma, or the first colon behind a quoted name, inside brackets has no blank behind it."""
    for outer in _parts(part):
        for entry in outer.entries if outer.has_brackets else ():
            if mark == ":" and entry.has_colon:
                return not text[entry.head : entry.head + 1].isspace()
            if mark == "," and entry is not outer.entries[-1]:
                comma = text.find(",", entry.end)
                return not text[comma + 1 : comma + 2].isspace()
    return mark == "," and _is_tight(text, part, ":")
