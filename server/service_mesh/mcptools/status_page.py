"""Cuts the health of meshes to one answer within the budgets, and says what was cut and how to get it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.answer import reason
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.status_answer import StatusAnswer, bounded, cause_of, full_problem, said, short
from service_mesh.mcptools.status_rendering import render_status
from service_mesh.mcptools.tool import Answer
from service_mesh.operations.paging import cursor_at, start_of
from service_mesh.operations.status_result import ReadCluster, StatusResult
from service_mesh.status.health import DataPlane, MeshHealth

__all__ = ["StatusWanted", "to_status_answer"]

T = TypeVar("T")

_ROWS = {False: 5, True: 60}
_REASONS = {False: 500, True: 2_000}
_CLUSTERS = 20
_NAME = 200


@dataclass(frozen=True, slots=True)
class StatusWanted:
    """How much of a result is asked for.

    Attributes:
        limit: Most problems on the page.
        full: Whether problems carry every field and meshes all rows.
        cursor: The page; None for the first.
    """

    limit: int
    full: bool
    cursor: str | None


def to_status_answer(result: StatusResult, wanted: StatusWanted, adapter: TypeAdapter[StatusAnswer]) -> Answer:
    """The page of `result` that was asked for, as text and data.

    At least one problem is on a page that has any left, so that a walk through the cursors ends. What runs is told on
    the first page only.

    Raises:
        UsageError: The cursor does not belong to these problems.
    """
    start = start_of(wanted.cursor, result.problems)
    page = [(full_problem if wanted.full else short)(p) for p in result.problems[start : start + wanted.limit]]
    frame = _frame(result, wanted, is_first=start == 0)

    def answer(count: int) -> Answer:
        cut = _with_problems(frame, result, start, page[:count])
        return Answer(render_status(cut), cast(dict[str, Any], adapter.dump_python(cut, mode="json")))

    allowed = budget.HARD_CAP if wanted.full or wanted.limit > 30 else budget.DEFAULT_TOKENS
    return answer(max(min(1, len(page)), budget.largest(len(page), lambda count: budget.fits(answer(count), allowed))))


def _frame(result: StatusResult, wanted: StatusWanted, *, is_first: bool) -> StatusAnswer:
    """Everything but the problems."""
    not_checked = budget.leading([reason(entry) for entry in result.not_checked], _REASONS[wanted.full], asdict)
    meshes = tuple(_cut(bounded(mesh), _ROWS[wanted.full]) for mesh in result.meshes) if is_first else ()
    notes = [one_line(note, _NAME) for note in result.notes]
    if more := len(result.not_checked) - len(not_checked):
        notes.append(f'{more} more entries of not_checked are left out: "detail": "full" shows them')
    notes += _cut_notes(result.meshes, meshes) if is_first else ()
    if is_first and (more := len(result.reported) - _ROWS[wanted.full]) > 0:
        notes.append(f"{more} more results of linkerd check are left out")
    return StatusAnswer(
        verdict=result.verdict,
        counts=result.counts,
        cause=cause_of(result.cause) if result.cause is not None else None,
        problems=(),
        meshes=meshes,
        not_checked=not_checked,
        taken_at=result.taken_at,
        clusters=tuple(map(_cluster, result.clusters[:_CLUSTERS])),
        versions=result.versions,
        reported=tuple(map(said, result.reported[: _ROWS[wanted.full]])) if is_first else (),
        notes=tuple(notes),
        next_cursor=None,
    )


def _cut(mesh: MeshHealth, most: int) -> MeshHealth:
    """The rows that tell most: what is not as it should be, then the others in their order."""
    namespaces = _worst(mesh.data_plane.namespaces, most, lambda held: held.not_ready + held.outdated)
    return replace(
        mesh,
        control_plane=_worst(mesh.control_plane, most, lambda part: int(part.ready != part.wanted)),
        data_plane=DataPlane(namespaces),
        gateways=_worst(mesh.gateways, most, lambda gateway: int(gateway.is_programmed is False)),
        certificates=_worst(
            mesh.certificates, most, lambda held: -held.days_left if held.days_left is not None else -36_500
        ),
    )


def _worst(rows: Sequence[T], most: int, badness: Callable[[T], int]) -> tuple[T, ...]:
    if len(rows) <= most:
        return tuple(rows)
    chosen = sorted(range(len(rows)), key=lambda at: (-badness(rows[at]), at))[:most]
    return tuple(rows[at] for at in sorted(chosen))


def _cut_notes(whole: Sequence[MeshHealth], cut: Sequence[MeshHealth]) -> Iterator[str]:
    for before, after in zip(whole, cut, strict=True):
        lost = _rows(before) - _rows(after)
        if lost:
            yield f'{lost} more rows of {before.mesh} are left out: "detail": "full" or "namespace" shows them'


def _rows(mesh: MeshHealth) -> int:
    parts = (mesh.control_plane, mesh.data_plane.namespaces, mesh.gateways, mesh.certificates)
    return sum(map(len, parts))


def _cluster(cluster: ReadCluster) -> ReadCluster:
    return replace(
        cluster,
        name=one_line(cluster.name, _NAME),
        key=one_line(cluster.key, _NAME),
        kubernetes=one_line(cluster.kubernetes, _NAME),
    )


def _with_problems(frame: StatusAnswer, result: StatusResult, start: int, page: Sequence[Any]) -> StatusAnswer:
    end = start + len(page)
    cursor = cursor_at(end, result.problems)
    notes = list(frame.notes)
    if start or cursor:
        shown = f"problems {start + 1} to {end} of {len(result.problems)}"
        more = f': for more, repeat the call with "cursor": "{cursor}"' if cursor else ", the last page"
        notes.append(f"{shown}{more}; 'checks' and 'namespace' narrow")
    return replace(frame, problems=tuple(page), notes=tuple(notes), next_cursor=cursor)
