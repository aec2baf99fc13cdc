"""The health of meshes as Markdown, for a ticket or a pull request."""

import re
from collections.abc import Iterable, Iterator, Sequence

from service_mesh.cli.output.status_text import summary
from service_mesh.cli.output.terminal import clean
from service_mesh.model.finding import ResourceRef
from service_mesh.operations.status_result import Cause, Problem, ReadCluster, StatusResult
from service_mesh.status.health import MeshHealth

__all__ = ["render_markdown"]

_SAID = {True: "yes", False: "no", None: "unknown"}
_CHAIN = {True: "ok", False: "broken", None: "unknown"}
_BAR = re.compile(r"\\*\|")
_MARKUP = re.compile(r"[\\|`*\[\]]")


def render_markdown(result: StatusResult) -> str:
    """Render a result: the judgement, a table of problems, a section for each mesh, what was not checked."""
    return "\n".join(_lines(result))


def _lines(result: StatusResult) -> Iterator[str]:
    yield f"**{_cell(summary(result))}**"
    if result.cause is not None:
        yield from _cause(result.cause)
    yield from _table(("severity", "code", "object", "problem", "read from", "next"), map(_problem, result.problems))
    for mesh in result.meshes:
        yield from _mesh(mesh)
    notes = [*map(_cluster, result.clusters)]
    notes += [f"linkerd check, {one.category}: {one.result}: {one.description} {one.error}" for one in result.reported]
    notes += [f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in result.not_checked]
    notes += [f"note: {note}" for note in result.notes]
    if notes:
        yield ""
    yield from (f"- {_cell(note)}" for note in notes)


def _cause(cause: Cause) -> Iterator[str]:
    found = f"{cause.code} {_named(cause.resource)}: {cause.cause}" if cause.cause else "no cause was found"
    yield f"\n**{_cell(cause.symptom)} of {_cell(cause.workload)}:** {_cell(found)}"
    if cause.next_command:
        yield f"\nnext: {_code(cause.next_command)}"
    if cause.disproof:
        yield f"\nit is something else if: {_cell(cause.disproof)}"


def _problem(problem: Problem) -> tuple[str, ...]:
    value = f" = {problem.evidence.value}" if problem.evidence.value else ""
    return (
        problem.severity.value,
        _cell(problem.code),
        _cell(_named(problem.resource)),
        _cell(problem.message),
        _code(problem.evidence.pointer + value),
        _code(problem.next_command),
    )


def _named(ref: ResourceRef | None) -> str:
    if ref is None:
        return ""
    name = "/".join(filter(None, (ref.namespace, ref.name)))
    return f"{ref.kind} {name} of cluster {ref.cluster}" if ref.cluster else f"{ref.kind} {name}"


def _cluster(cluster: ReadCluster) -> str:
    name = f"cluster {cluster.name}" if cluster.name else "cluster"
    version = f", Kubernetes {cluster.kubernetes}" if cluster.kubernetes else ""
    return f"{name}: {cluster.objects} objects from {cluster.source}{version}, read at {cluster.taken_at or '?'}"


def _mesh(mesh: MeshHealth) -> Iterator[str]:
    mode = f", {mesh.mode}" if mesh.mode else ""
    cluster = f" in cluster {mesh.cluster}" if mesh.cluster else ""
    yield f"\n## {_cell(f'{mesh.mesh} {mesh.version}{mode}{cluster}')}"
    if mesh.support:
        yield f"\n{_cell(mesh.support)}"
    parts = ((one.name, one.namespace, _of(one.ready, one.wanted), one.version) for one in mesh.control_plane)
    yield from _plain_table(("control plane", "namespace", "ready", "version"), parts)
    spaces = (
        (one.name, one.enrolled, _of(one.meshed, one.workloads), str(one.outdated), str(one.not_ready))
        for one in mesh.data_plane.namespaces
    )
    yield from _plain_table(("namespace", "enrolled", "meshed", "outdated", "not ready"), spaces)
    gateways = (
        (one.name, one.kind, ", ".join(one.addresses) or "none", _SAID[one.is_programmed]) for one in mesh.gateways
    )
    yield from _plain_table(("gateway", "kind", "address", "programmed"), gateways)
    dates = ((one.what, one.not_after, _count(one.days_left), _CHAIN[one.chain_ok]) for one in mesh.certificates)
    yield from _plain_table(("certificate", "ends", "days left", "chain"), dates)
    counts = mesh.config
    if counts.error or counts.warning or counts.info:
        yield f"\nconfiguration: {counts.error} errors, {counts.warning} warnings, {counts.info} notes"


def _of(some: int | None, every: int | None) -> str:
    return f"{_count(some)}/{_count(every)}"


def _count(number_of: int | None) -> str:
    return "?" if number_of is None else str(number_of)


def _plain_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from _table(header, (tuple(map(_cell, row)) for row in rows))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of cells that are Markdown already; nothing where there are no rows."""
    held = list(rows)
    if held:
        yield "\n| " + " | ".join(header) + " |"
        yield "|" + " --- |" * len(header)
        yield from ("| " + " | ".join(row) + " |" for row in held)


def _cell(text: str) -> str:
    """A text that ends no cell and opens no markup of its own."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", clean(text)).replace("<", "&lt;")


def _code(text: str) -> str:
    """A span of code in a cell: between more backticks than it holds, with its bars escaped as tables want it.

    A backslash before a bar would be taken for the escape of the one that is added, and the bar would end the cell
    (`github/cmark-gfm: extensions/ext_scanners.re`, table_cell), so that it is doubled.
    """
    if not text:
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    escaped = _BAR.sub(lambda found: "\\" * (len(found[0]) // 2 * 2 + 1) + "|", clean(text))
    return f"{fence}{edge}{escaped}{edge}{fence}"
