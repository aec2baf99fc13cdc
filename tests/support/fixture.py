"""Reads rule fixtures: YAML with the expectations on the offending lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.cel.definitions import read_definitions
from service_mesh.catalog.given import NOTHING_GIVEN, Given
from service_mesh.engine.grading import Graded
from service_mesh.engine.run import Engine
from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete
from service_mesh.model.finding import Finding
from service_mesh.model.origin import Layer, SourceText
from service_mesh.operations.fixing import Fixing
from service_mesh.operations.loading import Loaded, Text, read_again
from service_mesh.operations.request import FixMode
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import FAMILIES, HEALTH_FAMILIES

__all__ = ["NOW", "Case", "Expectation", "cases", "counted_of", "findings_of", "fixed_text"]

_CASE = re.compile(r"^# case: (?P<title>.+)$")
_COMPLETE = re.compile(r"^# complete: (?P<value>yes|no|auto)$", re.MULTILINE)
_VERSIONS = re.compile(r"^# versions: (?P<value>\S+)$", re.MULTILINE)
_HEALTH = tuple(FAMILIES[family] for family in HEALTH_FAMILIES)
NOW = 1_795_176_000.0
"""2026-11-20T12:00:00Z: the time at which clusters are judged."""
_EXPECT = re.compile(
    r"# expect: (?P<code>[A-Z][A-Z0-9]\d{3}) (?P<severity>error|warning|info|counted)(?: \"(?P<text>[^\"]+)\")?"
)


@dataclass(frozen=True, slots=True, order=True)
class Expectation:
    """A finding that a line announces; `text` has to be part of its message.

    The severity `counted` stands for what is not listed, only counted among what could not be checked.
    """

    line: int
    code: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """An isolated set of documents of a fixture file.

    Attributes:
        title: What the case shows.
        source: Its text; line numbers are those of the file.
        complete: What is said about absent objects.
        versions: Project and version pairs that objects are judged by.
    """

    title: str
    source: SourceText
    complete: Complete
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def expectations(self) -> list[Expectation]:
        """What the marked lines announce, in order."""
        lines = enumerate(self.source.text.split("\n"), self.source.line_offset + 1)
        return sorted(
            Expectation(number, match["code"], match["severity"], match["text"] or "")
            for number, line in lines
            for match in _EXPECT.finditer(line)
        )


def cases(path: Path) -> Iterator[Case]:
    """The cases of a fixture file; text above the first `# case:` line belongs to none."""
    lines = path.read_text(encoding="utf-8").split("\n")
    starts = [number for number, line in enumerate(lines) if _CASE.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = "\n".join(lines[start:end])
        match, title = _COMPLETE.search(text), _CASE.match(lines[start])
        assert title is not None
        complete = Complete(match["value"]) if match else Complete.AUTO
        yield Case(title["title"], SourceText(path.name, text, line_offset=start), complete, tuple(_versions(text)))


def _versions(text: str) -> Iterator[tuple[str, str]]:
    if match := _VERSIONS.search(text):
        for pair in match["value"].split(","):
            project, _, version = pair.partition("=")
            yield project, version


def engine_for(case: Case, *codes: str) -> Engine:
    """An engine that asks only these rules."""
    catalogue = Catalogue.bundled().narrowed(dict(case.versions), _given(case))
    return Engine(load_rules(), catalogue, frozenset(codes))


def _given(case: Case) -> Given:
    """The definitions in a case that says `# crds: here`; in other cases they are objects like any other."""
    if "\n# crds: here\n" not in case.source.text:
        return NOTHING_GIVEN
    (world,) = read_again([Text(case.source, Layer.PATHS)], case.complete)
    return read_definitions(world.reading.resources).given


def findings_of(case: Case, *codes: str) -> list[Finding]:
    """What the rules say about a case."""
    return [graded.finding for graded in _graded(case, *codes) if graded.is_listed]


def counted_of(case: Case, *codes: str) -> list[Finding]:
    """What the rules could not check in a case, and only count."""
    return [graded.finding for graded in _graded(case, *codes) if not graded.is_listed]


def _graded(case: Case, *codes: str) -> list[Graded]:
    (world,) = read_again([Text(case.source, Layer.PATHS)], case.complete)
    if any(code.startswith(_HEALTH) for code in codes):
        world = replace(world, captures={"": Capture(NOW, None)})
    return list(engine_for(case, *codes).run(world).findings)


def fixed_text(case: Case, *codes: str) -> str:
    """The text of a case after every proven fix of these rules was applied."""
    engine = engine_for(case, *codes)
    texts = (Text(case.source, Layer.PATHS),)
    worlds = tuple(read_again(texts, case.complete))
    shown = [graded for world in worlds for graded in engine.run(world).findings]
    fixed = Fixing(engine, Loaded(texts, worlds, ()), case.complete, shown, shown).fixed(FixMode.ALL)
    return fixed[0].text if fixed else case.source.text
