"""Text for people: a terminal, a pipe, 80 columns, with or without colour."""

import os
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from service_mesh.model.finding import Finding
from service_mesh.model.grade import Severity
from service_mesh.operations.result import NotChecked, ValidateResult, Verdict

__all__ = ["print_text", "summary"]

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "cyan"}
_VERDICTS = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red", Verdict.INCOMPLETE: "bold yellow"}


class _Console(Console):
    """A console that leaves it to the command line what happens when nobody reads; Rich would exit with a verdict."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def print_text(result: ValidateResult, color: str, *, written: bool = False) -> None:
    """Print a result.

    Args:
        result: What was found.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
        written: Whether the fixed files were written.
    """
    console = _console(color)
    for line in _lines(result, written=written):
        console.print(line, soft_wrap=True)


def summary(result: ValidateResult) -> str:
    """The last line: the verdict and how much was not checked."""
    counts, resources = result.counts, result.resources
    parts = [_number(counts.error, "error"), _number(counts.warning, "warning"), _number(counts.info, "note")]
    looked_at = _number(resources.valid + resources.invalid, "object")
    if result.commands:
        looked_at += f" and {_number(result.commands, 'command')}"
    if result.chart_values:
        looked_at += f" and {_number(result.chart_values, 'values file')}"
    unchecked = _number(len(result.not_checked), "thing")
    verdict = "nothing could be checked" if result.nothing_checked else result.verdict.value
    return f"{verdict}: {', '.join(parts)} in {looked_at}; {unchecked} not checked"


def _console(color: str) -> Console:
    forced = {"always": True, "never": False}.get(color)
    plain = color == "never" or (color == "auto" and "NO_COLOR" in os.environ)
    return _Console(file=sys.stdout, force_terminal=forced, no_color=plain, highlight=False, emoji=False, markup=False)


def _lines(result: ValidateResult, *, written: bool) -> Iterator[Text]:
    for finding in result.findings:
        yield from _finding(finding)
    for entry in result.not_checked:
        yield from _not_checked(entry)
    for note in result.notes:
        yield Text.assemble(("note: ", "cyan"), _clean(note))
    for fixed in result.fixed:
        if written:
            yield Text(f"fixed {_clean(fixed.file)}", "green")
        else:
            yield from (_diff_line(line) for line in fixed.diff.removesuffix("\n").split("\n"))
            yield Text("")
    yield Text(summary(result), _VERDICTS[result.verdict])


def _finding(finding: Finding) -> Iterator[Text]:
    place = f"{_clean(finding.file)}:{finding.line}:{finding.column}" if finding.file else "cluster"
    yield Text.assemble(
        (f"{place}: ", "bold"),
        (f"{finding.severity.value} ", _STYLES[finding.severity]),
        (f"{finding.code} ", "bold"),
        _clean(finding.message),
    )
    if finding.resource is not None:
        ref = finding.resource
        where = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
        yield Text(f"    in {ref.kind} {_clean(where)}", "dim")
    yield from _snippet(finding)
    for related in finding.related:
        place = f"{_clean(related.file)}:{related.line}: " if related.file else ""
        yield Text(f"    also {place}{_clean(related.note)}")
    if finding.fix is not None:
        safety = "safe" if finding.fix.safe else "look before you apply"
        yield Text.assemble(("    fix: ", "green"), f"{_clean(finding.fix.title)} ({safety})")
    yield Text("")


def _snippet(finding: Finding) -> Iterator[Text]:
    if not finding.snippet.strip():
        return
    number = str(finding.line)
    bare = finding.snippet.lstrip(" ")
    cut = len(finding.snippet) - len(bare)
    caret = max(finding.column - 1 - cut, 0)
    yield Text.assemble((f"    {number} | ", "blue"), _clean(bare)[:120])
    if caret < 100:
        yield Text.assemble((" " * (4 + len(number)) + " | ", "blue"), " " * caret, ("^", _STYLES[finding.severity]))


def _not_checked(entry: NotChecked) -> Iterator[Text]:
    yield Text.assemble(("not checked: ", "yellow"), f"{_clean(entry.what)}: {_clean(entry.why)}")
    yield Text(f"    {_clean(entry.how_to_settle)}", "dim")


def _diff_line(line: str) -> Text:
    style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
    return Text(_clean(line.removesuffix("\r")), style)


def _clean(text: str) -> str:
    """Names and snippets come from strangers: no control character of theirs reaches the terminal."""
    return "".join(c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in text)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
