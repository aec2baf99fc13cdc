"""New values as text that the API server's decoder reads back as the same values; ruamel.yaml does the writing."""

import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import yaml
from ruamel.yaml import YAML, events
from ruamel.yaml.tag import Tag

from service_mesh.source.layout import Layout
from service_mesh.source.scalars import NonJsonValueError, resolve_plain

__all__ = ["UnwritableError", "block_lines", "inline", "json_lines", "plain_data", "scalar_text"]

_WIDTH = 10**9
_LONGEST_KEY = 1000
# Narrower than YAML allows: what a person would leave without quotes, on one line, in any style but the flow styles.
_PLAIN = re.compile(
    r"""(?!---|\.\.\.)(?![ ,\[\]{}#&*!|>'"%@`]|[-?:](?:\ |$)|[?:])(?:[^ :#]|\ (?=[^ #])|:(?=[^ ])|(?<=[^ ])\#)+"""
)
_BRACKETS = frozenset(",[]{}")
_STR = "tag:yaml.org,2002:str"


class UnwritableError(Exception):
    """A value that a manifest cannot hold; the message says which."""


def plain_data(value: object) -> object:
    """A value as plain dicts, lists and scalars.

    Raises:
        UnwritableError: It holds anything that JSON has no form for.
    """
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise UnwritableError("a field name is no string")
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [plain_data(item) for item in value]
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise UnwritableError(f"{type(value).__name__} '{str(value)[:40]}' has no form in JSON")


def inline(value: object, layout: Layout, quote: str = "") -> str:
    """A value on one line, in flow style; JSON where the document is JSON.

    Args:
        value: Plain data.
        layout: Habits of the document.
        quote: The quote to give a string even if it needs none.
    """
    if layout.is_json:
        return json.dumps(value, ensure_ascii=False, separators=(layout.separator, layout.colon))
    text = _emit([value], layout, is_flow=True, quote=quote)
    return text.strip()[1:-1]


def scalar_text(value: object) -> str:
    """A scalar as it can stand anywhere in a document: as a name or a value, in block or flow style.

    Raises:
        UnwritableError: It is no scalar that a manifest can hold.
    """
    if isinstance(value, str):
        is_bare = _is_plain(value) and not _BRACKETS & set(value)
        return str(value) if is_bare else inline(plain_data(value), Layout(), quote='"')
    if value is None or isinstance(value, bool | int | float):
        return inline(plain_data(value), Layout())
    raise UnwritableError(f"{type(value).__name__} is no scalar")


def json_lines(value: object, layout: Layout) -> list[str]:
    """A value as JSON, over several lines where the document's JSON is."""
    if layout.json_indent is None:
        return [inline(value, layout)]
    separators = (",", layout.colon)
    return json.dumps(value, ensure_ascii=False, indent=layout.json_indent, separators=separators).split("\n")


def block_lines(value: object, layout: Layout, quote: str = "") -> list[str]:
    """A map or list as lines in block style, starting at column 0.

    Args:
        value: Plain data; a map or list that is not empty.
        layout: Habits of the document.
        quote: The quote to give a string even if it needs none.
    """
    lines = _emit(value, layout, is_flow=False, quote=quote).removesuffix("\n").split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip(" "))
    return [line[margin:] for line in lines]


def _emit(value: object, layout: Layout, *, is_flow: bool, quote: str) -> str:
    writer = YAML(typ="rt", pure=True)
    writer.indent(mapping=layout.step, sequence=layout.dash + 2, offset=layout.dash)
    writer.width = _WIDTH
    writer.allow_unicode = True
    writer.emitter.MAX_SIMPLE_KEY_LENGTH = _LONGEST_KEY
    scalar = partial(_scalar, layout=layout, quote=quote, is_flow=is_flow)
    stream = io.StringIO()
    document = [
        events.StreamStartEvent(),
        events.DocumentStartEvent(explicit=False),
        *_events(value, scalar, is_flow=is_flow),
        events.DocumentEndEvent(explicit=False),
        events.StreamEndEvent(),
    ]
    writer.emit(document, stream)
    return stream.getvalue()


def _events(value: object, scalar: "partial[events.ScalarEvent]", *, is_flow: bool) -> Iterator[events.Event]:
    if isinstance(value, dict):
        yield events.MappingStartEvent(None, None, True, flow_style=is_flow or not value)
        for key, item in value.items():
            yield scalar(key, is_key=True)
            yield from _events(item, scalar, is_flow=is_flow)
        yield events.MappingEndEvent()
    elif isinstance(value, list):
        yield events.SequenceStartEvent(None, None, True, flow_style=is_flow or not value)
        for item in value:
            yield from _events(item, scalar, is_flow=is_flow)
        yield events.SequenceEndEvent()
    else:
        yield scalar(value)


def _scalar(value: object, *, layout: Layout, quote: str, is_flow: bool, is_key: bool = False) -> events.ScalarEvent:
    if isinstance(value, str):
        wanted = "" if is_key else quote
        text, style = value, _style(value, layout, wanted, may_be_block=not is_flow and not is_key, is_flow=is_flow)
    else:
        text = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
        style = None
    return events.ScalarEvent(None, Tag(suffix=_STR), (True, True), text, style=style)


def _style(text: str, layout: Layout, quote: str, *, may_be_block: bool, is_flow: bool) -> str | None:
    if may_be_block and layout.may_use_blocks and _suits_block(text):
        return "|"
    if not quote and _is_plain(text) and not (is_flow and _BRACKETS & set(text)):
        return None
    return (quote or layout.quote) if text.isprintable() else '"'


def _suits_block(text: str) -> bool:
    """Whether a `|` block says the same without an indentation indicator or trailing blanks that nobody sees."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and lines[0][:1] not in ("", " ")
        and lines[-1] != ""
        and all(line == line.rstrip() and line.isprintable() for line in lines)
    )


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text.isprintable() and not _changes_type(text)


def _changes_type(text: str) -> bool:
    """Whether a decoder would read the text, unquoted, as something else than a string.

    The API server's decoder decides (`scalars`); spellings that only YAML 1.1 reads as another type (`12:30`, dates)
    are quoted too, because other programs read the same files.
    """
    try:
        if resolve_plain(text) != text:
            return True
    except NonJsonValueError:
        return True
    tag: str = yaml.resolver.Resolver().resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # stubs leave it bare
    return tag != _STR
