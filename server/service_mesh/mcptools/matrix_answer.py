"""What `check_access` answers with about all pairs of a namespace: as many rows as fit, and how many do not."""

from dataclasses import asdict
from typing import Any, cast

from pydantic import TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.access_answer import AccessAnswer, MatrixAnswer, MatrixRowAnswer
from service_mesh.mcptools.answer import reason
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.tool import Answer
from service_mesh.operations.access_matrix_result import AccessMatrixResult, MatrixRow
from service_mesh.rendering.matrix import class_text, decider_text, matrix_summary, numbers, ordered, port_of

__all__ = ["to_matrix_answer"]

_MOST = 60
_TEXT = 240
_REASONS = 300


def to_matrix_answer(result: AccessMatrixResult, adapter: TypeAdapter[AccessAnswer]) -> Answer:
    """The matrix as text and data; rows are left out where the answer would be too long, and counted."""
    rows = ordered(result)

    def answer(most: int) -> Answer:
        found = _bounded(result, rows, most)
        data = adapter.dump_python(found, mode="json", by_alias=True)
        return Answer("\n".join(_lines(result, found)), cast(dict[str, Any], data))

    return answer(budget.largest(_MOST, lambda most: budget.fits(answer(most), budget.DEFAULT_TOKENS)))


def _bounded(result: AccessMatrixResult, rows: list[MatrixRow], most: int) -> AccessAnswer:
    return AccessAnswer(
        decision=None,
        transport=None,
        encrypted=None,
        authenticated=None,
        deciding=None,
        layers=(),
        needs=(),
        understood_as=None,
        matrix=MatrixAnswer(
            totals=asdict(result.totals),
            classes=tuple(one_line(class_text(one, 2), _TEXT) for one in result.classes[:most]),
            rows=tuple(map(_row, rows[:most])),
            left_out=max(0, len(rows) - most),
        ),
        not_checked=budget.leading([reason(entry) for entry in result.not_checked], _REASONS, asdict),
        versions=result.versions,
        notes=tuple(one_line(note, _TEXT) for note in (*_cut(len(rows), most), *result.notes)),
    )


def _cut(rows: int, most: int) -> tuple[str, ...]:
    if rows <= most:
        return ()
    return (f"{rows - most} of {rows} rows are left out: ask about one call with source and destination",)


def _row(row: MatrixRow) -> MatrixRowAnswer:
    return MatrixRowAnswer(
        from_=one_line(numbers(row.sources), _TEXT),
        to=one_line(numbers(row.targets), _TEXT),
        port=one_line(port_of(row), _TEXT),
        decision=row.decision,
        transport=row.transport,
        decided_by=one_line(decider_text(row), _TEXT),
    )


def _lines(result: AccessMatrixResult, answer: AccessAnswer) -> list[str]:
    found = answer.matrix
    if found is None:
        return []
    lines = [matrix_summary(result), *(f"class {at}: {text}" for at, text in enumerate(found.classes))]
    for row in found.rows:
        why = f": {row.decided_by}" if row.decided_by else ""
        lines.append(f"{row.decision}: {row.from_} to {row.to} port {row.port}, {row.transport}{why}")
    lines += [f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in answer.not_checked]
    return [*lines, *answer.notes]
