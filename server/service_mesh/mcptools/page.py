"""Cuts the result of a validation to one answer within the budgets, and says what was cut and how to get it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from pydantic import TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.answer import ConciseFinding, FixedFile, ValidateAnswer, concise, full, reason
from service_mesh.mcptools.quoting import encodable, one_line
from service_mesh.mcptools.text import render
from service_mesh.mcptools.tool import Answer
from service_mesh.model.finding import Finding
from service_mesh.operations.paging import cursor_at, start_of
from service_mesh.operations.request import FixMode
from service_mesh.operations.result import Fixed, ValidateResult

__all__ = ["Wanted", "to_answer"]

_REASONS = 800
_NAMESPACES = 300
_TEXTS = 3_000
_DIFFS = {False: 10_000, True: 5_000}
_NAME = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a result is asked for.

    Attributes:
        limit: Most findings on the page.
        full: Whether findings carry every field.
        cursor: The page; None for the first.
        fix: Which fixes were asked for.
    """

    limit: int
    full: bool
    cursor: str | None
    fix: FixMode


def to_answer(result: ValidateResult, wanted: Wanted, adapter: TypeAdapter[ValidateAnswer]) -> Answer:
    """The page of `result` that was asked for, as text and data.

    At least one finding is on a page that has any left, so that a walk through the cursors ends.

    Raises:
        UsageError: The cursor does not belong to these findings.
    """
    start = start_of(wanted.cursor, result.findings)
    page = [full(f) if wanted.full else concise(f) for f in result.findings[start : start + wanted.limit]]
    frame = _frame(result, wanted)

    def answer(count: int) -> Answer:
        cut = _with_findings(frame, result.findings, start, page[:count])
        return Answer(render(cut), cast(dict[str, Any], adapter.dump_python(cut, mode="json")))

    allowed = _ceiling(frame, wanted)
    return answer(max(min(1, len(page)), budget.largest(len(page), lambda count: budget.fits(answer(count), allowed))))


def _ceiling(frame: ValidateAnswer, wanted: Wanted) -> int:
    if wanted.full or wanted.limit > 30:
        return budget.HARD_CAP
    return budget.DEFAULT_TOKENS + sum(budget.about(budget.wire(asdict(file))) for file in frame.fixed)


def _frame(result: ValidateResult, wanted: Wanted) -> ValidateAnswer:
    """Everything but the findings."""
    not_checked = budget.leading([reason(entry) for entry in result.not_checked], _REASONS, asdict)
    namespaces = budget.leading([one_line(n, _NAME) for n in result.complete_namespaces], _NAMESPACES, str)
    fixed = _fixed(result.fixed, _DIFFS[wanted.full])
    return ValidateAnswer(
        verdict=result.verdict,
        counts=result.counts,
        resources=result.resources,
        commands=result.commands,
        findings=(),
        not_checked=not_checked,
        complete_namespaces=namespaces,
        fixed=fixed,
        versions=result.versions,
        notes=tuple(_frame_notes(result, wanted, not_checked, namespaces, fixed)),
        next_cursor=None,
    )


def _fixed(files: Sequence[Fixed], diffs: int) -> tuple[FixedFile, ...]:
    files = [
        Fixed(one_line(file.file, _NAME), encodable(file.diff), file.text and encodable(file.text)) for file in files
    ]
    with_diff = budget.leading(files, diffs, lambda file: file.diff)
    texts = budget.leading(with_diff, _TEXTS, lambda file: file.text)
    return tuple(
        FixedFile(file.file, file.diff, file.text if index < len(texts) else None)
        for index, file in enumerate(with_diff)
    )


def _frame_notes(
    result: ValidateResult,
    wanted: Wanted,
    not_checked: Sequence[object],
    namespaces: Sequence[object],
    fixed: Sequence[FixedFile],
) -> Iterator[str]:
    yield from (one_line(note, _NAME) for note in result.notes)
    if more := len(result.not_checked) - len(not_checked):
        yield f"{more} more entries of not_checked are left out: narrow 'paths' or 'namespace' to see them"
    if more := len(result.complete_namespaces) - len(namespaces):
        yield f"{more} more namespaces were taken as complete"
    command = f"service-mesh validate --fix {wanted.fix}"
    if any(cut.text is None and file.text is not None for cut, file in zip(fixed, result.fixed, strict=False)):
        yield f"some whole texts are left out, their diffs are complete: `{command} --write FILE` writes them"
    if more := len(result.fixed) - len(fixed):
        yield f"diffs of {more} more files are left out: narrow 'paths', or run `{command} PATHS`"


def _with_findings(
    frame: ValidateAnswer, findings: Sequence[Finding], start: int, page: Sequence[ConciseFinding | Finding]
) -> ValidateAnswer:
    end = start + len(page)
    cursor = cursor_at(end, findings)
    notes = list(frame.notes)
    if start or cursor:
        notes.append(_position(start, end, len(findings), cursor))
    notes += _advice(findings[start:end])
    return replace(frame, findings=tuple(page), notes=tuple(notes), next_cursor=cursor)


def _position(start: int, end: int, total: int, cursor: str | None) -> str:
    shown = f"findings {start + 1} to {end} of {total}"
    if cursor is None:
        return f"{shown}, the last page"
    return (
        f'{shown}: for more, repeat the call with "cursor": "{cursor}";'
        " for fewer, narrow with 'min_severity', 'select', 'namespace' or 'paths'"
    )


def _advice(shown: Sequence[Finding]) -> Iterator[str]:
    safe = sum(1 for finding in shown if finding.fix and finding.fix.safe)
    if safe:
        yield f'{safe} of the findings shown can be mended safely: "fix": "safe" returns the diffs'
