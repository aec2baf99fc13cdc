"""Composed nodes into plain data, the way the API server's decoder does it, noting what it would refuse."""

import sys
from dataclasses import dataclass, field

import yaml

from service_mesh.source.compose import MAX_DEPTH, ComposeError, Mark, mark_at
from service_mesh.source.scalars import (
    TAG_PREFIX,
    NonJsonValueError,
    key_name,
    resolve_plain,
    resolve_tagged,
)

__all__ = ["MAX_EXPANDED", "Builder", "Defect", "is_merge"]

MAX_EXPANDED = 100_000
"""Most values that the aliases of one document may add to those that are written."""

_CACHED_LENGTH = 80
_CACHED_ENTRIES = 200_000
_MERGE_TAG = TAG_PREFIX + "merge"
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Defect:
    """Something the decoder refuses inside a document that still has a meaning.

    Attributes:
        code: The rule it belongs to.
        message: What is wrong.
        mark: Where.
    """

    code: str
    message: str
    mark: Mark


def is_merge(key: yaml.ScalarNode) -> bool:
    """Tell whether a key is `<<`, which merges maps into the one that holds it, and not a field of that name."""
    return key.value == "<<" and (key.tag == _MERGE_TAG or not (key.tag or key.style))


@dataclass(slots=True)
class Builder:
    """Builds the data of many documents; equal scalars are one object, which halves the memory of an estate.

    Attributes:
        defects: What was found in the document built last.
    """

    defects: list[Defect] = field(default_factory=list)
    _values: dict[str, object] = field(default_factory=dict)
    _names: dict[str, str | None] = field(default_factory=dict)
    _seen: dict[int, object] | None = None
    _text: str = ""

    def build(self, node: yaml.Node, text: str) -> object:
        """The plain value of a node.

        Args:
            node: The root of a document.
            text: What the document was composed of.

        Raises:
            ComposeError: Aliases that add more than `MAX_EXPANDED` values, nest too deep, or hold themselves.
        """
        self.defects = []
        self._text = text
        self._seen = None
        if "&" in text:  # without anchors no node can be met twice
            self._seen = {}
            _refuse_bomb(node, text)
        value = self._value(node)
        self._text, self._seen = "", None
        return value

    def _value(self, node: yaml.Node) -> object:
        if type(node) is yaml.ScalarNode:
            return self._scalar(node)
        if self._seen is None:
            return self._mapping(node) if type(node) is yaml.MappingNode else [self._value(n) for n in node.value]
        if id(node) not in self._seen:
            is_map = type(node) is yaml.MappingNode
            self._seen[id(node)] = self._mapping(node) if is_map else [self._value(n) for n in node.value]
        return self._seen[id(node)]

    def _mapping(self, node: yaml.Node) -> dict[str, object]:
        data: dict[str, object] = {}
        merged: set[str] = set()
        for key_node, value_node in node.value:
            if key_node.value == "<<" and is_merge(key_node):
                values = self._merged(value_node)
                merged |= values.keys() - data.keys()
                data.update(values)
                continue
            key = self._key(key_node)
            if key is None:
                continue
            if key in data:
                if key not in merged:
                    self._defect("SC102", f"field '{key}' is written twice", key_node)
                merged.discard(key)
            data[key] = self._value(value_node)
        return data

    def _scalar(self, node: yaml.ScalarNode) -> object:
        text: str = node.value
        if node.tag:
            return self._tagged(node)
        if node.style:
            return sys.intern(text) if len(text) < _CACHED_LENGTH else text
        value = self._values.get(text, _ABSENT)
        if value is not _ABSENT:
            return value
        try:
            value = resolve_plain(text)
        except NonJsonValueError:
            self._defect("SC104", f"'{text}' has no JSON form", node)
            return text
        if len(text) < _CACHED_LENGTH and len(self._values) < _CACHED_ENTRIES:
            self._values[text] = value
        return value

    def _key(self, node: yaml.Node) -> str | None:
        if type(node) is not yaml.ScalarNode:
            self._defect("SC104", "a map or list stands where a field name is expected", node)
            return None
        text: str = node.value
        if node.style and not node.tag:
            return sys.intern(text)
        name = self._names.get(text) if not node.tag else self._tagged_name(node)
        if name is not None:
            return name
        name = key_name(text)
        if name is None:
            self._defect("SC104", "a field name is null", node)
        elif len(text) < _CACHED_LENGTH and len(self._names) < _CACHED_ENTRIES:
            name = self._names[text] = sys.intern(name)
        return name

    def _tagged_name(self, node: yaml.ScalarNode) -> str | None:
        value = self._tagged(node)
        return value if value is None or isinstance(value, str) else key_name(str(value))

    def _merged(self, node: yaml.Node) -> dict[str, object]:
        """What `<<` brings in, earlier maps of a list before later ones."""
        sources = [node] if type(node) is not yaml.SequenceNode else list(reversed(node.value))
        merged: dict[str, object] = {}
        for source in sources:
            values = self._value(source)
            if not isinstance(values, dict):
                self._defect("SC104", "'<<' merges something that is no map", node)
                return {}
            merged.update(values)
        return merged

    def _tagged(self, node: yaml.ScalarNode) -> object:
        try:
            return resolve_tagged(node.tag, node.value)
        except ValueError:
            tag = node.tag.replace(TAG_PREFIX, "!!")
            self._defect("SC104", f"'{node.value[:40]}' cannot be read as {tag}", node)
            return node.value

    def _defect(self, code: str, message: str, node: yaml.Node) -> None:
        self.defects.append(Defect(code, message, mark_at(self._text, node.start_mark.index)))


def _refuse_bomb(root: yaml.Node, text: str) -> None:
    """Count values as if every alias were written out; memoised, so that a bomb costs no more than its text."""
    sizes: dict[int, tuple[int, int]] = {}
    open_nodes: set[int] = set()
    written = 0

    def measure(node: yaml.Node) -> tuple[int, int]:
        """Values and levels below and with a node."""
        nonlocal written
        if type(node) is yaml.ScalarNode:
            return 1, 0
        if id(node) in sizes:
            return sizes[id(node)]
        if id(node) in open_nodes:
            raise _limit(node, text, "an alias holds itself")
        open_nodes.add(id(node))
        children = node.value if type(node) is yaml.SequenceNode else [n for pair in node.value for n in pair]
        written += 1
        total, depth = 1, 0
        for child in children:
            size, levels = measure(child)
            written += levels == 0
            total, depth = total + size, max(depth, levels)
        open_nodes.discard(id(node))
        if total - written > MAX_EXPANDED:
            raise _limit(node, text, f"aliases expand to more than {MAX_EXPANDED:,} values")
        if depth >= MAX_DEPTH:
            raise _limit(node, text, f"aliases nest deeper than {MAX_DEPTH} levels")
        sizes[id(node)] = total, depth + 1
        return sizes[id(node)]

    measure(root)


def _limit(node: yaml.Node, text: str, message: str) -> ComposeError:
    return ComposeError(message, mark_at(text, node.start_mark.index), is_limit=True)
