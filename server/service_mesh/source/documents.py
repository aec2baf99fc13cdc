"""Cuts a text into documents at `---` lines, so that a broken document never hides the ones behind it.

A `---` at the start of a line ends a document wherever it stands, block scalars included (YAML 1.2, 9.1.2), so cutting
before parsing loses nothing; kubectl does the same (k8s.io/apimachinery: pkg/util/yaml/decoder.go).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Chunk", "chunks", "source_name"]

_MARK = "\ufeff"
_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]++|#[^\n]*+|(?<![^\r\n])(?:---|\.\.\.)(?![^ \t\r\n]))*+")
_DIRECTIVES = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+|(?<![^\r\n])%[^\n]*+)*+")
_SOURCE = re.compile(
    r"(?:---)?[ \t\r\n]*+#[ \t]*+Source:[ \t]*+(?!\S*://)(\S+\.(?:ya?ml|json|tpl|txt))[ \t]*+(?=[\r\n]|\Z)"
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of text that holds one document.

    Attributes:
        start: Offset of its first character, the `---` line included.
        end: Offset behind its last character.
        line: 0-based line of `start`.
        number: 1-based number among the documents of the text.
        empty: Nothing but blanks and comments.
    """

    start: int
    end: int
    line: int
    number: int
    empty: bool


def chunks(text: str) -> Iterator[Chunk]:
    """Cut a text into its documents, in order."""
    start = len(text) - len(text.removeprefix(_MARK))
    line = number = 0
    for end in _ends(text, start):
        is_empty = _is_blank(text, start, end)
        is_last = end == len(text)
        if not text.startswith("---", start):
            if is_empty and (number or not is_last):
                line, start = line + text.count("\n", start, end), end  # comments between `...` or the top and `---`
                continue
            if not is_last and _is_directives(text, start, end):
                continue  # `%YAML` lines belong to the document behind the separator
        number += 1
        yield Chunk(start, end, line, number, is_empty)
        line, start = line + text.count("\n", start, end), end


def source_name(text: str) -> str:
    """The name in a `# Source: NAME` comment, as Helm writes it first in each document, else the empty string."""
    match = _SOURCE.match(text)
    return match[1][:500] if match else ""


def _ends(text: str, top: int) -> Iterator[int]:
    """Offsets of `---` lines and offsets behind `...` lines, in order, then the end of the text."""
    found = [start for start in _lines_that_say("---", text) if start > top]
    if "..." in text:
        behind = (text.find("\n", start) + 1 for start in _lines_that_say("...", text))
        found = sorted({*found, *(end for end in behind if end)})
    yield from found
    yield len(text)


def _lines_that_say(marker: str, text: str) -> Iterator[int]:
    position = text.find(marker)
    while position >= 0:
        before, after = text[position - 1 : position], text[position + 3 : position + 4]
        if (not before or before in "\r\n") and (not after or after in " \t\r\n"):
            yield position
        position = text.find(marker, position + 3)


def _is_blank(text: str, start: int, end: int) -> bool:
    match = _BLANK.match(text, start, end)
    return match is not None and match.end() == end


def _is_directives(text: str, start: int, end: int) -> bool:
    match = _DIRECTIVES.match(text, start, end)
    return match is not None and match.end() == end
