"""Steps inside an object into a line and a column, by composing that one document again."""

from collections.abc import Iterable
from functools import lru_cache

import yaml

from service_mesh.model.finding import Anchor
from service_mesh.model.origin import Location, Origin
from service_mesh.model.path import Path
from service_mesh.source.compose import ComposeError, Mark, compose

__all__ = ["composable", "locate", "place"]

_SNIPPET = 200
_Found = tuple[yaml.Node | None, yaml.Node | None]


def locate(origin: Origin, path: Path, anchor: Anchor = Anchor.AUTO) -> Location:
    """Find the place of a value; of its nearest ancestor where the value itself is absent.

    Args:
        origin: Where the object was written.
        path: Steps from the object's root.
        anchor: KEY points at the field's name, VALUE at its value; AUTO at the value of a scalar and at the name of
            a field that holds a map or a list.
    """
    root = _composed(origin)
    key, value = _follow(root, (*origin.inner, *path)) if root is not None else (None, None)
    chosen = _choose(key, value, anchor)
    if chosen is None:
        return place(origin, Mark(*_first_content(origin.text)))
    mark = chosen.start_mark
    return place(origin, Mark(mark.line, mark.column))


def place(origin: Origin, mark: Mark) -> Location:
    """Turn a mark inside a document into a place in its file."""
    source = origin.source
    lines = origin.text.split("\n", mark.line + 1)
    snippet = lines[mark.line].rstrip("\r")[:_SNIPPET] if mark.line < len(lines) else ""
    return Location(
        file=origin.file or source.name,
        document=origin.document,
        line=source.line_offset + origin.line + mark.line + 1,
        column=source.column_offset + mark.column + 1,
        snippet=snippet,
    )


def composable(text: str) -> str:
    """The text in a form that libyaml takes: in JSON, tabs between tokens count as blanks, one for one."""
    return text.replace("\t", " ") if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else text


def _composed(origin: Origin) -> yaml.Node | None:
    return _compose_cached(origin.text)


@lru_cache(maxsize=4)
def _compose_cached(text: str) -> yaml.Node | None:
    try:
        return compose(composable(text))
    except ComposeError:
        return None


def _follow(root: yaml.Node, path: Iterable[str | int]) -> _Found:
    key: yaml.Node | None = None
    node = root
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        key, node = found
    return key, node


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode):
        items: list[yaml.Node] = node.value
        return (None, items[step]) if isinstance(step, int) and step < len(items) else None
    if isinstance(node, yaml.MappingNode):
        return _field(node, step)
    return None


def _field(node: yaml.MappingNode, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    merged: list[yaml.Node] = []
    for key, value in reversed(node.value):
        if key.value == step:
            return key, value
        if key.value == "<<":
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
    return next((found for source in merged if (found := _child(source, step)) is not None), None)


def _choose(key: yaml.Node | None, value: yaml.Node | None, anchor: Anchor) -> yaml.Node | None:
    if key is None:
        return value
    if anchor is Anchor.KEY or (anchor is Anchor.AUTO and not isinstance(value, yaml.ScalarNode)):
        return key
    return value


def _first_content(text: str) -> tuple[int, int]:
    for number, line in enumerate(text.split("\n")):
        bare = line.strip()
        if bare and bare != "---" and not bare.startswith("#"):
            return number, len(line) - len(line.lstrip())
    return 0, 0
