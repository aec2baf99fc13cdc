"""Edits of fields and items in block style as splices: whole lines come and go, their neighbours' lines stay."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from service_mesh.source.layout import Layout
from service_mesh.source.outline import Entry, Part, Shape
from service_mesh.source.render import block_lines, inline
from service_mesh.source.splice import Page, Splice

__all__ = ["add_entries", "remove_all", "remove_run", "replace_value"]

_HEADER = re.compile(r"(?:[&!]\S*\s+)*[|>][-+0-9]*")
_PROPERTIES = re.compile(r"[ \t]*[&!]\S*(?:[ \t]+[&!]\S*)*")


def replace_value(page: Page, entry: Entry, value: object, layout: Layout, depth: int) -> list[Splice]:
    """Put another value into a field or item.

    A comment behind the old value stays where it is; comments inside a map or list go with it.

    Args:
        page: The document.
        entry: A field of a block map or an item of a block list.
        value: Plain data.
        layout: Habits of the document.
        depth: Nesting of the entry.
    """
    first, rest = _rendered(page, entry, value, layout)
    old = entry.value
    if old.is_absent:
        at = page.line_end(entry.head)
        splices = [Splice(entry.head, entry.head, _spaced(first)), Splice(at, at, rest)]
    elif old.style in ("|", ">"):
        splices = _replace_block_scalar(page, entry, first, rest)
    elif old.shape in (Shape.MAP, Shape.LIST) and not old.is_flow:
        splices = _replace_block_collection(page, entry, first, rest)
    else:
        splices = _replace_inline(page, entry, first, rest)
    return [replace(splice, depth=depth) for splice in splices if splice.text or splice.start < splice.end]


def add_entries(
    page: Page, part: Part, entries: Sequence[tuple[str | None, object]], layout: Layout, depth: int, *, instead: bool
) -> Splice:
    """Write fields or items behind the last one of a block map or list.

    Args:
        page: The document.
        part: The map or list; it has at least one entry.
        entries: Names (None for items) and values.
        layout: Habits of the document.
        depth: Nesting of the new entries.
        instead: Write them in the place of the last entry.
    """
    last = part.entries[-1]
    column = page.column(part.entries[0].start)
    lines = [line for name, value in entries for line in _entry_lines(part, name, value, layout)]
    end = page.block_end(last.end, column)
    joined = _indented(lines, " " * column, layout)
    if instead:
        return Splice(last.start, end, joined[len(layout.line_break) + column :])
    return Splice(end, end, joined, depth)


def remove_run(page: Page, part: Part, first: int, last: int) -> Splice:
    """Take away neighbouring fields or items with their lines and the comments on them; others must remain."""
    start, end = part.entries[first].start, part.entries[last].end
    stop = page.block_end(end, page.column(start))
    if not page.starts_line(start):
        return Splice(start, _next_content(page.text, stop))
    above = page.line_before(start)
    if above is None:
        return Splice(0, min(len(page.text), page.text.find("\n", stop) + 1 or len(page.text)))
    return Splice(above, stop)


def remove_all(page: Page, part: Part, holder: Entry | None, depth: int) -> list[Splice]:
    """Empty a block map or list: its brackets remain.

    Args:
        page: The document.
        part: The map or list.
        holder: The field or item whose value it is; None for the document's root.
        depth: Nesting of its entries.
    """
    brackets = "{}" if part.shape is Shape.MAP else "[]"
    last = len(part.entries) - 1
    start = part.entries[0].start
    if holder is not None and page.starts_line(start) and page.line_start(start) > holder.head:
        head = _behind_properties(page.text, holder)
        return [Splice(head, head, f" {brackets}", depth), remove_run(page, part, 0, last)]
    end = page.block_end(part.entries[0].end, page.column(start))
    rest = [remove_run(page, part, 1, last)] if last else []
    return [Splice(start, end, brackets), *rest]


def _rendered(page: Page, entry: Entry, value: object, layout: Layout) -> tuple[str, str]:
    """What stands on the line of the colon or dash, and all further lines with the line break before each."""
    old = entry.value
    quote = old.style if old.style in ("'", '"') and isinstance(value, str) else ""
    if old.is_flow and old.entries:
        return inline(value, layout, quote), ""
    lines = block_lines({"k": value} if entry.key else [value], layout, quote)
    first = lines[0][3:] if entry.key else lines[0][2:]
    margin = page.column(entry.start)
    if entry.key is None and not old.is_absent and page.line_start(old.start) <= entry.head:
        gap = old.start - entry.head - 1
        margin += max(gap, 0)
    return first, _indented(lines[1:], " " * margin, layout)


def _replace_block_scalar(page: Page, entry: Entry, first: str, rest: str) -> list[Splice]:
    old = entry.value
    match = _HEADER.match(page.text, old.start)
    header = match.end() if match else old.start
    body = page.line_end(header)
    start = old.start if first else entry.head
    return [Splice(start, header, first), Splice(body, max(body, old.end), rest)]


def _replace_block_collection(page: Page, entry: Entry, first: str, rest: str) -> list[Splice]:
    old = entry.value
    stop = page.block_end(old.end, page.column(entry.start))
    inside = old.entries[0].start
    above = page.line_before(inside)
    if above is None or above < entry.head:
        return [Splice(old.start, stop, first + rest)]
    return [Splice(entry.head, _behind_properties(page.text, entry), _spaced(first)), Splice(above, stop, rest)]


def _replace_inline(page: Page, entry: Entry, first: str, rest: str) -> list[Splice]:
    old = entry.value
    at = page.line_end(old.end)
    if first:
        return [Splice(old.start, old.end, first), Splice(at, at, rest)]
    above = page.line_before(old.start)
    if above is None or above < entry.head:
        return [Splice(entry.head, old.end), Splice(at, at, rest)]
    return [Splice(above, old.end, rest)]


def _entry_lines(part: Part, name: str | None, value: object, layout: Layout) -> Iterator[str]:
    if name is not None:
        yield from block_lines({name: value}, layout)
        return
    last = part.entries[-1]
    gap = 1 if last.value.is_absent or last.value.start - last.head > 8 else max(last.value.start - last.head, 1)
    first, *rest = block_lines([value], layout)
    yield "-" + " " * gap + first[2:]
    yield from (" " * (gap - 1) + line if line else "" for line in rest)


def _indented(lines: Sequence[str], margin: str, layout: Layout) -> str:
    return "".join(layout.line_break + (margin + line if line else "") for line in lines)


def _spaced(text: str) -> str:
    return f" {text}" if text else ""


def _behind_properties(text: str, entry: Entry) -> int:
    match = _PROPERTIES.match(text, entry.head)
    return match.end() if match else entry.head


def _next_content(text: str, position: int) -> int:
    return position + len(text[position:]) - len(text[position:].lstrip())
