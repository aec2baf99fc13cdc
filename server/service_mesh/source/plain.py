"""Composed nodes into plain data, the way the API server's decoder does it, noting what it would refuse."""

import base64
import binascii
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml

from service_mesh.source.compose import ComposeError, Mark
from service_mesh.source.scalars import NonJsonValueError, resolve_plain

__all__ = ["MAX_EXPANDED", "Builder", "Defect"]

MAX_EXPANDED = 100_000
"""Most values that one document may hold after its aliases are followed."""

_CACHED_LENGTH = 80
_CACHED_ENTRIES = 200_000
_TAGS = "tag:yaml.org,2002:"


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


@dataclass(slots=True)
class Builder:
    """Builds the data of many documents; equal scalars are one object, which halves the memory of an estate.

    Attributes:
        defects: What was found in the document built last.
    """

    defects: list[Defect] = field(default_factory=list)
    _cache: dict[str, object] = field(default_factory=dict)
    _seen: dict[int, object] | None = None

    def build(self, node: yaml.Node, *, aliases: bool) -> object:
        """The plain value of a node.

        Args:
            node: The root of a document.
            aliases: Whether the text holds anchors; without them no node can be met twice.

        Raises:
            ComposeError: Aliases that expand beyond `MAX_EXPANDED`, or that hold themselves.
        """
        self.defects = []
        self._seen = {} if aliases else None
        if aliases:
            _refuse_bomb(node)
        return self._value(node)

    def _value(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if self._seen is not None and id(node) in self._seen:
            return self._seen[id(node)]
        value: object
        value = [self._value(item) for item in node.value] if type(node) is yaml.SequenceNode else self._mapping(node)
        if self._seen is not None:
            self._seen[id(node)] = value
        return value

    def _mapping(self, node: yaml.Node) -> dict[str, object]:
        data: dict[str, object] = {}
        merged: set[str] = set()
        for key_node, value_node in node.value:
            if key_node.value == "<<" and not key_node.tag and not key_node.style:
                merged |= self._merge(data, value_node)
                continue
            key = self._key(key_node)
            if key is None:
                continue
            if key in data and key not in merged:
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
        if text in self._cache:
            return self._cache[text]
        try:
            value = resolve_plain(text)
        except NonJsonValueError:
            self._defect("SC104", f"'{text}' has no JSON form", node)
            return text
        if len(text) < _CACHED_LENGTH and len(self._cache) < _CACHED_ENTRIES:
            self._cache[text] = value
        return value

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._defect("SC104", "a map or list stands where a field name is expected", node)
            return None
        value = self._scalar(node)
        if isinstance(value, str):
            return value
        if value is None:
            self._defect("SC104", "a field name is null", node)
            return None
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _merge(self, data: dict[str, object], node: yaml.Node) -> set[str]:
        """Merge in the decoder's order: entries overwrite what stands before them, earlier maps of a list win."""
        sources = [node] if type(node) is yaml.MappingNode else list(reversed(node.value))
        if type(node) is yaml.ScalarNode or any(type(source) is not yaml.MappingNode for source in sources):
            self._defect("SC104", "'<<' merges something that is no map", node)
            return set()
        merged: set[str] = set()
        for source in sources:
            values = self._value(source)
            if isinstance(values, dict):
                data.update(values)
                merged |= values.keys()
        return merged

    def _tagged(self, node: yaml.ScalarNode) -> object:
        read = _TAGGED.get(node.tag)
        if read is None:
            return node.value
        try:
            return read(node.value)
        except (ValueError, binascii.Error):
            self._defect("SC104", f"'{node.value[:40]}' cannot be read as {node.tag.replace(_TAGS, '!!')}", node)
            return node.value

    def _defect(self, code: str, message: str, node: yaml.Node) -> None:
        self.defects.append(Defect(code, message, Mark(node.start_mark.line, node.start_mark.column)))


def _resolved_as(*types: type) -> Callable[[str], object]:
    def read(text: str) -> object:
        value = resolve_plain(text)
        if type(value) not in types:
            raise ValueError(text)
        return value

    return read


def _binary(text: str) -> object:
    return base64.b64decode(text, validate=False).decode("utf-8", "replace")


_TAGGED: dict[str, Callable[[str], object]] = {
    _TAGS + "str": str,
    _TAGS + "int": _resolved_as(int),
    _TAGS + "float": _resolved_as(int, float),
    _TAGS + "bool": _resolved_as(bool),
    _TAGS + "null": _resolved_as(type(None)),
    _TAGS + "binary": _binary,
}


def _refuse_bomb(root: yaml.Node) -> None:
    """Count values as if every alias were written out; memoised, so that a bomb costs no more than its text."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: yaml.Node) -> int:
        if type(node) is yaml.ScalarNode:
            return 1
        if id(node) in sizes:
            return sizes[id(node)]
        if id(node) in open_nodes:
            raise _limit(node, "an alias holds itself")
        open_nodes.add(id(node))
        children = node.value if type(node) is yaml.SequenceNode else [n for pair in node.value for n in pair]
        total = 1 + sum(size(child) for child in children)
        if total > MAX_EXPANDED and len(sizes) < total:
            raise _limit(node, f"aliases expand to more than {MAX_EXPANDED:,} values")
        open_nodes.discard(id(node))
        sizes[id(node)] = total
        return total

    size(root)


def _limit(node: yaml.Node, message: str) -> ComposeError:
    return ComposeError(message, Mark(node.start_mark.line, node.start_mark.column), is_limit=True)
