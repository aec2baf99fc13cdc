"""Where every value of a document stands, character by character, so that an edit can touch it and nothing else.

Composed nodes cannot tell: an alias is the node it stands for, a block collection ends where the next one starts and an
absent value has no place. The parser's events know aliases; the rest follows from the text between them.
"""

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import cast

import yaml
from yaml import _yaml

from service_mesh.source.scalars import key_name

__all__ = ["Entry", "LayoutError", "Part", "Shape", "outline", "skip_blanks"]

_BLANKS = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


class LayoutError(Exception):
    """The text is laid out in a way that this outline does not follow; the message says which."""


class Shape(Enum):
    """What stands at a place."""

    SCALAR = "scalar"
    MAP = "map"
    LIST = "list"
    ALIAS = "alias"


@dataclass(slots=True, eq=False)
class Part:
    """A value or a key as it is written; offsets count characters from the document's start.

    Attributes:
        start: Its first character, anchor and tag included.
        end: Behind its last character; a block collection ends with its last value, a block scalar before the line
            break of its last line.
        body: First character behind anchor and tag (collections only).
        style: Quote or block indicator of a scalar, empty for plain ones.
        text: Value of a scalar, name of an alias.
        is_flow: Written with brackets, or between others' brackets.
        has_brackets: Written with brackets of its own.
        is_shared: Carries an anchor that an alias uses.
        entries: Fields or items.
    """

    shape: Shape
    start: int
    end: int
    body: int = 0
    style: str = ""
    text: str = ""
    tag: str = ""
    is_flow: bool = False
    has_brackets: bool = False
    is_shared: bool = False
    entries: list["Entry"] = field(default_factory=list)
    _children: list["Part"] = field(default_factory=list)

    @property
    def is_absent(self) -> bool:
        """A value of which no character is written."""
        return self.start == self.end


@dataclass(slots=True, eq=False)
class Entry:
    """A field of a map or an item of a list.

    Attributes:
        key: The field's name; None for items.
        value: The value.
        start: First character: of the key, the `?`, the dash, or the value in a flow list.
        head: Behind the colon or dash; behind the key where a flow map leaves the colon out.
        is_explicit: Written with `?`.
        has_colon: False for items and for names without a colon.
    """

    key: Part | None
    value: Part
    start: int
    head: int
    is_explicit: bool = False
    has_colon: bool = False

    @property
    def end(self) -> int:
        """Behind the last character of the value, or of the head where there is none."""
        return max(self.value.end, self.head)

    @property
    def name(self) -> str | None:
        """Name of the field as the decoder turns it into JSON; None for items, null and keys that are no scalars."""
        if self.key is None or self.key.shape is not Shape.SCALAR:
            return None
        return self.key.text if self.key.style or self.key.tag else key_name(self.key.text)


def outline(text: str) -> Part | None:
    """Outline the first document of a text; None if it is empty.

    Args:
        text: One document, already known to be composable.

    Raises:
        LayoutError: More than one document, or a layout that is not followed.
    """
    try:
        reader, loader = _Outliner(text), _yaml.CParser(text)
        while (event := loader.get_event()) is not None:
            reader.take(event)
    except yaml.YAMLError as error:
        raise LayoutError(f"libyaml does not read it: {str(error).partition(chr(10))[0]}") from None
    return reader.root


def skip_blanks(text: str, position: int) -> int:
    """The next character that is neither blank nor line break nor part of a comment."""
    match = _BLANKS.match(text, position)
    return match.end() if match else position


class _Outliner:
    """Takes the parser's events one by one and keeps the open collections."""

    def __init__(self, text: str) -> None:
        self.root: Part | None = None
        self._text = text
        self._open: list[Part] = []
        self._anchored: dict[str, Part] = {}

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            anchor = event.anchor or ""
            self._anchored[anchor].is_shared = True
            self._add(Part(Shape.ALIAS, *_span(event), text=anchor))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(self._remember(event, self._scalar(event)))
        elif isinstance(event, yaml.CollectionStartEvent):
            part = self._remember(event, self._collection(event))
            self._add(part)
            self._open.append(part)
        elif isinstance(event, yaml.CollectionEndEvent):
            part = self._open.pop()
            if part.is_flow:
                part.end = _span(event)[1]
            _enter(self._text, part)

    def _add(self, part: Part) -> None:
        if self._open:
            self._open[-1]._children.append(part)
        elif self.root is None:
            self.root = part
        else:
            raise LayoutError("the text holds more than one document without '---' between them")

    def _remember(self, event: yaml.NodeEvent, part: Part) -> Part:
        if event.anchor:
            self._anchored[event.anchor] = part
        return part

    def _scalar(self, event: yaml.ScalarEvent) -> Part:
        start, end = _span(event)
        style = event.style or ""
        if style in ("|", ">"):
            end = _block_end(self._text, start, end, event.value)
        return Part(Shape.SCALAR, start, end, style=style, text=event.value, tag=event.tag or "")

    def _collection(self, event: yaml.CollectionStartEvent) -> Part:
        start, behind = _span(event)
        shape = Shape.MAP if isinstance(event, yaml.MappingStartEvent) else Shape.LIST
        is_flow = bool(event.flow_style)
        body = behind
        if is_flow:
            body = behind - 1 if behind > start else behind  # `[a: 1]` holds a map without braces
        elif shape is Shape.LIST and self._text[behind : behind + 1] != "-":
            body = behind - 1  # a list at its parent's column has no start token of its own: the event spans the dash
        return Part(shape, start, start, body, tag=event.tag or "", is_flow=is_flow)


def _span(event: yaml.Event) -> tuple[int, int]:
    start, end = cast("tuple[yaml.Mark, yaml.Mark]", (event.start_mark, event.end_mark))  # the parser always sets them
    return start.index, end.index


def _block_end(text: str, start: int, end: int, value: str) -> int:
    """Drop the blank lines behind a block scalar unless they are part of it."""
    header = text[start:end].partition("\n")[0]
    indicator = header.split("#")[0].split()[-1:] or [""]
    if "+" not in indicator[0] and value.rstrip("\n") == value.rstrip():
        return start + len(text[start:end].rstrip())
    body = text[start:end]
    return start + len(body.removesuffix("\n").removesuffix("\r"))


def _enter(text: str, part: Part) -> None:
    """Turn the children of a collection that has been read to its end into entries."""
    children = part._children
    part.has_brackets = part.is_flow and text[part.body : part.body + 1] == ("{" if part.shape is Shape.MAP else "[")
    at = part.body + 1 if part.has_brackets else part.body
    if part.shape is Shape.MAP:
        pairs = zip(children[::2], children[1::2], strict=True)
        for key, value in pairs:
            part.entries.append(_field(text, _next(text, at, part), key, value))
            at = part.entries[-1].end
    else:
        for value in children:
            part.entries.append(_item(text, _next(text, at, part), value, is_flow=part.is_flow))
            at = part.entries[-1].end
    if not part.is_flow:
        part.end = at
    part._children = []


def _next(text: str, at: int, part: Part) -> int:
    at = skip_blanks(text, at)
    if part.is_flow and part.entries and text[at : at + 1] == ",":
        at = skip_blanks(text, at + 1)
    return at


def _field(text: str, at: int, key: Part, value: Part) -> Entry:
    is_explicit = text[at : at + 1] == "?" and (key.is_absent or key.start > at)
    behind = at + is_explicit if key.is_absent else key.end
    if not is_explicit and not key.is_absent and key.start != at:
        raise LayoutError(f"the field '{key.text[:40]}' is not where it is expected")
    colon = skip_blanks(text, behind)
    has_colon = text[colon : colon + 1] == ":"
    head = colon + 1 if has_colon else behind
    if value.is_absent:
        value.start = value.end = head
    return Entry(key, value, at, head, is_explicit, has_colon)


def _item(text: str, at: int, value: Part, *, is_flow: bool) -> Entry:
    if is_flow:
        return Entry(None, value, value.start, value.start)
    if text[at : at + 1] != "-":
        raise LayoutError("an item of a list is not where it is expected")
    if value.is_absent:
        value.start = value.end = at + 1
    return Entry(None, value, at, at + 1)
