"""The health of meshes as text: problems first, then what runs; fits 80 columns where names do."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from service_mesh.cli.output.terminal import STYLES, VERDICTS, clean, console, not_checked, number
from service_mesh.operations.status_result import Cause, Problem, ReadCluster, StatusResult
from service_mesh.status.health import CertificateHealth, Component, GatewayHealth, MeshHealth, NamespaceHealth

__all__ = ["print_status", "summary"]

_MOST_ROWS = 40
_LISTED = 3


def print_status(result: StatusResult, color: str) -> None:
    """Print a result.

    Args:
        result: What was found.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    shown = console(color)
    for line in _lines(result):
        shown.print(line, soft_wrap=True)


def summary(result: StatusResult) -> str:
    """The last line: the verdict and how much was not checked."""
    counts = result.counts
    parts = [number(counts.error, "error"), number(counts.warning, "warning"), number(counts.info, "note")]
    objects = number(sum(cluster.objects for cluster in result.clusters), "object")
    verdict = "nothing could be checked" if result.nothing_checked else result.verdict.value
    return f"{verdict}: {', '.join(parts)} in {objects}; {number(len(result.not_checked), 'thing')} not checked"


def _lines(result: StatusResult) -> Iterator[Text]:
    if result.cause is not None:
        yield from _cause(result.cause)
    for problem in result.problems:
        yield from _problem(problem)
    for cluster in result.clusters:
        yield _cluster(cluster)
    for mesh in result.meshes:
        yield from _mesh(mesh)
    if result.clusters and not result.meshes:
        yield Text("no mesh was found: neither Istio nor Linkerd nor Cilium runs here")
        yield Text("")
    for entry in result.not_checked:
        yield from not_checked(entry)
    for note in result.notes:
        yield Text.assemble(("note: ", "cyan"), clean(note))
    yield Text(summary(result), VERDICTS[result.verdict])


def _cause(cause: Cause) -> Iterator[Text]:
    found = clean(cause.cause) if cause.cause else "no cause was found among what can be seen from here"
    yield Text.assemble((f"{clean(cause.symptom)} of {clean(cause.workload)}: ", "bold"), found)
    if cause.next_command:
        yield Text.assemble(("    next: ", "green"), clean(cause.next_command))
    if cause.disproof:
        yield Text(f"    it is something else if: {clean(cause.disproof)}", "dim")
    yield Text("")


def _problem(problem: Problem) -> Iterator[Text]:
    ref = problem.resource
    where = (
        f"{ref.kind} {ref.namespace}/{ref.name}" if ref and ref.namespace else f"{ref.kind} {ref.name}" if ref else ""
    )
    yield Text.assemble(
        (f"{problem.severity.value} ", STYLES[problem.severity]), (f"{problem.code} ", "bold"), clean(problem.message)
    )
    cluster = f" of cluster {ref.cluster}" if ref and ref.cluster else ""
    place = f" ({problem.file}:{problem.line})" if problem.file else ""
    yield Text(f"    in {clean(where + cluster + place)}", "dim")
    if problem.evidence.pointer:
        value = f" = {problem.evidence.value}" if problem.evidence.value else ""
        yield Text(f"    read from {clean(problem.evidence.pointer + value)}", "dim")
    if problem.next_command:
        yield Text.assemble(("    next: ", "green"), clean(problem.next_command))
    yield Text("")


def _cluster(cluster: ReadCluster) -> Text:
    name = f"cluster {cluster.name}" if cluster.name else "cluster"
    version = f", Kubernetes {cluster.kubernetes}" if cluster.kubernetes else ""
    taken = f", read at {cluster.taken_at}" if cluster.taken_at else ", read at an unknown time"
    return Text(f"{clean(name)}: {number(cluster.objects, 'object')} from {cluster.source}{clean(version)}{taken}")


def _mesh(mesh: MeshHealth) -> Iterator[Text]:
    yield Text("")
    mode = f", {mesh.mode}" if mesh.mode else ""
    cluster = f" in cluster {mesh.cluster}" if mesh.cluster else ""
    yield Text(clean(f"{mesh.mesh} {mesh.version}{mode}{cluster}"), "bold")
    yield from _table(("CONTROL PLANE", "NAMESPACE", "READY", "VERSION"), map(_component, mesh.control_plane))
    header = ("NAMESPACE", "ENROLLED", "MESHED", "OUTDATED", "NOT READY")
    yield from _table(header, map(_namespace, mesh.data_plane.namespaces))
    yield from _table(("GATEWAY", "KIND", "ADDRESS", "PROGRAMMED"), map(_gateway, mesh.gateways))
    yield from _table(("CERTIFICATE", "ENDS", "DAYS", "CHAIN"), map(_certificate, mesh.certificates))
    counts = mesh.config
    if counts.error or counts.warning or counts.info:
        found = ", ".join(
            (number(counts.error, "error"), number(counts.warning, "warning"), number(counts.info, "note"))
        )
        yield Text(f"  configuration: {found}; `service-mesh validate` lists them")


def _component(part: Component) -> tuple[str, ...]:
    ready = f"{_count(part.ready)}/{_count(part.wanted)}"
    version = f"{part.version} ({part.revision})" if part.revision else part.version
    return part.name, part.namespace, ready, version or "?"


def _namespace(held: NamespaceHealth) -> tuple[str, ...]:
    return held.name, held.enrolled, f"{held.meshed}/{held.workloads}", str(held.outdated), str(held.not_ready)


def _gateway(gateway: GatewayHealth) -> tuple[str, ...]:
    said = {True: "yes", False: "no", None: "unknown"}[gateway.is_programmed]
    return gateway.name, gateway.kind, ", ".join(gateway.addresses[:_LISTED]) or "none", said


def _certificate(held: CertificateHealth) -> tuple[str, ...]:
    chain = {True: "ok", False: "broken", None: "unknown"}[held.chain_ok]
    return held.what, held.not_after[:10], _count(held.days_left), chain


def _count(number_of: int | None) -> str:
    return "?" if number_of is None else str(number_of)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Text]:
    """Rows in columns as wide as their widest cell, the last one open; nothing where there are no rows."""
    held = [tuple(clean(cell) for cell in row) for row in rows]
    if not held:
        return
    shown = held[:_MOST_ROWS]
    widths = [max(len(row[at]) for row in (header, *shown)) for at in range(len(header))]
    yield Text("  " + _row(header, widths), "dim")
    for row in shown:
        yield Text("  " + _row(row, widths))
    if len(held) > len(shown):
        yield Text(f"  and {len(held) - len(shown)} more: -o json lists all", "dim")


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
