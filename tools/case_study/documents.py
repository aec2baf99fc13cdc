"""Reads the five guides as Markdown documents whose lines are those of their files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["GUIDES", "SEEDS", "Document", "read_documents"]

SEEDS = "SERVICE_MESH_SEEDS"
"""Environment variable that names the folder of the guides."""

GUIDES = {
    "S0": "a package for three meshes: an overview and eight references",
    "S1": "a plan for such a package, with its examples",
    "S2": "patterns for three meshes, on Istio 1.20",
    "S3": "a configuration guide for Istio and Linkerd",
    "S4": "three levels from a quick reference to resources, mostly Istio",
}
"""Guide -> what it is."""

_PART = re.compile(r"### references/([\w-]+)\.md")
_FENCE = "```"
_OPENING = 3
"""Lines from the heading of a part to its first line: the heading, an empty one, the opening fence."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as somebody would check it.

    Attributes:
        guide: Key of `GUIDES`.
        name: What it is called in findings.
        text: Markdown; what stands before it in the guide's file is left out as empty lines, so that lines agree.
    """

    guide: str
    name: str
    text: str


def read_documents(folder: Path) -> Iterator[Document]:
    """Yield the documents of the guides.

    A guide that prints the files of a package is several documents: what a reference shows stands between fences and
    is a file of its own there.

    Args:
        folder: One file for each guide; the number of the guide, three digits wide, begins its name.

    Raises:
        FileNotFoundError: The folder lacks a guide.
    """
    for guide in GUIDES:
        found = sorted(folder.glob(f"{int(guide[1:]):03}_*.txt"))
        if not found:
            raise FileNotFoundError(f"{folder} has no file for {guide}: give the folder of the guides")
        yield from _documents(guide, found[0].read_text(encoding="utf-8").split("\n"))


def _documents(guide: str, lines: list[str]) -> Iterator[Document]:
    starts = [number for number, line in enumerate(lines) if _PART.fullmatch(line)]
    yield Document(guide, f"{guide}.md", "\n".join(lines[: starts[0] if starts else None]))
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        part = lines[start + _OPENING : end]
        closing = max(number for number, line in enumerate(part) if line.startswith(_FENCE))
        text = "\n" * (start + _OPENING) + "\n".join(part[:closing])
        named = _PART.fullmatch(lines[start])
        yield Document(guide, f"{guide}-{named[1] if named else start}.md", f"{text}\n")
