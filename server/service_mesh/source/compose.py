"""Composes one document with libyaml, within bounds, leaving the meaning of scalars to us."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml import _yaml
from yaml.composer import Composer, ComposerError

__all__ = ["MAX_DEPTH", "ComposeError", "Mark", "compose", "compose_documents", "mark_at"]

MAX_DEPTH = 200
"""Deepest nesting that is read. libyaml's composer recurses on the C stack and would otherwise crash the process."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text, 0-based."""

    line: int
    column: int


class ComposeError(Exception):
    """The text is not YAML, or beyond the bounds.

    Attributes:
        message: What is wrong, in one phrase.
        mark: Where, if known.
        is_limit: True when a bound was exceeded, False when it is a matter of syntax.
    """

    def __init__(self, message: str, mark: Mark | None = None, *, is_limit: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.mark = mark
        self.is_limit = is_limit


class _Loader(_yaml.CParser):
    """libyaml's parser without scalar resolution: untagged nodes have an empty tag, their style tells of quotes.

    The composer calls these three for every node. `"".format` takes any arguments, returns the empty string and runs
    no Python code, which saves a fifth of the time of composing.
    """

    resolve = staticmethod("".format)
    descend_resolver = staticmethod("".format)
    ascend_resolver = staticmethod("".format)


class _RelaxedLoader(Composer, _Loader):
    """Composes in Python where an anchor is set twice: legal YAML, the last one counts, but PyYAML refuses it."""

    def __init__(self, text: str) -> None:
        _Loader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
            self.anchors.pop(event.anchor, None)
        return super().compose_node(parent, index)


def compose(text: str) -> yaml.Node | None:
    """Compose the first document of a text; None if it is empty.

    Raises:
        ComposeError: Not YAML, or nested deeper than `MAX_DEPTH`.
    """
    return next(_nodes(text), None)


def compose_documents(text: str) -> list[yaml.Node]:
    """Compose every document of a text; marks count characters from the text's start.

    Raises:
        ComposeError: Not YAML, or nested deeper than `MAX_DEPTH`.
    """
    return list(_nodes(text))


def mark_at(text: str, index: int) -> Mark:
    """The place of a character; unlike libyaml's own line count, only a line feed ends a line, as in editors."""
    return Mark(text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1))


def _nodes(text: str) -> Iterator[yaml.Node]:
    count = 0
    try:
        _refuse_depth(text)
        for node in _composed(_Loader(text)):
            yield node
            count += 1
    except ComposerError as error:
        if error.context is None or not error.context.startswith("found duplicate anchor"):
            raise _refusal(text, error) from None
        yield from _relaxed(text)[count:]
    except yaml.MarkedYAMLError as error:
        raise _refusal(text, error) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise ComposeError(*_refused_character(text, error)) from None


def _relaxed(text: str) -> list[yaml.Node]:
    try:
        return list(_composed(_RelaxedLoader(text)))
    except yaml.MarkedYAMLError as error:
        raise _refusal(text, error) from None


def _composed(loader: _Loader) -> Iterator[yaml.Node]:
    while loader.check_node() and (node := loader.get_node()) is not None:
        yield node


def _refuse_depth(text: str) -> None:
    """Each block level starts further right on its line, so width and brackets bound the depth without parsing."""
    brackets = text.count("[") + text.count("{")
    if brackets < MAX_DEPTH and (len(text) < MAX_DEPTH or _widest_start(text) + brackets < MAX_DEPTH):
        return
    depth = 0
    loader = _Loader(text)
    while loader.check_event():
        event = loader.get_event()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                where = None if mark is None else mark_at(text, mark.index)
                raise ComposeError(f"nested deeper than {MAX_DEPTH} levels", where, is_limit=True)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _widest_start(text: str) -> int:
    """The rightmost column at which a line's block structure can start: its indentation plus compact `- ` and `? `."""
    widest = 0
    for line in text.splitlines():  # libyaml knows other line ends than the line feed
        if len(line) > widest:
            start = len(line) - len(line.lstrip(" -?:"))
            widest = max(widest, start)
    return widest


def _refusal(text: str, error: yaml.MarkedYAMLError) -> ComposeError:
    message = ", ".join(part for part in (error.context, error.problem) if part)
    marks = [mark.index for mark in (error.problem_mark, error.context_mark) if mark is not None]
    if len(marks) > 1 and marks[0] >= len(text.rstrip()):
        marks = marks[1:]  # what was never closed says more than the end of the text
    return ComposeError(message, mark_at(text, marks[0]) if marks else None)


def _refused_character(text: str, error: Exception) -> tuple[str, Mark | None]:
    """What a text holds that YAML never may: libyaml counts bytes up to it, Python's encoder counts characters."""
    if isinstance(error, UnicodeEncodeError):
        index = error.start
    else:
        position = getattr(error, "position", 0)
        index = len(text.encode("utf-8")[:position].decode("utf-8", "ignore"))
    return f"character U+{ord(text[index]):04X} is not allowed in YAML", mark_at(text, index)
