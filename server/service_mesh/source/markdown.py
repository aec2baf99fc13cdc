"""Finds the code blocks of a Markdown document, so that what a guide tells people to apply or to run can be checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from service_mesh.model.origin import SourceText

__all__ = ["PROGRAMS", "SUFFIXES", "CodeBlock", "code_blocks", "is_markdown", "is_shell", "is_yaml"]

SUFFIXES = frozenset({".md", ".markdown"})
"""Endings of the names of Markdown files."""

PROGRAMS = ("istioctl", "linkerd", "cilium", "cilium-dbg", "hubble", "kubectl", "helm")
"""Programs that make an untagged block a shell block when its first line calls one."""

_YAML = frozenset({"yaml", "yml", "json"})
_SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"})
_DOCUMENTS = frozenset({"", "markdown", "md"})
_LINE_END = re.compile(r"\r\n?|\n")
_FENCE = re.compile(r"[ ]{0,3}(?:`{3,}|~{3,})")
_OPENING = re.compile(r"^[ ]{0,3}(?:`{3,}|~{3,})[ \t]*\w", re.MULTILINE)
_INFO = re.compile(r"\{?\s*\.?([\w+-]+)")
_MANIFEST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n|---[ \t]*\r?\n)*(?:apiVersion|kind):(?:\s|$)")
_PROMPT = re.compile(r"^[ \t]*\$ +\S", re.MULTILINE)
_FIRST_CALL = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:" + "|".join(PROGRAMS) + r") [a-z-]")
_NESTING = 3


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A block of code and where it stands.

    Attributes:
        language: First word of the info string, lower-case; empty where the block has none.
        source: The block's text under the document's name, with the lines before and the columns left of it.
    """

    language: str
    source: SourceText


def is_markdown(name: str) -> bool:
    """Tell whether a file is Markdown, by the ending of its name."""
    return PurePath(name).suffix.lower() in SUFFIXES


def code_blocks(source: SourceText) -> Iterator[CodeBlock]:
    """Yield the fenced blocks of a document in order, as CommonMark reads them.

    Fences may be indented, stand in lists and block quotes, and be left open. Two kinds of text are searched again,
    since authors mean blocks where CommonMark sees none: an indented code block that starts with a fence (tabs and
    admonitions of documentation generators), and a block of Markdown, or without a language, that holds an opening
    fence (a document quoted between fences of the same length, which ends too early).

    Source: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
    """
    yield from _blocks(source, _NESTING)


def is_yaml(block: CodeBlock) -> bool:
    """Tell whether a block holds manifests: by its language, or by its first field where it has none.

    A block that begins by calling a known program holds commands, although its language says YAML.
    """
    if block.language:
        return block.language in _YAML and not _is_called(block)
    return _MANIFEST.match(block.source.text) is not None


def is_shell(block: CodeBlock) -> bool:
    """Tell whether a block holds commands: by its language, or by a prompt or a known program at its start."""
    if block.language:
        return block.language in _SHELL or (block.language in _YAML and _is_called(block))
    return _PROMPT.search(block.source.text) is not None or _is_called(block)


def _is_called(block: CodeBlock) -> bool:
    """Whether the first line of a block that is no remark calls a known program."""
    return _FIRST_CALL.match(block.source.text) is not None


def _blocks(source: SourceText, nesting: int) -> Iterator[CodeBlock]:
    # The parser takes longer to import than most documents take to check.
    from markdown_it import MarkdownIt

    lines = _LINE_END.split(source.text)
    parser = MarkdownIt("commonmark").disable("inline")
    for token in parser.parse(source.text):
        if token.map is None:
            continue
        fenced = token.type == "fence"
        if not fenced and not (token.type == "code_block" and _FENCE.match(token.content)):
            continue
        language = _language(token.info) if fenced else ""
        block = CodeBlock(language, _cut(source, lines, token.map[0] + fenced, token.content))
        document = language in _DOCUMENTS and (not fenced or _OPENING.search(token.content) is not None)
        if language or not document:
            yield block
        if document and nesting:
            yield from _blocks(block.source, nesting - 1)


def _language(info: str) -> str:
    found = _INFO.match(info.strip())
    return found[1].lower() if found else ""


def _cut(source: SourceText, lines: list[str], first: int, content: str) -> SourceText:
    """The text of a block that starts at line `first` (0-based) of the text it stands in."""
    return SourceText(
        source.name,
        content,
        source.line_offset + first,
        source.column_offset + _indentation(lines, first, content),
    )


def _indentation(lines: list[str], first: int, content: str) -> int:
    """Columns that the containers of a block take away, measured at its first line that is not blank."""
    for number, kept in enumerate(content.split("\n"), first):
        if kept.strip():
            return len(lines[number]) - len(kept) if lines[number].endswith(kept) else 0
    return 0
