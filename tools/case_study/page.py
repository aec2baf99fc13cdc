"""Puts what was measured into docs/case-study.md: figures between two marks, the words around them by hand."""

from collections.abc import Iterator
from pathlib import Path

from service_mesh.model.grade import Severity
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tools.case_study.documents import GUIDES
from tools.case_study.measure import Outcome, Study
from tools.case_study.rows import read_uncounted

__all__ = ["PAGE", "figures", "figures_of", "with_figures"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "case-study.md"
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_GRADES = tuple(severity.value for severity in Severity)


def with_figures(page: str, measured: str) -> str:
    """The page with other figures between its marks.

    Raises:
        ValueError: The page lacks the marks.
    """
    head, _, rest = page.partition(f"{_BEGIN}\n")
    return f"{head}{_BEGIN}\n{measured}{rest[len(figures_of(page)) :]}"


def figures_of(page: str) -> str:
    """What stands between the marks.

    Raises:
        ValueError: The page lacks the marks.
    """
    _, begin, rest = page.partition(f"{_BEGIN}\n")
    inside, end, _ = rest.partition(f"\n{_END}")
    if not begin or not end:
        raise ValueError(f"the page has no '{_BEGIN}' followed by '{_END}'")
    return inside


def figures(study: Study) -> str:
    """What was measured, as Markdown."""
    parts = (_found(study), _guides(study), _missed(study), _uncounted(), _rules(study))
    return "\n\n".join("\n".join(part) for part in parts)


def _found(study: Study) -> Iterator[str]:
    partly = sum(outcome.is_partly_found for outcome in study.outcomes)
    places = sum(len(outcome.row.places) for outcome in study.outcomes)
    met = places - sum(len(outcome.missed) for outcome in study.outcomes)
    yield (
        f"**{study.found} of {len(study.outcomes)} faults are found at every place where they stand"
        f" ({study.share:.1%})**, {partly} more at some of their places: {met} of {places} places."
    )


def _guides(study: Study) -> Iterator[str]:
    counts = study.by_guide()
    yield "## Findings by guide"
    yield ""
    yield f"{study.documents} documents, {len(study.findings)} findings."
    yield ""
    yield f"| guide | {' | '.join(_GRADES)} |"
    yield f"| --- {'| ---: ' * len(_GRADES)}|"
    for guide, what in GUIDES.items():
        yield f"| {guide}: {what} | {' | '.join(str(counts[guide, grade]) for grade in _GRADES)} |"


def _missed(study: Study) -> Iterator[str]:
    yield "## Faults that are not found everywhere"
    yield ""
    yield "| fault | what is wrong | not found at | why |"
    yield "| --- | --- | --- | --- |"
    for outcome in study.outcomes:
        if not outcome.is_found:
            yield _line(outcome)


def _line(outcome: Outcome) -> str:
    row = outcome.row
    where = " ".join(map(str, outcome.missed)) if outcome.is_partly_found else "any place"
    return f"| {row.name} | {row.what} | {where} | {row.why} |"


def _uncounted() -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for left_out in read_uncounted():
        reasons.setdefault(left_out.why, []).append(left_out.name)
    yield "## Entries that are not counted"
    yield ""
    yield f"{sum(map(len, reasons.values()))} entries of the list show nothing that a check of documents could detect."
    yield ""
    yield "| entries | why |"
    yield "| --- | --- |"
    yield from (f"| {' '.join(names)} | {why} |" for why, names in reasons.items())


def _rules(study: Study) -> Iterator[str]:
    counts = study.by_code()
    known: dict[str, Rule] = {rule.code: rule for rule in load_rules()}
    yield "## Findings by rule"
    yield ""
    yield f"| rule | {' | '.join(_GRADES)} |"
    yield f"| --- {'| ---: ' * len(_GRADES)}|"
    for code in sorted({code for code, _ in counts}):
        numbers = " | ".join(str(counts[code, grade] or "") for grade in _GRADES)
        yield f"| [{code}](../{known[code].doc}) {known[code].name} | {numbers} |"
