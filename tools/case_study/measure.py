"""Checks the guides and holds the findings to the list of faults."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.model.finding import Finding
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.validate import validate
from tools.case_study.documents import Document, read_documents
from tools.case_study.rows import Place, Row, read_rows

__all__ = ["AT", "Outcome", "Study", "study"]

AT = 3
"""Lines beside a place that still count as there: a finding may stand at the name of an object or at its field."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row.

    Attributes:
        row: The row.
        missed: Places without a finding of its codes.
    """

    row: Row
    missed: tuple[Place, ...]

    @property
    def is_found(self) -> bool:
        """Whether each of its places has a finding that answers it."""
        return not self.missed

    @property
    def is_partly_found(self) -> bool:
        """Whether some of its places have one and others have none."""
        return 0 < len(self.missed) < len(self.row.places)


@dataclass(frozen=True, slots=True)
class Study:
    """What the checker says about the guides.

    Attributes:
        findings: All findings, each with its guide.
        outcomes: One for each counted row.
        documents: How many documents were checked.
    """

    findings: tuple[tuple[str, Finding], ...]
    outcomes: tuple[Outcome, ...]
    documents: int

    @property
    def found(self) -> int:
        """How many rows are found at each of their places."""
        return sum(outcome.is_found for outcome in self.outcomes)

    @property
    def share(self) -> float:
        """Share of the counted rows that are found at each of their places."""
        return self.found / len(self.outcomes)

    def by_code(self) -> Counter[tuple[str, str]]:
        """Code and severity -> number of findings."""
        return Counter((finding.code, finding.severity.value) for _, finding in self.findings)

    def by_guide(self) -> Counter[tuple[str, str]]:
        """Guide and severity -> number of findings."""
        return Counter((guide, finding.severity.value) for guide, finding in self.findings)


def study(folder: Path) -> Study:
    """Check the guides as somebody would who has only them, by the newest releases.

    Raises:
        FileNotFoundError: The folder lacks a guide.
    """
    documents = tuple(read_documents(folder))
    findings = tuple((document.guide, finding) for document in documents for finding in _findings(document))
    return Study(findings, tuple(_outcomes(read_rows(), findings)), len(documents))


def _findings(document: Document) -> tuple[Finding, ...]:
    # A guide that names a release of Istio would be judged by it, and what changed since then stays unsaid.
    newest = ".".join(map(str, Catalogue.bundled().releases["istio"]))
    inputs = Inputs(manifests=document.text, manifests_name=document.name)
    return validate(ValidateRequest(inputs, versions={"istio": newest})).findings


def _outcomes(rows: Sequence[Row], findings: Sequence[tuple[str, Finding]]) -> Iterator[Outcome]:
    for row in rows:
        lines = {(guide, finding.line) for guide, finding in findings if finding.code in row.codes}
        yield Outcome(row, tuple(place for place in row.places if not _is_met(place, lines)))


def _is_met(place: Place, lines: set[tuple[str, int]]) -> bool:
    return any((place.guide, line) in lines for line in range(place.first - AT, place.last + AT + 1))
