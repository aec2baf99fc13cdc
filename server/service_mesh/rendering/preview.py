"""What a change would do, in words that every surface shares: sections in the order of their gravity, and Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service_mesh.model.finding import Finding, RelatedView
from service_mesh.operations.access_matrix_result import MatrixPort
from service_mesh.operations.access_result import Deciding
from service_mesh.operations.preview_result import CallsChange, CallSide, PreviewResult
from service_mesh.rendering.markdown import cell, code, named, quoted, table
from service_mesh.rendering.words import number, some

__all__ = [
    "Section",
    "becomes",
    "port_text",
    "preview_summary",
    "render_preview_markdown",
    "requests_text",
    "sections",
    "why",
]

_MOST_DRAWN = 20
_REQUESTS = 4
_NEW = "not there"


@dataclass(frozen=True, slots=True)
class Section:
    """Calls that the same becomes of.

    Attributes:
        title: What becomes of them, as a heading.
        word: The same in the summary.
        rows: The calls.
        arrow: How Mermaid draws them.
        is_carriage: Whether it is about what connections carry, and not about who lets them pass.
    """

    title: str
    word: str
    rows: tuple[CallsChange, ...]
    arrow: str
    is_carriage: bool = False


def sections(result: PreviewResult) -> tuple[Section, ...]:
    """What becomes of calls, the gravest first; sections without calls are left out."""
    access, encryption = result.access, result.encryption
    found = (
        Section("Calls that no longer pass", "lost", access.lost, "--x"),
        Section("Calls that newly pass", "gained", access.gained, "==>"),
        Section("Calls that are no longer encrypted", "no longer encrypted", encryption.lost, "-.->", is_carriage=True),
        Section(
            "Calls whose client the server no longer surely knows",
            "no longer authenticated",
            access.newly_unauthenticated,
            "-.->",
            is_carriage=True,
        ),
        Section("Calls of which it is not known whether they pass", "uncertain", access.uncertain, "-.->"),
        Section("Calls that are newly encrypted", "newly encrypted", encryption.gained, "==>", is_carriage=True),
    )
    return tuple(one for one in found if one.rows)


def preview_summary(result: PreviewResult) -> str:
    """The last line: the verdict, what becomes of how many pairs, and how much was not checked."""
    told = [f"{sum(row.pairs for row in one.rows)} {one.word}" for one in sections(result)]
    calls = f"calls: {', '.join(told)}" if told else "no call changes"
    introduced, fixed = len(result.findings.introduced), len(result.findings.fixed)
    findings = f"findings: {introduced} introduced, {fixed} fixed"
    return f"{result.verdict.value}: {calls}; {findings}; {number(len(result.not_checked), 'thing')} not checked"


def port_text(port: MatrixPort) -> str:
    """A port, with that of the Service that leads there."""
    name = f"port {port.port}" + ("" if port.protocol == "TCP" else f"/{port.protocol.lower()}")
    if port.service_port is None:
        return f"{name} of the pod itself"
    return f"{name} by port {port.service_port} of {port.service or 'the Service'}"


def requests_text(row: CallsChange) -> str:
    """The first requests that show a change; empty where it holds whatever is requested."""
    more = len(row.requests) - _REQUESTS
    return "; ".join(row.requests[:_REQUESTS]) + (f"; and {more} more" if more > 0 else "")


def becomes(row: CallsChange) -> str:
    """What calls were and are, in one line."""
    return f"{_side(row.before)} -> {_side(row.after)}"


def _side(side: CallSide | None) -> str:
    return f"{side.decision.value} ({side.transport})" if side is not None else _NEW


def render_preview_markdown(result: PreviewResult, most: int = 200) -> str:
    """A preview for a pull request: the summary, a picture of what changes, a table for each section.

    Args:
        result: The preview.
        most: Most rows of each table, arrows, and things that were not checked.
    """
    return "\n".join(_lines(result, most))


def _lines(result: PreviewResult, most: int) -> Iterator[str]:
    yield f"**{cell(preview_summary(result))}**\n"
    yield from (f"- {one.how}: {cell(one.title)}" for one in result.objects[:most])
    found = sections(result)
    yield from _picture(found, min(most, _MOST_DRAWN))
    for section in found:
        yield f"\n### {section.title}"
        rows = (_row(row, section) for row in section.rows[:most])
        yield from table(("from", "to", "before → after", "decided by"), rows)
        if len(section.rows) > most:
            yield f"\n{len(section.rows) - most} more kinds of calls are left out."
    findings = result.findings
    for title, held in (("introduced", findings.introduced), ("fixed", findings.fixed)):
        if held:
            yield f"\n### Findings {title}"
            yield from table(("severity", "code", "object", "finding", "place"), map(_finding, held[:most]))
    remarks = [f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in result.not_checked[:most]]
    remarks += [f"note: {note}" for note in result.notes]
    if remarks:
        yield ""
    yield from (f"- {cell(remark)}" for remark in remarks)


def _picture(found: Sequence[Section], most: int) -> Iterator[str]:
    """The first calls of each section as arrows; nothing where nothing changes."""
    drawn = [(section, row) for section in found for row in section.rows][:most]
    if not drawn:
        return
    yield "\n```mermaid"
    yield "flowchart LR"
    names: dict[str, str] = {}
    for section, row in drawn:
        ends = some(row.from_, row.clients), some(row.to, row.servers)
        for end in ends:
            if end not in names:
                names[end] = f"n{len(names)}"
                yield f'  {names[end]}["{quoted(end)}"]'
        told = " ".join(filter(None, (section.word, str(row.port.port), requests_text(row))))
        yield f'  {names[ends[0]]} {section.arrow}|"{quoted(told)}"| {names[ends[1]]}'
    yield "```"


def _row(row: CallsChange, section: Section) -> tuple[str, ...]:
    server = f"{some(row.to, row.servers)} {port_text(row.port)}"
    request = f" {code(requests_text(row))}" if row.requests else ""
    return (
        cell(some(row.from_, row.clients)),
        cell(server) + request,
        becomes(row),
        cell(": ".join(filter(None, why(row, is_carriage=section.is_carriage)))),
    )


def why(row: CallsChange, *, is_carriage: bool) -> tuple[str, str]:
    """Why it is so after the change, or was before it where nothing is left, and the object with its place."""
    sides = [side for side in (row.after, row.before) if side is not None]
    if is_carriage:
        side = sides[0]
        return side.carried_because, _place(side.carried_by)
    found = next((side.deciding for side in sides if side.deciding is not None), None)
    return (found.reason, _place(found)) if found is not None else ("", "")


def _place(found: RelatedView | Deciding | None) -> str:
    if found is None or found.resource is None:
        return ""
    return named(found.resource) + (f" ({found.file}:{found.line})" if found.file else "")


def _finding(one: Finding) -> tuple[str, ...]:
    place = code(f"{one.file}:{one.line}") if one.file else ""
    return one.severity.value, one.code, cell(named(one.resource)), cell(one.message), place
