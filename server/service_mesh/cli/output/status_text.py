"""The health of meshes as text: problems first, then what runs; fits 80 columns where names do."""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.terminal import STYLES, VERDICTS, console, not_checked
from service_mesh.model.finding import ResourceRef
from service_mesh.operations.status_result import Cause, Problem, ReadCluster, StatusResult
from service_mesh.rendering.words import clean, number
from service_mesh.status.health import CertificateHealth, Component, GatewayHealth, MeshHealth, NamespaceHealth
from service_mesh.status.linkerd_exports import CheckResult

__all__ = ["print_status", "summary"]

_MOST_ROWS = 40
_LISTED = 3
_EMPTY = Line(Text(""))


def print_status(result: StatusResult, color: str) -> None:
    """Print a result.

    Args:
        result: What was found.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    print_lines(_lines(result), console(color))


def summary(result: StatusResult) -> str:
    """The last line: the verdict and how much was not checked."""
    counts = result.counts
    parts = [number(counts.error, "error"), number(counts.warning, "warning"), number(counts.info, "note")]
    objects = number(sum(cluster.objects for cluster in result.clusters), "object")
    verdict = "nothing could be checked" if result.nothing_checked else result.verdict.value
    return f"{verdict}: {', '.join(parts)} in {objects}; {number(len(result.not_checked), 'thing')} not checked"


def _lines(result: StatusResult) -> Iterator[Line]:
    if result.cause is not None:
        yield from _cause(result.cause)
    for problem in result.problems:
        yield from _problem(problem)
    for cluster in result.clusters:
        yield _cluster(cluster)
    for mesh in result.meshes:
        yield from _mesh(mesh)
    if result.clusters:
        yield _EMPTY
    for check in result.reported:
        yield from _reported(check)
    for entry in result.not_checked:
        yield from map(Line, not_checked(entry))
    for note in result.notes:
        yield Line(Text.assemble(("note: ", "cyan"), clean(note)))
    yield Line(Text(summary(result), VERDICTS[result.verdict]))


def _cause(cause: Cause) -> Iterator[Line]:
    found = clean(cause.cause) if cause.cause else "no cause was found among what can be seen from here"
    yield Line(Text.assemble((f"{clean(cause.symptom)} of {clean(cause.workload)}: ", "bold"), found))
    if cause.resource is not None:
        yield _detail(f"in {_named(cause.resource)}")
    if cause.next_command:
        yield _command(cause.next_command)
    if cause.disproof:
        yield _detail(f"it is something else if: {cause.disproof}")
    if cause.looked_for:
        yield from _looked_for(cause.looked_for)
    yield _EMPTY


def _looked_for(suspects: Sequence[str]) -> Iterator[Line]:
    """How much was looked for, and what is to be said of some of it: found, undecided, not read."""
    remarks = [suspect for suspect in suspects if ": " in suspect or suspect.endswith(")")]
    more = ", all without a remark" if not remarks else "; to some there is a remark"
    yield _detail(f"looked for {number(len(suspects), 'cause')}, the likeliest first (-o json lists them){more}")
    yield from (Line(Text(f"      {clean(remark)}", "dim"), 8) for remark in remarks)


def _problem(problem: Problem) -> Iterator[Line]:
    grade = (f"{problem.severity.value} ", STYLES[problem.severity])
    yield Line(Text.assemble(grade, (f"{clean(problem.code)} ", "bold"), clean(problem.message)))
    place = f" ({problem.file}:{problem.line})" if problem.file else ""
    if problem.resource is not None:
        yield _detail(f"in {_named(problem.resource)}{place}")
    if problem.evidence.pointer:
        value = f" = {problem.evidence.value}" if problem.evidence.value else ""
        yield _detail(f"read from {problem.evidence.pointer}{value}")
    if problem.next_command:
        yield _command(problem.next_command)
    yield _EMPTY


def _named(ref: ResourceRef) -> str:
    name = "/".join(filter(None, (ref.namespace, ref.name)))
    return f"{ref.kind} {name} of cluster {ref.cluster}" if ref.cluster else f"{ref.kind} {name}"


def _detail(text: str) -> Line:
    return Line(Text(f"    {clean(text)}", "dim"), 6)


def _command(command: str) -> Line:
    """A command, in one piece however narrow the terminal is, so that it can be copied."""
    return Line(Text.assemble(("    next: ", "green"), clean(command)), None)


def _cluster(cluster: ReadCluster) -> Line:
    name = f"cluster {cluster.name}" if cluster.name else "cluster"
    version = f", Kubernetes {cluster.kubernetes}" if cluster.kubernetes else ""
    taken = f", read at {cluster.taken_at}" if cluster.taken_at else ", read at an unknown time"
    objects = number(cluster.objects, "object")
    return Line(Text(clean(f"{name}: {objects} from {cluster.source}{version}{taken}")))


def _mesh(mesh: MeshHealth) -> Iterator[Line]:
    mode = f", {mesh.mode}" if mesh.mode else ""
    cluster = f" in cluster {mesh.cluster}" if mesh.cluster else ""
    yield _EMPTY
    yield Line(Text(clean(f"{mesh.mesh} {mesh.version}{mode}{cluster}"), "bold"))
    if mesh.support:
        yield Line(Text(f"  {clean(mesh.support)}", "dim"))
    yield from _table(("CONTROL PLANE", "NAMESPACE", "READY", "VERSION"), map(_component, mesh.control_plane))
    header = ("NAMESPACE", "ENROLLED", "MESHED", "OUTDATED", "NOT READY")
    yield from _table(header, map(_namespace, mesh.data_plane.namespaces))
    yield from _table(("GATEWAY", "KIND", "PROGRAMMED", "ADDRESS"), map(_gateway, mesh.gateways))
    yield from _table(("ENDS", "DAYS", "CHAIN", "CERTIFICATE"), map(_certificate, mesh.certificates))
    counts = mesh.config
    if counts.error or counts.warning or counts.info:
        graded = (number(counts.error, "error"), number(counts.warning, "warning"), number(counts.info, "note"))
        how = "`service-mesh validate` with the same --snapshot or --context lists them"
        yield _EMPTY
        yield Line(Text(f"  configuration: {', '.join(graded)}; {how}"))


def _component(part: Component) -> tuple[str, ...]:
    ready = f"{_count(part.ready)}/{_count(part.wanted)}"
    version = f"{part.version} ({part.revision})" if part.revision else part.version
    return part.name, part.namespace, ready, version or "?"


def _namespace(held: NamespaceHealth) -> tuple[str, ...]:
    return held.name, held.enrolled, f"{held.meshed}/{held.workloads}", str(held.outdated), str(held.not_ready)


def _gateway(gateway: GatewayHealth) -> tuple[str, ...]:
    said = {True: "yes", False: "no", None: "unknown"}[gateway.is_programmed]
    return gateway.name, gateway.kind, said, ", ".join(gateway.addresses[:_LISTED]) or "none"


def _certificate(held: CertificateHealth) -> tuple[str, ...]:
    chain = {True: "ok", False: "broken", None: "unknown"}[held.chain_ok]
    return held.not_after[:10], _count(held.days_left), chain, held.what


def _count(number_of: int | None) -> str:
    return "?" if number_of is None else str(number_of)


def _reported(check: CheckResult) -> Iterator[Line]:
    said = f"{check.description}: {check.error}" if check.error else check.description
    yield Line(Text.assemble((f"linkerd check, {clean(check.category)}: ", "yellow"), clean(f"{check.result}: {said}")))
    if check.hint:
        yield _detail(check.hint)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Line]:
    """Rows in columns as wide as their widest cell, the last one open; nothing where there are no rows."""
    held = [tuple(clean(cell) for cell in row) for row in rows]
    if not held:
        return
    shown = held[:_MOST_ROWS]
    widths = [max(cell_len(row[at]) for row in (header, *shown)) for at in range(len(header) - 1)]
    hanging = 2 + sum(width + 2 for width in widths)
    yield _EMPTY
    yield Line(Text(_row(header, widths), "dim"), hanging)
    for row in shown:
        yield Line(Text(_row(row, widths)), hanging)
    if len(held) > len(shown):
        yield Line(Text(f"  and {len(held) - len(shown)} more: -o json lists all", "dim"))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (f"{set_cell_size(cell, width)}  " for cell, width in zip(cells[:-1], widths, strict=True))
    return f"  {''.join(padded)}{cells[-1]}"
