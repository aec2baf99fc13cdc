"""Cuts what travels between workloads to one answer within the budgets, and says what was cut and how to get it."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, cast

from pydantic import TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.answer import reason
from service_mesh.mcptools.mtls_answer import (
    BreakageAnswer,
    EdgeAnswer,
    MtlsAnswer,
    ReadinessAnswer,
    breakage,
    edge,
    port,
)
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.tool import Answer
from service_mesh.operations.mtls_result import MtlsResult
from service_mesh.operations.paging import cursor_at, start_of
from service_mesh.rendering.words import some

__all__ = ["to_mtls_answer"]

_PORTS = 8
_BREAKAGES = 8
_REASONS = 300
_NOTE = 200


def to_mtls_answer(result: MtlsResult, limit: int, cursor: str | None, adapter: TypeAdapter[MtlsAnswer]) -> Answer:
    """The page of edges that was asked for, as text and data; ports and readiness are on the first page.

    Raises:
        UsageError: The cursor does not belong to these edges.
    """
    start = start_of(cursor, result.edges)
    page = [edge(one) for one in result.edges[start : start + limit]]
    frame = _frame(result, is_first=start == 0, most=limit)

    def answer(count: int) -> Answer:
        cut = _with_edges(frame, result, start, tuple(page[:count]))
        data = adapter.dump_python(cut, mode="json", by_alias=True)
        return Answer("\n".join(_lines(cut)), cast(dict[str, Any], data))

    allowed = budget.HARD_CAP if limit > 30 else budget.DEFAULT_TOKENS
    return answer(max(min(1, len(page)), budget.largest(len(page), lambda count: budget.fits(answer(count), allowed))))


def _frame(result: MtlsResult, *, is_first: bool, most: int) -> MtlsAnswer:
    """Everything but the edges."""
    rows = max(_PORTS, most if most > 30 else 0) if is_first else 0
    ports = sorted(result.workloads, key=lambda one: one.mode == "strict")
    broken = result.strict_ready.would_break
    notes = [one_line(note, _NOTE) for note in result.notes]
    if is_first and len(ports) > rows:
        notes.append(f"{len(ports) - rows} more ports are left out: 'namespace' or 'workload' narrows")
    if is_first and len(broken) > _BREAKAGES:
        notes.append(f"{len(broken) - _BREAKAGES} more entries of would_break are left out: 'namespace' narrows")
    return MtlsAnswer(
        verdict=result.verdict,
        totals=result.totals,
        workloads=tuple(port(one) for one in ports[:rows]),
        edges=(),
        strict_ready=ReadinessAnswer(
            result.strict_ready.ready, tuple(breakage(one) for one in broken[: _BREAKAGES if is_first else 0])
        ),
        not_checked=budget.leading([reason(entry) for entry in result.not_checked], _REASONS, asdict),
        versions=result.versions,
        notes=tuple(notes),
        next_cursor=None,
    )


def _with_edges(frame: MtlsAnswer, result: MtlsResult, start: int, page: tuple[EdgeAnswer, ...]) -> MtlsAnswer:
    end = start + len(page)
    cursor = cursor_at(end, result.edges)
    notes = frame.notes
    if start or cursor:
        more = f': for more, repeat the call with "cursor": "{cursor}"' if cursor else ", the last page"
        shown = f"edges {start + 1} to {end} of {len(result.edges)}"
        notes = (*notes, f"{shown}{more}; 'namespace' and 'workload' narrow")
    return replace(frame, edges=page, notes=notes, next_cursor=cursor)


def _lines(answer: MtlsAnswer) -> Iterator[str]:
    totals = ", ".join(f"{count} {transport}" for transport, count in answer.totals.items())
    yield f"{answer.verdict}: {totals or 'no edges'}"
    for one in answer.workloads:
        decided = f", by {one.decided_by}" if one.decided_by else ""
        missing = f", needs {one.missing}" if one.missing else ""
        yield f"{one.workload} port {one.port}: {one.mode} {one.mesh}".rstrip() + decided + missing
    for found in answer.edges:
        decided = f" by {found.decided_by}" if found.decided_by else ""
        ends = f"{_ends(found)} port {found.port}"
        yield f"{found.transport}: {ends}: {found.reason}{decided}"
    words = {True: "STRICT would break nothing", False: "STRICT would break:", None: "STRICT may break:"}
    yield words[answer.strict_ready.ready]
    for broken in answer.strict_ready.would_break:
        needs = f"; needs {broken.needs}" if broken.needs else ""
        ends = f"{_ends(broken)} port {broken.port}"
        yield f"  {ends}: {broken.reason} by {broken.decided_by}{needs}"
    for entry in answer.not_checked:
        yield f"not checked: {entry.what}: {entry.why}; {entry.how_to_settle}"
    yield from answer.notes


def _ends(one: EdgeAnswer | BreakageAnswer) -> str:
    clients, servers = some(one.from_, one.clients, len(one.from_)), some(one.to, one.servers, len(one.to))
    return f"{clients} to {servers}"
