"""Text for people: a terminal, a pipe, 80 columns, with or without colour."""

from collections.abc import Iterator

from rich.text import Text

from service_mesh.cli.output.terminal import STYLES, VERDICTS, console, not_checked
from service_mesh.model.finding import Finding
from service_mesh.operations.result import ValidateResult
from service_mesh.rendering.words import clean, number

__all__ = ["print_text", "summary"]


def print_text(result: ValidateResult, color: str, *, written: bool = False) -> None:
    """Print a result.

    Args:
        result: What was found.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
        written: Whether the fixed files were written.
    """
    shown = console(color)
    for line in _lines(result, written=written):
        shown.print(line, soft_wrap=True)


def summary(result: ValidateResult) -> str:
    """The last line: the verdict and how much was not checked."""
    counts, resources = result.counts, result.resources
    parts = [number(counts.error, "error"), number(counts.warning, "warning"), number(counts.info, "note")]
    looked_at = number(resources.valid + resources.invalid, "object")
    if result.commands:
        looked_at += f" and {number(result.commands, 'command')}"
    if result.chart_values:
        looked_at += f" and {number(result.chart_values, 'values file')}"
    unchecked = number(len(result.not_checked), "thing")
    verdict = "nothing could be checked" if result.nothing_checked else result.verdict.value
    return f"{verdict}: {', '.join(parts)} in {looked_at}; {unchecked} not checked"


def _lines(result: ValidateResult, *, written: bool) -> Iterator[Text]:
    for finding in result.findings:
        yield from _finding(finding)
    for entry in result.not_checked:
        yield from not_checked(entry)
    for note in result.notes:
        yield Text.assemble(("note: ", "cyan"), clean(note))
    for fixed in result.fixed:
        if written:
            yield Text(f"fixed {clean(fixed.file)}", "green")
        else:
            yield from (_diff_line(line) for line in fixed.diff.removesuffix("\n").split("\n"))
            yield Text("")
    yield Text(summary(result), VERDICTS[result.verdict])


def _finding(finding: Finding) -> Iterator[Text]:
    place = f"{clean(finding.file)}:{finding.line}:{finding.column}" if finding.file else "cluster"
    yield Text.assemble(
        (f"{place}: ", "bold"),
        (f"{finding.severity.value} ", STYLES[finding.severity]),
        (f"{finding.code} ", "bold"),
        clean(finding.message),
    )
    if finding.resource is not None:
        ref = finding.resource
        where = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
        yield Text(f"    in {ref.kind} {clean(where)}", "dim")
    yield from _snippet(finding)
    for related in finding.related:
        place = f"{clean(related.file)}:{related.line}: " if related.file else ""
        yield Text(f"    also {place}{clean(related.note)}")
    if finding.fix is not None:
        safety = "safe" if finding.fix.safe else "look before you apply"
        yield Text.assemble(("    fix: ", "green"), f"{clean(finding.fix.title)} ({safety})")
    yield Text("")


def _snippet(finding: Finding) -> Iterator[Text]:
    if not finding.snippet.strip():
        return
    line = str(finding.line)
    bare = finding.snippet.lstrip(" ")
    cut = len(finding.snippet) - len(bare)
    caret = max(finding.column - 1 - cut, 0)
    yield Text.assemble((f"    {line} | ", "blue"), clean(bare)[:120])
    if caret < 100:
        yield Text.assemble((" " * (4 + len(line)) + " | ", "blue"), " " * caret, ("^", STYLES[finding.severity]))


def _diff_line(line: str) -> Text:
    style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
    return Text(clean(line.removesuffix("\r")), style)
