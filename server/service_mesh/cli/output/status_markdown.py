"""The health of meshes as Markdown, for a ticket or a pull request."""

from collections.abc import Iterable, Iterator, Sequence

from service_mesh.cli.output.status_text import summary
from service_mesh.cli.output.terminal import clean
from service_mesh.operations.status_result import Problem, StatusResult
from service_mesh.status.health import MeshHealth

__all__ = ["render_markdown"]


def render_markdown(result: StatusResult) -> str:
    """Render a result: the judgement, a table of problems, a section for each mesh, what was not checked."""
    return "\n".join(_lines(result))


def _lines(result: StatusResult) -> Iterator[str]:
    yield f"**{_cell(summary(result))}**"
    if result.cause is not None:
        found = result.cause.cause or "no cause was found"
        yield f"\n**{_cell(result.cause.symptom)} of {_cell(result.cause.workload)}:** {_cell(found)}"
    yield from _table(("severity", "code", "object", "problem", "next"), map(_problem, result.problems))
    for mesh in result.meshes:
        yield from _mesh(mesh)
    yield from (f"\n- not checked: {_cell(one.what)}: {_cell(one.why)}" for one in result.not_checked)
    yield from (f"\n- note: {_cell(note)}" for note in result.notes)


def _problem(problem: Problem) -> tuple[str, ...]:
    ref = problem.resource
    name = "" if ref is None else "/".join(filter(None, (ref.namespace, ref.name)))
    kind = "" if ref is None else f"{ref.kind} "
    command = f"`{problem.next_command}`" if problem.next_command else ""
    return problem.severity.value, problem.code, f"{kind}{name}", problem.message, command


def _mesh(mesh: MeshHealth) -> Iterator[str]:
    yield f"\n## {_cell(f'{mesh.mesh} {mesh.version} {mesh.cluster}'.strip())}"
    parts = ((one.name, one.namespace, f"{one.ready}/{one.wanted}", one.version) for one in mesh.control_plane)
    yield from _table(("control plane", "namespace", "ready", "version"), parts)
    spaces = (
        (one.name, one.enrolled, f"{one.meshed}/{one.workloads}", str(one.outdated), str(one.not_ready))
        for one in mesh.data_plane.namespaces
    )
    yield from _table(("namespace", "enrolled", "meshed", "outdated", "not ready"), spaces)
    dates = ((one.what, one.not_after, str(one.days_left)) for one in mesh.certificates)
    yield from _table(("certificate", "ends", "days left"), dates)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    held = list(rows)
    if held:
        yield "\n| " + " | ".join(header) + " |"
        yield "|" + " --- |" * len(header)
        yield from ("| " + " | ".join(map(_cell, row)) + " |" for row in held)


def _cell(text: str) -> str:
    """A text that ends no cell and opens no markup of its own."""
    return clean(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
