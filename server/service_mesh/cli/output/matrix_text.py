"""Who can call whom as text: the classes, then every answer by who is called."""

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.terminal import console, not_checked
from service_mesh.operations.access_matrix_result import AccessMatrixResult, MatrixRow
from service_mesh.operations.access_result import AccessDecision
from service_mesh.rendering.matrix import class_text, decider_text, matrix_summary, numbers, ordered, port_of
from service_mesh.rendering.words import clean

__all__ = ["print_matrix"]

_STYLES = {AccessDecision.ALLOW: "green", AccessDecision.DENY: "red", AccessDecision.UNKNOWN: "yellow"}
_MOST_CLASSES = 200
_MOST_ROWS = 400
_EMPTY = Line(Text(""))


def print_matrix(result: AccessMatrixResult, color: str) -> None:
    """Print a matrix.

    Args:
        result: The answer.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    print_lines(_lines(result), console(color))


def _lines(result: AccessMatrixResult) -> Iterator[Line]:
    yield Line(Text("CLASS  WORKLOADS (nothing loaded tells those of a class apart)", "bold"))
    for one in result.classes[:_MOST_CLASSES]:
        yield Line(Text(f"{one.number:>5}  {clean(class_text(one))}"), 7)
    if len(result.classes) > _MOST_CLASSES:
        yield Line(Text(f"       {len(result.classes) - _MOST_CLASSES} more (-o json lists them)", "dim"))
    rows = ordered(result)
    for (targets, port), group in groupby(rows[:_MOST_ROWS], key=lambda row: (row.targets, port_of(row))):
        yield _EMPTY
        yield Line(Text(f"to {numbers(targets)}, port {clean(port)}", "bold"), 4)
        for row in group:
            yield from _row(row)
    if len(rows) > _MOST_ROWS:
        yield Line(Text(f"{len(rows) - _MOST_ROWS} more rows (-o json lists them)", "dim"))
    yield _EMPTY
    for entry in result.not_checked:
        yield from map(Line, not_checked(entry))
    for note in result.notes:
        yield Line(Text.assemble(("note: ", "cyan"), clean(note)))
    yield Line(Text(matrix_summary(result), "bold"))


def _row(row: MatrixRow) -> Iterator[Line]:
    told = f"{row.transport:<10} from {numbers(row.sources)}"
    yield Line(Text.assemble((f"  {row.decision.value:<8}", _STYLES[row.decision]), told), 21)
    why = decider_text(row)
    if why:
        yield Line(Text(f"{'':10}{clean(why)}", "dim"), 12)
