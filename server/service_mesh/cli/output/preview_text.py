"""What a change would do as text: what it touches, what becomes of calls from the gravest on, findings, the verdict."""

from collections.abc import Iterator

from rich.text import Text

from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.terminal import STYLES, VERDICTS, console, not_checked
from service_mesh.model.finding import Finding
from service_mesh.operations.preview_result import CallsChange, PreviewResult
from service_mesh.rendering.markdown import named
from service_mesh.rendering.preview import (
    Section,
    becomes,
    port_text,
    preview_summary,
    requests_text,
    sections,
    why,
)
from service_mesh.rendering.words import clean, some

__all__ = ["print_preview"]

_MOST = 20
_EMPTY = Line(Text(""))


def print_preview(result: PreviewResult, color: str) -> None:
    """Print a result.

    Args:
        result: The answer.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    print_lines(_lines(result), console(color))


def _lines(result: PreviewResult) -> Iterator[Line]:
    for one in result.objects[:_MOST]:
        yield Line(Text.assemble((f"{one.how:<8} ", "bold"), clean(one.title)), 9)
    if len(result.objects) > _MOST:
        yield Line(Text(f"{len(result.objects) - _MOST} more objects", "dim"))
    for section in sections(result):
        yield _EMPTY
        yield from _section(section)
    for title, held in (("Introduced", result.findings.introduced), ("Fixed", result.findings.fixed)):
        if held:
            yield _EMPTY
            yield Line(Text(f"{title} findings", "bold"))
            yield from (_finding(one) for one in held[:_MOST])
        if len(held) > _MOST:
            yield Line(Text(f"  {len(held) - _MOST} more (-o json lists them)", "dim"))
    yield _EMPTY
    for entry in result.not_checked:
        yield from map(Line, not_checked(entry))
    for note in result.notes:
        yield Line(Text.assemble(("note: ", "cyan"), clean(note)))
    yield Line(Text(preview_summary(result), VERDICTS[result.verdict]))


def _section(section: Section) -> Iterator[Line]:
    yield Line(Text(section.title, "bold"))
    for row in section.rows[:_MOST]:
        yield from _row(row, section)
    if len(section.rows) > _MOST:
        yield Line(Text(f"  {len(section.rows) - _MOST} more kinds of calls (-o json lists them)", "dim"))


def _row(row: CallsChange, section: Section) -> Iterator[Line]:
    requests = f", {requests_text(row)}" if row.requests else ""
    who = f"  {some(row.from_, row.clients)} to {some(row.to, row.servers)}, {port_text(row.port)}{requests}"
    yield Line(Text(clean(who)), 6)
    yield Line(Text(f"      {becomes(row)}"), 8)
    for text in filter(None, why(row, is_carriage=section.is_carriage)):
        yield Line(Text(f"      {clean(text)}", "dim"), 8)


def _finding(one: Finding) -> Line:
    place = f" ({one.file}:{one.line})" if one.file else ""
    told = f" {one.code} {named(one.resource)}: {one.message}{place}"
    return Line(Text.assemble((f"  {one.severity.value:<7}", STYLES[one.severity]), clean(told)), 10)
