"""Reads a member of a snapshot of our own: one object on each line, so that a damaged line costs one object.

Lines `---` between them make the same text YAML, which is how several members stand in one file.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from service_mesh.cluster.manifest import MANIFEST, is_manifest
from service_mesh.source.json_text import without_surrogates

__all__ = ["SEPARATOR", "Line", "Lines", "object_lines", "pieces"]

SEPARATOR = "---"


@dataclass(frozen=True, slots=True)
class Line:
    """An object.

    Attributes:
        data: The object.
        start: Offset of its first character in the text.
        end: Offset behind its last character.
        line: 0-based line.
    """

    data: Mapping[str, object]
    start: int
    end: int
    line: int


@dataclass(slots=True)
class Lines:
    """The objects of a text, and the 0-based lines that are none."""

    objects: list[Line] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)


def object_lines(text: str) -> Lines:
    """Every object of a text of lines."""
    found, decoder = Lines(), _Decoder()
    start = 0
    for number, line in enumerate(text.split("\n")):
        if line and line != SEPARATOR:
            data = decoder.decoded(line)
            if data is None:
                found.damaged.append(number)
            else:
                found.objects.append(Line(data, start, start + len(line), number))
        start += len(line) + 1
    return found


def pieces(path: str, text: str) -> list[tuple[str, int, str]]:
    """The members that stand in one file: path, line of the first character, text. None unless it is such a file.

    A file of one cluster has its members in the folder `PATH!`, of several in `PATH!/1`, `PATH!/2`.
    """
    if not text.startswith(f"{SEPARATOR}\n") or not is_manifest(text[len(SEPARATOR) + 1 : 200]):
        return []
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if is_manifest(line)]
    found = []
    for count, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines) + 1], strict=True), start=1):
        folder = f"{path}!/{count}/" if len(starts) > 1 else f"{path}!/"
        objects = "\n".join(lines[start + 1 : end - 1])
        found += [(f"{folder}{MANIFEST}", start, lines[start]), (f"{folder}objects.json", start + 1, objects)]
    return found


@dataclass(slots=True)
class _Decoder:
    """Decodes one line after the other; equal names of fields are one text, which halves the memory of an estate."""

    _names: dict[str, str] = field(default_factory=dict)

    def decoded(self, line: str) -> Mapping[str, object] | None:
        """The object of a line, None where it is cut off, holds a name twice, or is no object of a cluster."""
        try:
            readable = without_surrogates(line, keep_pairs=True)
            data = json.loads(readable, object_pairs_hook=self._collect, parse_constant=_finite, parse_float=_finite)
        except (ValueError, RecursionError):
            return None
        if not isinstance(data, dict) or not all(isinstance(data.get(name), str) for name in ("apiVersion", "kind")):
            return None
        return data

    def _collect(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        known = self._names.setdefault
        data = {known(name, name): value for name, value in pairs}
        if len(data) != len(pairs):
            raise ValueError(pairs)
        return data


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(digits)
    return value
