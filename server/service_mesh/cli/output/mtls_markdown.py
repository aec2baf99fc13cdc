"""What travels between workloads as Markdown: a Mermaid picture of the edges, then tables."""

from collections.abc import Iterator

from service_mesh.cli.output.mtls_text import mtls_summary
from service_mesh.model.finding import RelatedView
from service_mesh.operations.mtls_result import Breakage, EdgeView, MtlsResult, PortMode
from service_mesh.rendering.markdown import cell, code, named, quoted, table
from service_mesh.rendering.words import some

__all__ = ["render_mtls_markdown"]

_MOST_DRAWN = 30
_MOST_ROWS = 200
_ARROWS = {"broken": "--x", "unknown": "-.->", "either": "-.->", "plaintext": "-->", "app_tls": "-->", "outside": "-->"}
_READY = {
    True: "STRICT would break nothing.",
    False: "STRICT would break what is listed here.",
    None: "It is not known whether STRICT would break what is listed here.",
}


def render_mtls_markdown(result: MtlsResult) -> str:
    """Render a result: the verdict, a picture of the first edges, tables of ports, edges and what would break."""
    return "\n".join(_lines(result))


def _lines(result: MtlsResult) -> Iterator[str]:
    yield f"**{cell(mtls_summary(result))}**"
    if result.edges:
        yield from _picture(result.edges[:_MOST_DRAWN])
    yield from table(("workload", "port", "mesh", "mode", "decided by"), map(_port, result.workloads[:_MOST_ROWS]))
    header = ("carries", "from", "to", "port", "passes", "why", "decided by")
    yield from table(header, map(_edge, result.edges[:_MOST_ROWS]))
    yield f"\n{_READY[result.strict_ready.ready]}"
    broken = result.strict_ready.would_break[:_MOST_ROWS]
    yield from table(("from", "to", "port", "why", "decided by", "needs"), map(_breakage, broken))
    remarks = [f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in result.not_checked]
    remarks += [f"note: {note}" for note in result.notes]
    if remarks:
        yield ""
    yield from (f"- {cell(remark)}" for remark in remarks)


def _picture(edges: tuple[EdgeView, ...]) -> Iterator[str]:
    yield "\n```mermaid"
    yield "flowchart LR"
    names: dict[str, str] = {}
    for edge in edges:
        ends = [some(edge.from_, edge.clients), some(edge.to, edge.servers)]
        for end in ends:
            if end not in names:
                names[end] = f"n{len(names)}"
                yield f'  {names[end]}["{quoted(end)}"]'
        arrow = _ARROWS.get(edge.transport, "==>")
        yield f'  {names[ends[0]]} {arrow}|"{quoted(edge.transport)}"| {names[ends[1]]}'
    yield "```"


def _port(one: PortMode) -> tuple[str, ...]:
    return cell(one.workload), str(one.port), cell(one.mesh or "none"), cell(one.mode), _last(one.decided_by)


def _edge(one: EdgeView) -> tuple[str, ...]:
    ends = cell(some(one.from_, one.clients)), cell(some(one.to, one.servers))
    return cell(one.transport), *ends, str(one.port), one.decision.value, cell(one.reason), _last(one.decided_by)


def _breakage(one: Breakage) -> tuple[str, ...]:
    ends = cell(some(one.from_, one.clients)), cell(some(one.to, one.servers))
    return *ends, str(one.port), cell(one.reason), _last(one.decided_by), cell(one.needs)


def _last(chain: tuple[RelatedView, ...]) -> str:
    if not chain:
        return ""
    one = chain[-1]
    place = f" ({code(f'{one.file}:{one.line}')})" if one.file else ""
    return f"{cell(named(one.resource))}{place}"
