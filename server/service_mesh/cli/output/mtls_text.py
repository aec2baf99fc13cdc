"""What travels between workloads as text: modes of ports, edges from the worst on, what STRICT would break."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.terminal import console, not_checked
from service_mesh.model.finding import RelatedView
from service_mesh.operations.mtls_result import Breakage, EdgeView, MtlsResult, MtlsVerdict, PortMode, Readiness
from service_mesh.rendering.markdown import named
from service_mesh.rendering.words import clean, number, some

__all__ = ["mtls_summary", "print_mtls"]

_STYLES = {
    MtlsVerdict.BROKEN: "bold red",
    MtlsVerdict.UNKNOWN: "bold yellow",
    MtlsVerdict.PLAINTEXT: "bold yellow",
    MtlsVerdict.PERMISSIVE: "bold yellow",
    MtlsVerdict.ENFORCED: "bold green",
}
_MOST = 60
_EMPTY = Line(Text(""))


def print_mtls(result: MtlsResult, color: str) -> None:
    """Print a result.

    Args:
        result: The answer.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    print_lines(_lines(result), console(color))


def mtls_summary(result: MtlsResult) -> str:
    """The last line: the verdict, what is carried, and how much was not checked."""
    carried = ", ".join(f"{count} {transport}" for transport, count in result.totals.items()) or "no edges"
    return f"{result.verdict.value}: {carried}; {number(len(result.not_checked), 'thing')} not checked"


def _lines(result: MtlsResult) -> Iterator[Line]:
    yield from _modes(result.workloads)
    for edge in result.edges[:_MOST]:
        yield from _edge(edge)
    if len(result.edges) > _MOST:
        yield Line(Text(f"  {len(result.edges) - _MOST} more kinds of edges (-o json lists them)", "dim"))
    yield _EMPTY
    yield from _readiness(result.strict_ready)
    for entry in result.not_checked:
        yield from map(Line, not_checked(entry))
    for note in result.notes:
        yield Line(Text.assemble(("note: ", "cyan"), clean(note)))
    yield Line(Text(mtls_summary(result), _STYLES[result.verdict]))


def _modes(ports: Sequence[PortMode]) -> Iterator[Line]:
    rows = [(one.workload, str(one.port), one.mesh or "-", one.mode, _last(one.decided_by)) for one in ports[:_MOST]]
    head = ("WORKLOAD", "PORT", "MESH", "MODE", "DECIDED BY")
    widths = [max(cell_len(clean(row[at])) for row in (head, *rows)) for at in range(4)]
    for row in (head, *rows) if rows else ():
        cells = (f"{clean(cell):<{width}}" for cell, width in zip(row, widths, strict=False))
        yield Line(Text(f"  {'  '.join(cells)}  {clean(row[4])}".rstrip(), "bold" if row is head else ""), 6)
    if len(ports) > _MOST:
        yield Line(Text(f"  {len(ports) - _MOST} more ports (-o json lists them)", "dim"))
    if rows:
        yield _EMPTY


def _last(chain: Sequence[RelatedView]) -> str:
    return _object(chain[-1]) if chain else ""


def _object(one: RelatedView) -> str:
    name = named(one.resource) or one.file
    return f"{name} ({one.file}:{one.line})" if one.file else name


def _edge(edge: EdgeView) -> Iterator[Line]:
    who = f"{some(edge.from_, edge.clients)} to {some(edge.to, edge.servers)} port {edge.port}"
    yield Line(Text.assemble((f"  {edge.transport:<10}", "bold"), clean(who)), 12)
    yield Line(Text(f"            {clean(edge.reason)}", "dim"), 14)
    if edge.decided_by:
        yield Line(Text(f"            {clean(_object(edge.decided_by[-1]))}", "dim"), 14)


def _readiness(found: Readiness) -> Iterator[Line]:
    words = {True: "STRICT would break nothing", False: "STRICT would break", None: "STRICT may break"}
    yield Line(Text(words[found.ready], "bold"))
    for one in found.would_break[:_MOST]:
        yield from _breakage(one)
    if len(found.would_break) > _MOST:
        yield Line(Text(f"  {len(found.would_break) - _MOST} more (-o json lists them)", "dim"))
    yield _EMPTY


def _breakage(one: Breakage) -> Iterator[Line]:
    who = f"{some(one.from_, one.clients)} to {some(one.to, one.servers)} port {one.port}"
    yield Line(Text.assemble(("  " if one.is_certain else "  perhaps ", "yellow"), clean(who)), 4)
    yield Line(Text(f"    {clean(one.reason)}", "dim"), 6)
    if one.decided_by:
        yield Line(Text(f"    {clean(_object(one.decided_by[-1]))}", "dim"), 6)
    if one.needs:
        yield Line(Text(f"    needs: {clean(one.needs)}", "dim"), 6)
