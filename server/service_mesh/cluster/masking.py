"""Takes secrets out of a text, character for character, so that every line and column of it stays where it was.

Findings show lines of the text an object was read from, so a text may hold no more than the objects still do: a value
that none of them holds is crossed out, wherever it stands.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from service_mesh.source.compose import ComposeError, compose_documents
from service_mesh.source.json_text import looks_like_json, read_json
from service_mesh.source.locate import composable

__all__ = ["Rest", "held_texts", "holds_more", "masked"]

_Span = tuple[int, int]
_VISIBLE = re.compile(r"[^\s]")
_ANY = re.compile(r"[^\r\n]")
_COMMENT = re.compile(r"(?<![^\s])#[^\n]*")
_KEPT_COMMENT = re.compile(r"#\s*(?:service-mesh:\s*allow\[|Source:\s)")
_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"(\s*+:)?', re.DOTALL)
_BLOCK_HEAD = re.compile(r"[|>][-+0-9]*")
_TOP_LINE = re.compile(r"^[^\s#][^\n]*$", re.M)
_LIST_LINE = re.compile(r"apiVersion:|kind:|items:\s*(?:\[\])?$|metadata:\s*$|metadata: *\{\}$|-[ \t]|---|\.\.\.")
_LIST_METADATA = re.compile(
    r"^metadata:[ \t]*+\n(?:[ \t]++(?:resourceVersion|selfLink|continue|remainingItemCount):[^\n]*+\n?)*+(?=\S|\Z)",
    re.M,
)
_LIST_FIELDS = {"apiVersion", "kind", "items", "metadata"}
_LIST_METADATA_FIELDS = {"resourceVersion", "selfLink", "continue", "remainingItemCount"}
_WORDS = frozenset({"true", "false", "null", "~", ""})


def held_texts(objects: Iterable[Mapping[str, object]]) -> set[str]:
    """Every value of some objects, as it may be written."""
    found: set[str] = set(_WORDS)
    pending: list[object] = list(objects)
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        else:
            found.add(str(value))
    return found


def holds_more(text: str, *, is_list: bool) -> bool:
    """Tell whether a document may hold values that its objects, unredacted, do not: comments, merges, odd Lists."""
    if looks_like_json(text):
        return is_list and _is_odd_json_list(text)
    return _COMMENT.search(text) is not None or "<<" in text or (is_list and _is_odd_yaml_list(text))


class Rest(Enum):
    """What becomes of a document whose values need not be looked at one by one."""

    STAYS = "stays"
    GOES = "goes"


def masked(text: str, documents: Mapping[_Span, Collection[str] | Rest]) -> str:
    """The text with values that are not kept, comments and everything outside of the documents crossed out.

    Args:
        text: What objects were read from.
        documents: Start and end of each document that became an object, none overlapping, and the values that stay.
    """
    parts, position = [], 0
    for (start, end), kept in sorted(documents.items(), key=lambda entry: entry[0]):
        parts += [_ANY.sub(" ", text[position:start]), _document(text[start:end], kept)]
        position = end
    parts.append(_ANY.sub(" ", text[position:]))
    return "".join(parts)


def _document(text: str, kept: Collection[str] | Rest) -> str:
    if isinstance(kept, Rest):
        return text if kept is Rest.STAYS else _ANY.sub(" ", text)
    if looks_like_json(text) and read_json(text) is not None:
        return _json(text, kept)
    try:
        scalars = sorted(_scalars(text))
    except ComposeError:
        return _ANY.sub(" ", text)
    crossed = [(start, end) for start, end, value, is_value in scalars if is_value and value not in kept]
    return _crossed_out(text, crossed, _comments(text, [(start, end) for start, end, _, _ in scalars]))


def _json(text: str, kept: Collection[str]) -> str:
    def crossed(match: re.Match[str]) -> str:
        inner, colon = match.groups()
        if inner in kept or colon is not None or ("\\" in inner and _unescaped(inner) in kept):
            return match[0]
        return f'"{"x" * len(inner)}"'

    return _TOKEN.sub(crossed, text)


def _unescaped(inner: str) -> str:
    values = read_json(f'["{inner}"]')
    value = values[0] if values else None
    return value[0] if isinstance(value, list) and value and isinstance(value[0], str) else inner


def _scalars(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Start, end, value and whether it is no field's name, of every scalar of a document."""
    pending: list[tuple[Any, bool]] = [(node, True) for node in compose_documents(composable(text))]
    seen: set[int] = set()
    while pending:
        node, is_value = pending.pop()
        if id(node) in seen:
            continue  # an alias
        seen.add(id(node))
        if isinstance(node.value, str):
            yield node.start_mark.index, node.end_mark.index, node.value, is_value
            continue
        for inner in node.value:
            pending += [(inner[0], False), (inner[1], True)] if isinstance(inner, tuple) else [(inner, True)]


def _comments(text: str, scalars: list[_Span]) -> Iterator[_Span]:
    starts = [start for start, _ in scalars]
    for match in _COMMENT.finditer(text):
        before = bisect_right(starts, match.start()) - 1
        is_inside = before >= 0 and match.start() < scalars[before][1]
        if not is_inside and _KEPT_COMMENT.match(match[0]) is None:
            yield match.start() + 1, match.end()


def _crossed_out(text: str, scalars: list[_Span], comments: Iterator[_Span]) -> str:
    spans = [*((span, True) for span in scalars), *((span, False) for span in comments)]
    parts, position = [], 0
    for (start, end), is_scalar in sorted(spans):
        piece = text[start:end]
        parts += [text[position:start], _scalar(piece) if is_scalar else _VISIBLE.sub("x", piece)]
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _scalar(text: str) -> str:
    """A scalar of the same form: its quotes, the sign of a block and its blanks stay."""
    if block := _BLOCK_HEAD.match(text):
        head, line_break, body = text.partition("\n")
        comment = re.sub(r"[^\s#]", "x", head[block.end() :])
        return head[: block.end()] + comment + line_break + _VISIBLE.sub("x", body)
    if text[:1] in ("'", '"') and len(text) > 1:
        return text[0] + _VISIBLE.sub("x", text[1:-1]) + text[-1]
    return _VISIBLE.sub("x", text)


def _is_odd_json_list(text: str) -> bool:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return True
    metadata = data.get("metadata") or {} if isinstance(data, dict) else None
    return (
        not isinstance(metadata, dict)
        or not data.keys() <= _LIST_FIELDS
        or not metadata.keys() <= _LIST_METADATA_FIELDS
        or not all(isinstance(item, dict) for item in data.get("items") or ())
    )


def _is_odd_yaml_list(text: str) -> bool:
    lines = _TOP_LINE.findall(text)
    has_metadata = any(line.rstrip() == "metadata:" for line in lines)
    return not all(map(_LIST_LINE.match, lines)) or (has_metadata and _LIST_METADATA.search(text) is None)
