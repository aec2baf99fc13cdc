"""Cuts a text into documents at `---` lines, so that a broken document never hides the ones behind it.

A `---` at the start of a line ends a document wherever it stands, block scalars included (YAML 1.2, 9.1.2), so cutting
before parsing loses nothing; kubectl does the same (k8s.io/apimachinery: pkg/util/yaml/decoder.go).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Chunk", "chunks", "source_name"]

_MARK = "\ufeff"
_SEPARATOR = re.compile(r"(?<![^\r\n])---(?![^ \t\r\n])")
# A `...` line, unless nothing but blanks and comments stands between it and the next `---` or the end.
_END = re.compile(
    r"(?<![^\r\n])\.\.\.(?![^ \t\r\n])[^\n]*+\n(?!(?:[ \t\r\n]++|#[^\n]*+|\.\.\.(?![^ \t\r\n]))*+(?:---(?![^ \t\r\n])|\Z))"
)
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
    start = 1 if text.startswith(_MARK) else 0
    line = number = 0
    for end in _ends(text):
        is_empty = _is_blank(text, start, end)
        if end < len(text) and not text.startswith("---", start):
            if is_empty:
                line, start = line + text.count("\n", start, end), end  # comments above the first separator
                continue
            if _is_directives(text, start, end):
                continue  # `%YAML` lines belong to the document behind the separator
        number += 1
        yield Chunk(start, end, line, number, is_empty)
        line, start = line + text.count("\n", start, end), end


def source_name(text: str) -> str:
    """The name in a `# Source: NAME` comment, as Helm writes it first in each document, else the empty string."""
    match = _SOURCE.match(text)
    return match[1][:500] if match else ""


def _ends(text: str) -> Iterator[int]:
    found = [match.start() for match in _SEPARATOR.finditer(text) if match.start() > 0]
    if "..." in text:
        found += [match.end() for match in _END.finditer(text)]
        found.sort()
    yield from found
    yield len(text)


def _is_blank(text: str, start: int, end: int) -> bool:
    match = _BLANK.match(text, start, end)
    return match is not None and match.end() == end


def _is_directives(text: str, start: int, end: int) -> bool:
    match = _DIRECTIVES.match(text, start, end)
    return match is not None and match.end() == end
