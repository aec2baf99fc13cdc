"""What a page of the report holds as data: every text, place and set of classes once, lines that point at them.

A mesh of thousands of workloads has thousands of lines about hundreds of workloads each. Classes are numbered by
namespace here, so that a set of them is a few runs of numbers.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from service_mesh.model.finding import RelatedView
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.access_matrix_result import MatrixRow
from service_mesh.operations.access_result import Deciding
from service_mesh.operations.mtls_result import Breakage, EdgeView, PortMode
from service_mesh.operations.report_result import Ends, ReportResult, ReportWorkload
from service_mesh.posture.access.groups import numbers_of
from service_mesh.rendering.markdown import named
from service_mesh.rendering.words import clean

__all__ = ["Data", "page_data"]

K = TypeVar("K", bound=Hashable)

Data = dict[str, object]
"""Plain values for JSON."""

_Row = list[object]

_EDGE = ("carries", "callers", "called", "port", "encrypted", "authenticated", "decision", "reason", "chain", "inner")
_ANSWER = ("callers", "called", "port", "protocol", "via", "decision", "carries", "layer", "reason", "place", "needs")
_BREAK = ("who", "callers", "called", "port", "reason", "chain", "certain", "needs")
_PORT = ("workload", "port", "mesh", "mode", "chain", "missing")


@dataclass(slots=True)
class _Shared:
    """Values that many lines point at, each once, by the place where it stands."""

    order: dict[int, int]
    texts: dict[str, int] = field(default_factory=dict)
    places: dict[tuple[int, ...], int] = field(default_factory=dict)
    chains: dict[tuple[int, ...], int] = field(default_factory=dict)
    masks: dict[int, int] = field(default_factory=dict)

    def text(self, text: str) -> int:
        """Number of a text, without control characters."""
        return _numbered(self.texts, clean(text))

    def place(self, one: RelatedView | Deciding) -> int:
        """Number of an object with the field and the line of it that count."""
        note = one.note if isinstance(one, RelatedView) else ""
        texts = (named(one.resource) or one.file, one.file, one.pointer, note)
        return _numbered(self.places, (*map(self.text, texts), one.line))

    def chain(self, places: Iterable[RelatedView]) -> int:
        """Number of a list of places."""
        return _numbered(self.chains, tuple(map(self.place, places)))

    def classes(self, mask: int) -> int:
        """Number of a set of classes."""
        return _numbered(self.masks, mask)

    def runs(self, mask: int) -> list[int]:
        """A set of classes as pairs: the first number of a run, and how many follow each other."""
        found: list[int] = []
        for number in sorted(self.order[one] for one in numbers_of(mask)):
            if found and number == found[-2] + found[-1]:
                found[-1] += 1
            else:
                found += number, 1
        return found


def page_data(report: ReportResult, version: str) -> Data:
    """Put a report into plain values.

    Args:
        report: The report.
        version: Version of the program that makes it.
    """
    mtls = report.mtls
    shared = _Shared(_order(report.workloads))
    titles: dict[str, int] = {}
    for at, one in enumerate(report.workloads):
        titles.setdefault(one.title, at)
    tables: Data = {
        "edges": _table(_EDGE, [_edge(shared, *one) for one in zip(mtls.edges, report.edges, strict=True)]),
        "answers": _table(_ANSWER, [_answer(shared, row) for row in report.matrix.rows]),
        "breaks": _table(
            _BREAK,
            [_break(shared, titles, *one) for one in zip(mtls.strict_ready.would_break, report.breaking, strict=True)],
        ),
        "ports": _table(_PORT, [_port(shared, titles, one) for one in mtls.workloads]),
    }
    return {
        "version": version,
        "verdict": mtls.verdict.value,
        "ready": mtls.strict_ready.ready,
        "versions": {clean(name): clean(value) for name, value in mtls.versions.items()},
        "notes": [clean(note) for note in mtls.notes],
        "notChecked": [_unchecked(one) for one in mtls.not_checked],
        **_workloads(report.workloads, shared.order),
        **tables,
        "sets": [shared.runs(mask) for mask in shared.masks],
        "chains": [list(chain) for chain in shared.chains],
        "places": [list(place) for place in shared.places],
        "texts": list(shared.texts),
    }


def _order(workloads: Sequence[ReportWorkload]) -> dict[int, int]:
    """Numbers of classes in the report -> in the page, by namespace and name of the first member."""
    first: dict[int, tuple[str, str]] = {}
    for one in workloads:
        first.setdefault(one.number, (one.namespace, one.title))
    return {number: place for place, number in enumerate(sorted(first, key=lambda number: first[number]))}


def _workloads(workloads: Sequence[ReportWorkload], order: dict[int, int]) -> Data:
    namespaces = {name: at for at, name in enumerate(sorted({clean(one.namespace) for one in workloads}))}
    return {
        "namespaces": list(namespaces),
        "workloads": {
            "titles": [clean(one.title) for one in workloads],
            "homes": [namespaces[clean(one.namespace)] for one in workloads],
            "classes": [order[one.number] for one in workloads],
            "asked": [int(one.is_asked) for one in workloads],
        },
    }


def _edge(shared: _Shared, one: EdgeView, ends: Ends) -> _Row:
    return [
        shared.text(one.transport),
        shared.classes(ends.callers),
        shared.classes(ends.called),
        one.port,
        one.encrypted,
        one.authenticated,
        shared.text(one.decision.value),
        shared.text(one.reason),
        shared.chain(one.decided_by),
        int(one.same_mesh),
    ]


def _answer(shared: _Shared, one: MatrixRow) -> _Row:
    found, port = one.deciding, one.port
    via = f"port {port.service_port} of Service {port.service}" if port.service else f"Service port {port.service_port}"
    return [
        shared.classes(one.clients),
        shared.classes(one.servers),
        port.port,
        shared.text(port.protocol),
        shared.text(via if port.service_port is not None else ""),
        shared.text("request" if one.depends_on_request else one.decision.value),
        shared.text(one.transport),
        shared.text(found.layer if found is not None else ""),
        shared.text(found.reason if found is not None else ""),
        shared.place(found) if found is not None and found.resource is not None else -1,
        shared.text("; ".join(one.needs)),
    ]


def _break(shared: _Shared, titles: dict[str, int], one: Breakage, ends: Ends) -> _Row:
    """One line of what would break; for those who come from outside `who` names them and `called` is one workload."""
    is_inner = bool(ends.callers)
    return [
        shared.text("" if is_inner else ", ".join(one.from_)),
        shared.classes(ends.callers) if is_inner else -1,
        shared.classes(ends.called) if is_inner else titles.get(one.to[0], -1),
        one.port,
        shared.text(one.reason),
        shared.chain(one.decided_by),
        int(one.is_certain),
        shared.text(one.needs),
    ]


def _port(shared: _Shared, titles: dict[str, int], one: PortMode) -> _Row:
    number = titles.get(one.workload, -1)
    texts = one.mesh, one.mode
    return [number, one.port, *map(shared.text, texts), shared.chain(one.decided_by), shared.text(one.missing)]


def _unchecked(one: NotChecked) -> Data:
    return {"what": clean(one.what), "why": clean(one.why), "how": clean(one.how_to_settle)}


def _table(fields: Sequence[str], rows: list[_Row]) -> Data:
    return {"fields": list(fields), "rows": rows}


def _numbered(known: dict[K, int], key: K) -> int:
    return known.setdefault(key, len(known))
