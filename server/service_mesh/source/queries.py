"""Finds the queries of Prometheus in a guide's blocks, so that what they ask for can be checked like a command."""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command, Word
from service_mesh.model.origin import Location, SourceText
from service_mesh.model.promql import PROGRAM
from service_mesh.source.markdown import CodeBlock, is_yaml

__all__ = ["LIMIT", "queries"]

LIMIT = 65_536
"""Characters of a block that are read; no guide has queries of that size."""

_LANGUAGE = "promql"
_OBJECT = re.compile(r"^(?:apiVersion|kind):", re.MULTILINE)
_EXPRESSION = re.compile(r"(?P<indent>[ ]*)(?P<item>- +)?expr:[ \t]*(?P<value>[^\r\n]*)\r?")
_FOLDED = re.compile(r"[|>][+-]?\d?\s*(?:#.*)?")
_COMMENT = re.compile(r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|#.*")
_OPEN, _CLOSE = "([{", ")]}"
_SNIPPET = 200


def queries(block: CodeBlock) -> Iterator[Command]:
    """Yield the queries of a block of the language `promql`, and those of a file of alerts in a block of YAML.

    Queries are set apart by blank lines and comments outside of brackets. Each is a command whose program is
    `model.promql.PROGRAM`. Manifests are left out: their queries belong to objects. At most `LIMIT` characters are
    read, and nothing is raised, whatever the text.
    """
    lines = block.source.text[:LIMIT].split("\n")
    if block.language == _LANGUAGE:
        found = _groups(lines)
    elif is_yaml(block) and not _OBJECT.search(block.source.text):
        found = _expressions(lines)
    else:
        return
    for number, query in found:
        if query.strip():
            yield _command(block.source, number, lines[number], query)


def _groups(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each query of a block of queries, with the number of its first line."""
    start, group, depth = 0, list[str](), 0
    for number, line in enumerate(lines):
        bare = _COMMENT.sub(r"\1", line) if "#" in line else line
        depth = max(0, depth + sum(bare.count(sign) for sign in _OPEN) - sum(bare.count(sign) for sign in _CLOSE))
        if bare.strip():
            start = start if group else number
            group.append(bare)
        elif not depth:
            yield start, "\n".join(group)
            group = []
    yield start, "\n".join(group)


def _expressions(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each value of a field `expr`, written behind the name or below it, with the number of its first line."""
    for number, line in enumerate(lines):
        found = _EXPRESSION.fullmatch(line)
        if found is None:
            continue
        if _FOLDED.fullmatch(found["value"]):
            below = _below(lines, number + 1, len(found["indent"]) + len(found["item"] or ""))
            first = next((place for place, text in enumerate(below, number + 1) if text.strip()), number)
            yield first, "\n".join(below)
        else:
            yield number, found["value"].strip("\"'")


def _below(lines: list[str], start: int, indent: int) -> list[str]:
    """The lines from `start` that are blank or further to the right than `indent`."""
    for end in range(start, len(lines)):
        text = lines[end]
        if text.strip() and len(text) - len(text.lstrip(" ")) <= indent:
            return lines[start:end]
    return lines[start:]


def _command(source: SourceText, number: int, line: str, query: str) -> Command:
    column = line.find(query.strip().partition("\n")[0].strip()) + 1
    place = Location(
        source.name, 1, source.line_offset + number + 1, source.column_offset + max(column, 1), line[:_SNIPPET].rstrip()
    )
    return Command((Word(PROGRAM, place), Word(query.strip(), place)))
