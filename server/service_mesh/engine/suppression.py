"""What authors allow on purpose: `# service-mesh: allow[IS104] reason` on or above a line, or an annotation.

The reason is required: a suppression without one, one that names no known code, and one that nothing needed are
findings themselves, so that exceptions stay true.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service_mesh.model.origin import Location, SourceText
from service_mesh.model.resource import Resource

__all__ = ["ANNOTATION", "Suppression", "from_annotations", "from_text"]

ANNOTATION = "service-mesh/allow"
_HINT = "service-mesh:"
_COMMENT = re.compile(r"(?:^|[ \t])#[ \t]*service-mesh:[ \t]*allow\[(?P<codes>[^\]\n]*)\][ \t]*(?P<reason>[^\r\n]*)")
_ENTRY = re.compile(r"\s*(?P<codes>[A-Z][A-Z0-9]\d{3}(?:\s*,\s*[A-Z][A-Z0-9]\d{3})*)(?P<reason>[^\n;]*)")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One allowance.

    Attributes:
        codes: What is allowed, as written.
        reason: Why, possibly empty.
        location: Where it is written; None for an annotation.
        lines: 1-based lines of the file that it covers; empty for an annotation.
        resource: The object that an annotation covers; None for a comment.
    """

    codes: tuple[str, ...]
    reason: str
    location: Location | None
    lines: tuple[int, ...] = ()
    resource: Resource | None = None


def from_text(source: SourceText) -> Iterator[Suppression]:
    """Find the allowances in a text's comments.

    A comment behind content covers its own line; a comment on a line of its own covers the next line that has content.
    """
    if _HINT not in source.text:
        return
    lines = source.text.split("\n")
    for index, line in enumerate(lines):
        match = _COMMENT.search(line) if _HINT in line else None
        if match is None:
            continue
        own_line = not line[: match.start()].strip()
        covered = _next_content(lines, index) if own_line else index
        location = Location(
            file=source.name,
            document=0,
            line=source.line_offset + index + 1,
            column=source.column_offset + line.index("#", match.start()) + 1,
            snippet=line.rstrip("\r")[:200],
        )
        codes = tuple(code.strip() for code in match["codes"].split(",") if code.strip())
        yield Suppression(codes, match["reason"].strip(), location, (source.line_offset + covered + 1,))


def from_annotations(resources: Iterable[Resource]) -> Iterator[Suppression]:
    """Find the allowances in the objects' annotations: `IS104 reason`, several separated by `;` or line ends."""
    for resource in resources:
        text = resource.annotations.get(ANNOTATION)
        if not isinstance(text, str):
            continue
        entries = [part for part in re.split(r"[;\n]", text) if part.strip()]
        for entry in entries or [""]:
            match = _ENTRY.match(entry)
            codes = tuple(re.findall(r"[A-Z][A-Z0-9]\d{3}", match["codes"])) if match else ()
            yield Suppression(codes, match["reason"].strip() if match else "", None, resource=resource)


def _next_content(lines: list[str], index: int) -> int:
    for later in range(index + 1, len(lines)):
        bare = lines[later].strip()
        if bare and not bare.startswith("#"):
            return later
    return index
