"""Steps inside an object into a line and a column, by composing that one document again."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

import yaml

from service_mesh.model.finding import Anchor
from service_mesh.model.origin import Location, Origin, SourceText
from service_mesh.model.path import Path
from service_mesh.source.compose import ComposeError, Mark, compose
from service_mesh.source.json_text import without_surrogates
from service_mesh.source.plain import is_merge
from service_mesh.source.scalars import key_name
from service_mesh.source.secrecy import holds_secret

__all__ = ["composable", "locate", "place"]

_SNIPPET = 200
_LINE_FEED = re.compile("\n")
_Found = tuple[yaml.Node | None, yaml.Node]


def locate(origin: Origin, path: Path, anchor: Anchor = Anchor.AUTO) -> Location:
    """Find the place of a value; of its nearest ancestor where the value itself is absent.

    What an alias or a merge key brings in is found where it is written, at the anchor.

    Args:
        origin: Where the object was written.
        path: Steps from the object's root.
        anchor: KEY points at the field's name, VALUE at its value; AUTO at the value of a scalar and at the name of
            a field that holds a map or a list.
    """
    root = _composed(origin.source, origin.start, origin.end)
    if root is None:
        return place(origin, Mark(*_first_content(origin.text)))
    chosen = _choose(*_follow(root, (*origin.inner, *path)), anchor)
    return place(origin, _mark(origin, chosen.start_mark.index))


def _mark(origin: Origin, index: int) -> Mark:
    """The place of a character of a document; like `mark_at`, without reading from the start for each finding."""
    starts = _line_starts(origin.source, origin.start, origin.end)
    line = bisect_right(starts, origin.start + index) - 1
    return Mark(line, origin.start + index - starts[line])


def place(origin: Origin, mark: Mark) -> Location:
    """Turn a mark inside a document into a place in its file; of a document with Secrets the line is not shown."""
    source = origin.source
    starts = _line_starts(source, origin.start, origin.end)
    start = starts[min(mark.line, len(starts) - 1)]
    top = source.text.rfind("\n", 0, start) + 1  # a document may start within a line: JSON values in a row
    top += top == 0 and source.text.startswith("\ufeff")
    return Location(
        file=origin.file or source.name,
        document=origin.document,
        line=source.line_offset + origin.line + mark.line + 1,
        column=source.column_offset + start - top + mark.column + 1,
        snippet="" if _is_hidden(source, origin.start, origin.end) else _line(source.text[top : top + _SNIPPET]),
    )


def _line(text: str) -> str:
    return text.partition("\n")[0].rstrip("\r")


def composable(text: str) -> str:
    r"""The text in a form that libyaml takes, with every character at its place.

    YAML allows no tabs around a JSON value and knows no pairs such as `\ud83d\ude00`.
    """
    body = text.strip(" \t\r\n")
    if body[:1] not in ("{", "["):
        return text
    start = text.index(body)
    head, tail = text[:start], text[start + len(body) :]
    return head.replace("\t", " ") + without_surrogates(body, keep_pairs=False) + tail.replace("\t", " ")


@lru_cache(maxsize=4)
def _line_starts(source: SourceText, start: int, end: int) -> tuple[int, ...]:
    """Where in the text each line of a document starts; the first one where the document does."""
    return (start, *(found.end() for found in _LINE_FEED.finditer(source.text, start, end)))


@lru_cache(maxsize=4)
def _is_hidden(source: SourceText, start: int, end: int) -> bool:
    return holds_secret(source.text[start:end])


@lru_cache(maxsize=4)
def _composed(source: SourceText, start: int, end: int) -> yaml.Node | None:
    try:
        return compose(composable(source.text[start:end]))
    except ComposeError:
        return None


def _follow(root: yaml.Node, path: Iterable[str | int]) -> _Found:
    found: _Found = (None, root)
    for step in path:
        child = _child(found[1], step)
        if child is None:
            break
        found = child
    return found


def _child(node: yaml.Node, step: str | int) -> _Found | None:
    if isinstance(node, yaml.SequenceNode):
        items: list[yaml.Node] = node.value
        return (None, items[step]) if isinstance(step, int) and step < len(items) else None
    return _field(node, step) if isinstance(node, yaml.MappingNode) else None


def _field(node: yaml.MappingNode, step: str | int) -> _Found | None:
    """The field that counts: the decoder lets later ones overwrite earlier ones, merged ones as well."""
    for key, value in reversed(node.value):
        if isinstance(key, yaml.ScalarNode) and is_merge(key):
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            found = next((found for source in sources if (found := _child(source, step)) is not None), None)
            if found is not None:
                return found
        elif key.value == step or (isinstance(key, yaml.ScalarNode) and not key.style and key_name(key.value) == step):
            return key, value
    return None


def _choose(key: yaml.Node | None, value: yaml.Node, anchor: Anchor) -> yaml.Node:
    if key is None:
        return value
    if anchor is Anchor.KEY or (anchor is Anchor.AUTO and not isinstance(value, yaml.ScalarNode)):
        return key
    return value


def _first_content(text: str) -> tuple[int, int]:
    for number, line in enumerate(text.split("\n")):
        bare = line.removeprefix("---").strip()
        if bare and not bare.startswith(("#", "%")):
            return number, line.index(bare)
    return 0, 0
