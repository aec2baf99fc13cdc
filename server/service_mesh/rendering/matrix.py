"""Who can call whom, in words that every surface shares: rows by the called class, and Markdown with a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from service_mesh.operations.access_matrix_result import AccessMatrixResult, MatrixClass, MatrixRow
from service_mesh.operations.access_result import AccessDecision
from service_mesh.rendering.markdown import cell, code, named, quoted, table
from service_mesh.rendering.words import number, some

__all__ = [
    "class_text",
    "decider_text",
    "matrix_data",
    "matrix_summary",
    "numbers",
    "ordered",
    "port_of",
    "render_matrix_markdown",
]

_MOST_DRAWN = 40
_MOST_ROWS = 400
_ARROWS = {AccessDecision.ALLOW: "-->", AccessDecision.DENY: "--x", AccessDecision.UNKNOWN: "-.->"}
_ORDER = tuple(AccessDecision)


def matrix_summary(result: AccessMatrixResult) -> str:
    """The last line: pairs of each decision, and how much was not checked."""
    totals = result.totals
    counts = f"{totals.allow} allow, {totals.deny} deny, {totals.unknown} unknown"
    held = f"{number(totals.workloads, 'workload')} in {totals.classes} {'class' if totals.classes == 1 else 'classes'}"
    return f"{held}: {counts}; {number(len(result.not_checked), 'thing')} not checked"


def ordered(result: AccessMatrixResult) -> list[MatrixRow]:
    """The rows by who is called, then by decision and by who calls."""
    return sorted(
        result.rows,
        key=lambda row: (row.targets, row.port.port, row.port.protocol, row.port.service_port or 0, *_rank(row)),
    )


def _rank(row: MatrixRow) -> tuple[int, int]:
    return _ORDER.index(row.decision), row.clients


def class_text(one: MatrixClass, most: int = 3) -> str:
    """The first members of a class, and how many more there are."""
    return some(one.members, len(one.members), most)


def numbers(listed: Sequence[int]) -> str:
    """Numbers of classes, those in a row as a range: `0, 2-5`."""
    runs: list[list[int]] = []
    for one in listed:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def port_of(row: MatrixRow) -> str:
    """A port, with that of the Service that leads there."""
    port = row.port
    name = f"{port.port}" + ("" if port.protocol == "TCP" else f"/{port.protocol.lower()}")
    if port.service_port is None:
        return f"{name} of the pod"
    return f"{name} by {port.service or 'Service'}:{port.service_port}"


def decider_text(row: MatrixRow) -> str:
    """What decides, or what would settle it; empty where calls pass and no policy speaks of them."""
    if row.decision is AccessDecision.UNKNOWN:
        return "needs " + "; ".join(row.needs)
    found = row.deciding
    if found is None:
        return ""
    if found.resource is None:
        return found.reason
    place = f" ({found.file}:{found.line})" if found.file else ""
    return f"{found.reason}: {named(found.resource)}{place}"


def matrix_data(result: AccessMatrixResult) -> dict[str, Any]:
    """The whole result for machines: rows name classes by their numbers."""
    rows = [
        {
            "from": row.sources,
            "to": row.targets,
            "port": asdict(row.port),
            "decision": row.decision.value,
            "transport": row.transport,
            "deciding": asdict(row.deciding) if row.deciding is not None else None,
            "depends_on_request": row.depends_on_request,
            "needs": row.needs,
        }
        for row in ordered(result)
    ]
    return {
        "totals": asdict(result.totals),
        "classes": [asdict(one) for one in result.classes],
        "rows": rows,
        "not_checked": [asdict(one) for one in result.not_checked],
        "versions": result.versions,
        "notes": result.notes,
    }


def render_matrix_markdown(result: AccessMatrixResult) -> str:
    """A matrix for a document: the summary, the classes, a picture of who can call whom, a table of every answer."""
    return "\n".join(_lines(result))


def _lines(result: AccessMatrixResult) -> Iterator[str]:
    yield f"**{cell(matrix_summary(result))}**"
    yield from table(("class", "workloads"), ((str(one.number), cell(class_text(one, 8))) for one in result.classes))
    rows = ordered(result)
    yield from _picture(result, rows)
    shown = rows[:_MOST_ROWS]
    yield from table(("from", "to", "port", "decision", "carries", "decided by"), map(_row, shown))
    if len(rows) > len(shown):
        yield f"\n{len(rows) - len(shown)} more rows are left out."
    remarks = [f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in result.not_checked]
    remarks += [f"note: {note}" for note in result.notes]
    if remarks:
        yield ""
    yield from (f"- {cell(remark)}" for remark in remarks)


def _picture(result: AccessMatrixResult, rows: Sequence[MatrixRow]) -> Iterator[str]:
    """What may pass, as arrows between classes; what is denied is not drawn."""
    pairs = (
        (client, server, row)
        for row in rows
        if row.decision is not AccessDecision.DENY
        for server in row.targets
        for client in row.sources
        if client != server
    )
    drawn = [pair for pair, _ in zip(pairs, range(_MOST_DRAWN), strict=False)]
    if not drawn:
        return
    yield "\n```mermaid"
    yield "flowchart LR"
    for one in sorted({end for client, server, _ in drawn for end in (client, server)}):
        yield f'  c{one}["{one}: {quoted(class_text(result.classes[one], 1))}"]'
    for client, server, row in drawn:
        told = f"{row.port.port} {row.transport}"
        yield f'  c{client} {_ARROWS[row.decision]}|"{quoted(told)}"| c{server}'
    yield "```"
    if len(drawn) == _MOST_DRAWN:
        yield "\nThe picture shows the first arrows; the table has every answer."


def _row(row: MatrixRow) -> tuple[str, ...]:
    ends = code(numbers(row.sources)), code(numbers(row.targets))
    return *ends, cell(port_of(row)), row.decision.value, row.transport, cell(decider_text(row))
