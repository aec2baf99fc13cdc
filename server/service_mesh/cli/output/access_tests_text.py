"""Tests of policies as text: each on a line, with the reason under one that did not pass."""

from collections.abc import Iterator

from rich.text import Text

from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.terminal import console, not_checked
from service_mesh.operations.access_tests import AccessTestsResult, Outcome, TestedCall
from service_mesh.rendering.words import clean, number

__all__ = ["print_access_tests"]

_STYLES = {Outcome.PASSED: "bold green", Outcome.FAILED: "bold red", Outcome.UNKNOWN: "bold yellow"}


def print_access_tests(result: AccessTestsResult, color: str) -> None:
    """Print a result.

    Args:
        result: The tests and their answers.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    print_lines(_lines(result), console(color))


def _lines(result: AccessTestsResult) -> Iterator[Line]:
    for call in result.calls:
        yield from _call(call)
    for entry in result.not_checked:
        yield from map(Line, not_checked(entry))
    for note in result.notes:
        yield Line(Text.assemble(("note: ", "cyan"), clean(note)))
    counts = {outcome: result.count(outcome) for outcome in Outcome}
    worst = next((one for one in (Outcome.FAILED, Outcome.UNKNOWN) if counts[one]), Outcome.PASSED)
    parts = ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items())
    yield Line(Text(f"{parts}; {number(len(result.not_checked), 'thing')} not checked", _STYLES[worst]))


def _call(call: TestedCall) -> Iterator[Line]:
    yield Line(Text.assemble((f"{call.outcome.value:<8}", _STYLES[call.outcome]), clean(call.name)), 8)
    if call.reason:
        yield Line(Text(f"        expected {call.expected.value}, got {clean(call.reason)}", "dim"), 10)
        yield Line(Text(f"        in {clean(call.file)}:{call.line}", "dim"), 10)
