"""Edits of fields and items between brackets as splices: commas stay right, JSON stays JSON."""

from collections.abc import Sequence

from service_mesh.source.layout import Layout
from service_mesh.source.outline import Entry, Part, skip_blanks
from service_mesh.source.render import inline, json_lines
from service_mesh.source.splice import Page, Splice

__all__ = ["add_entries", "remove_all", "remove_run", "replace_value"]


def replace_value(page: Page, entry: Entry, value: object, layout: Layout) -> list[Splice]:
    """Put another value into a field or item between brackets."""
    old = entry.value
    quote = old.style if old.style in ("'", '"') and isinstance(value, str) else ""
    text = _value_text(value, layout, page.margin(entry.start), quote)
    if not old.is_absent:
        return [Splice(old.start, old.end, text)]
    colon = "" if entry.has_colon else ":"
    return [Splice(entry.head, entry.head, f"{colon} {text}")]


def add_entries(
    page: Page, part: Part, entries: Sequence[tuple[str | None, object]], layout: Layout, depth: int, *, instead: bool
) -> list[Splice]:
    """Write fields or items behind the last one of a flow map or list, which may be empty.

    Args:
        page: The document.
        part: The map or list; it has brackets of its own.
        entries: Names (None for items) and values.
        layout: Habits of the document.
        depth: Nesting of the new entries.
        instead: Write them in the place of the last entry.
    """
    if not part.entries:
        return _fill(page, part, entries, layout, depth)
    last = part.entries[-1]
    margin = page.margin(last.start) if page.starts_line(last.start) else None
    texts = [_entry_text(name, value, layout, margin) for name, value in entries]
    line = layout.line_break + margin if margin is not None else ""
    if instead:
        return [Splice(last.start, last.end, ("," + line if line else layout.separator).join(texts))]
    comma = _comma(page.text, last)
    behind = last.end if comma is None else comma + 1
    if not line:
        joined = layout.separator.join(texts)
        lead = layout.separator if comma is None else layout.separator[1:]
        return [Splice(behind, behind, lead + joined, depth)]
    at = page.line_end(behind) if page.ends_line(behind) else behind
    added = ",".join(line + text for text in texts)
    if comma is not None:
        return [Splice(at, at, added + ",", depth)]
    if at == last.end:
        return [Splice(at, at, "," + added, depth)]
    return [Splice(last.end, last.end, ",", depth), Splice(at, at, added, depth)]


def remove_run(page: Page, part: Part, first: int, last: int) -> list[Splice]:
    """Take away neighbouring fields or items with one comma each; others must remain."""
    start = part.entries[first].start
    comma = _comma(page.text, part.entries[last])
    behind = part.entries[last].end if comma is None else comma + 1
    stop = page.line_end(behind)
    above = page.line_before(start)
    has_own_lines = page.starts_line(start) and page.ends_line(behind) and above is not None
    if last + 1 < len(part.entries):
        if has_own_lines and above is not None:
            return [Splice(above, stop)]
        return [Splice(start, stop if page.has_comment(behind) else part.entries[last + 1].start)]
    before = skip_blanks(page.text, part.entries[first - 1].end)  # the comma between the two
    is_alone = comma is None
    if page.starts_line(start):
        lines = Splice(above, stop) if has_own_lines and above is not None else Splice(start, behind)
        return [Splice(before, before + 1), lines] if is_alone else [lines]
    return [Splice(before if is_alone else before + 1, behind)]


def remove_all(part: Part) -> list[Splice]:
    """Empty a flow map or list: its brackets remain."""
    return [Splice(part.body + 1, part.end - 1)]


def _fill(
    page: Page, part: Part, entries: Sequence[tuple[str | None, object]], layout: Layout, depth: int
) -> list[Splice]:
    inside = page.text[part.body + 1 : part.end - 1]
    margin = None
    line, close = "", ""
    if layout.json_indent is not None:
        outer = page.margin(part.body)
        margin = outer + layout.json_indent
        line, close = layout.line_break + margin, layout.line_break + outer
    texts = [_entry_text(name, value, layout, margin) for name, value in entries]
    joined = line + ("," + line if line else layout.separator).join(texts) + close
    if inside.strip():
        return [Splice(part.body + 1, part.body + 1, joined, depth)]
    return [Splice(part.body + 1, part.end - 1, joined, depth)]


def _entry_text(name: str | None, value: object, layout: Layout, margin: str | None) -> str:
    text = _value_text(value, layout, margin)
    if name is None:
        return text
    return f"{inline(name, layout)}{layout.colon if layout.is_json else ': '}{text}"


def _value_text(value: object, layout: Layout, margin: str | None, quote: str = "") -> str:
    if layout.is_json and margin is not None:
        return (layout.line_break + margin).join(json_lines(value, layout))
    return inline(value, layout, quote)


def _comma(text: str, entry: Entry) -> int | None:
    at = skip_blanks(text, entry.end)
    return at if text[at : at + 1] == "," else None
