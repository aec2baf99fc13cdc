"""The health of meshes as Markdown, for a ticket or a pull request."""

from collections.abc import Iterable, Iterator, Sequence

from service_mesh.cli.output.status_text import summary
from service_mesh.operations.status_result import Cause, Problem, ReadCluster, StatusResult
from service_mesh.rendering.markdown import cell, code, named, table
from service_mesh.status.health import MeshHealth

__all__ = ["render_markdown"]

_SAID = {True: "yes", False: "no", None: "unknown"}
_CHAIN = {True: "ok", False: "broken", None: "unknown"}


def render_markdown(result: StatusResult) -> str:
    """Render a result: the judgement, a table of problems, a section for each mesh, what was not checked."""
    return "\n".join(_lines(result))


def _lines(result: StatusResult) -> Iterator[str]:
    yield f"**{cell(summary(result))}**"
    if result.cause is not None:
        yield from _cause(result.cause)
    yield from table(("severity", "code", "object", "problem", "read from", "next"), map(_problem, result.problems))
    for mesh in result.meshes:
        yield from _mesh(mesh)
    notes = [*map(_cluster, result.clusters)]
    notes += [f"linkerd check, {one.category}: {one.result}: {one.description} {one.error}" for one in result.reported]
    notes += [f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in result.not_checked]
    notes += [f"note: {note}" for note in result.notes]
    if notes:
        yield ""
    yield from (f"- {cell(note)}" for note in notes)


def _cause(cause: Cause) -> Iterator[str]:
    found = f"{cause.code} {named(cause.resource)}: {cause.cause}" if cause.cause else "no cause was found"
    yield f"\n**{cell(cause.symptom)} of {cell(cause.workload)}:** {cell(found)}"
    if cause.next_command:
        yield f"\nnext: {code(cause.next_command)}"
    if cause.disproof:
        yield f"\nit is something else if: {cell(cause.disproof)}"


def _problem(problem: Problem) -> tuple[str, ...]:
    value = f" = {problem.evidence.value}" if problem.evidence.value else ""
    return (
        problem.severity.value,
        cell(problem.code),
        cell(named(problem.resource)),
        cell(problem.message),
        code(problem.evidence.pointer + value),
        code(problem.next_command),
    )


def _cluster(cluster: ReadCluster) -> str:
    name = f"cluster {cluster.name}" if cluster.name else "cluster"
    version = f", Kubernetes {cluster.kubernetes}" if cluster.kubernetes else ""
    return f"{name}: {cluster.objects} objects from {cluster.source}{version}, read at {cluster.taken_at or '?'}"


def _mesh(mesh: MeshHealth) -> Iterator[str]:
    mode = f", {mesh.mode}" if mesh.mode else ""
    cluster = f" in cluster {mesh.cluster}" if mesh.cluster else ""
    yield f"\n## {cell(f'{mesh.mesh} {mesh.version}{mode}{cluster}')}"
    if mesh.support:
        yield f"\n{cell(mesh.support)}"
    parts = ((one.name, one.namespace, _of(one.ready, one.wanted), one.version) for one in mesh.control_plane)
    yield from _plaintable(("control plane", "namespace", "ready", "version"), parts)
    spaces = (
        (one.name, one.enrolled, _of(one.meshed, one.workloads), str(one.outdated), str(one.not_ready))
        for one in mesh.data_plane.namespaces
    )
    yield from _plaintable(("namespace", "enrolled", "meshed", "outdated", "not ready"), spaces)
    gateways = (
        (one.name, one.kind, ", ".join(one.addresses) or "none", _SAID[one.is_programmed]) for one in mesh.gateways
    )
    yield from _plaintable(("gateway", "kind", "address", "programmed"), gateways)
    dates = ((one.what, one.not_after, _count(one.days_left), _CHAIN[one.chain_ok]) for one in mesh.certificates)
    yield from _plaintable(("certificate", "ends", "days left", "chain"), dates)
    counts = mesh.config
    if counts.error or counts.warning or counts.info:
        yield f"\nconfiguration: {counts.error} errors, {counts.warning} warnings, {counts.info} notes"


def _of(some: int | None, every: int | None) -> str:
    return f"{_count(some)}/{_count(every)}"


def _count(number_of: int | None) -> str:
    return "?" if number_of is None else str(number_of)


def _plaintable(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from table(header, (tuple(map(cell, row)) for row in rows))
