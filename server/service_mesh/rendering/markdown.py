"""Markdown out of texts from strangers: tables and spans of code that nothing in them breaks out of."""

import re
from collections.abc import Iterable, Iterator, Sequence

from service_mesh.model.finding import ResourceRef
from service_mesh.rendering.words import clean

__all__ = ["cell", "code", "named", "quoted", "table"]

_BAR = re.compile(r"\\*\|")
_MARKUP = re.compile(r"[\\|`*\[\]]")
_UNQUOTED = re.compile(r'["`<>\[\]{}|\\#&;]')


def named(ref: ResourceRef | None) -> str:
    """`Kind namespace/name`, with the cluster where there are several; empty for none."""
    if ref is None:
        return ""
    name = "/".join(filter(None, (ref.namespace, ref.name)))
    return f"{ref.kind} {name} of cluster {ref.cluster}" if ref.cluster else f"{ref.kind} {name}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of cells that are Markdown already; nothing where there are no rows."""
    held = list(rows)
    if held:
        yield "\n| " + " | ".join(header) + " |"
        yield "|" + " --- |" * len(header)
        yield from ("| " + " | ".join(row) + " |" for row in held)


def cell(text: str) -> str:
    """A text that ends no cell and opens no markup of its own."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", clean(text)).replace("<", "&lt;")


def code(text: str) -> str:
    """A span of code in a cell: between more backticks than it holds, with its bars escaped as tables want it.

    A backslash before a bar would be taken for the escape of the one that is added, and the bar would end the cell
    (`github/cmark-gfm: extensions/ext_scanners.re`, table_cell), so that it is doubled.
    """
    if not text:
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    escaped = _BAR.sub(lambda found: "\\" * (len(found[0]) // 2 * 2 + 1) + "|", clean(text))
    return f"{fence}{edge}{escaped}{edge}{fence}"


def quoted(text: str) -> str:
    """A text that ends no label of Mermaid."""
    return _UNQUOTED.sub(" ", clean(text))
