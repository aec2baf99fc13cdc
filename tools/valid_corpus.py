"""What the rules say on configurations that others publish as right: each class of it has to have been looked at.

`python -m tools.valid_corpus [--corpora FOLDER]` prints the classes, ready for the table of docs/valid-corpus.md.
"""

import argparse
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.validate import validate
from tools.conformance import CORPORA, read_cases

__all__ = ["PAGE", "Class", "Review", "review", "reviewed"]

PAGE = Path(__file__).parents[1] / "docs" / "valid-corpus.md"
_SUITE = "valid_corpus"
_ROW = re.compile(r"^\| \[(?P<code>[A-Z][A-Z0-9]\d{3})\]\S* [^|]*\| (?P<severity>[a-z]+) \|", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Class:
    """What is looked at together: the findings of one rule in one severity."""

    code: str
    severity: str


@dataclass(frozen=True, slots=True)
class Review:
    """What was found where everything is meant to be right.

    Attributes:
        documents: How many were validated.
        found: Class -> how often; notes are left out.
    """

    documents: int
    found: Mapping[Class, int]

    def count(self, severity: Severity) -> int:
        """How many findings of a severity there are."""
        return sum(number for which, number in self.found.items() if which.severity == severity.value)


def review(corpora: Path, complete: Complete) -> Review:
    """Validate every case that is judged, each for itself."""
    documents, found = 0, Counter[Class]()
    for case in read_cases(corpora, _SUITE):
        if case.is_judged:
            result = validate(ValidateRequest(Inputs(paths=case.files), complete=complete))
            documents += result.resources.total
            grave = (finding for finding in result.findings if finding.severity.reaches(Severity.WARNING))
            found.update(Class(finding.code, finding.severity.value) for finding in grave)
    return Review(documents, found)


def reviewed(page: str) -> frozenset[Class]:
    """The classes that the table of the page lists."""
    return frozenset(Class(match["code"], match["severity"]) for match in _ROW.finditer(page))


def main() -> None:
    """Print the classes and how often each was found."""
    parser = argparse.ArgumentParser(prog="python -m tools.valid_corpus", description=__doc__)
    parser.add_argument("--corpora", type=Path, default=os.environ.get(CORPORA), help=f"folder, or set {CORPORA}")
    arguments = parser.parse_args()
    if arguments.corpora is None or not arguments.corpora.is_dir():
        parser.error(f"no folder of cases: name one with --corpora FOLDER or {CORPORA}")
    print("\n".join(_table(review(arguments.corpora, Complete.AUTO), review(arguments.corpora, Complete.YES))))


def _table(auto: Review, whole: Review) -> Iterator[str]:
    yield f"{auto.documents} documents"
    for which in sorted({*auto.found, *whole.found}):
        yield f"| {which.code} | {which.severity} | {auto.found.get(which, 0)} | {whole.found.get(which, 0)} |"


if __name__ == "__main__":
    main()
