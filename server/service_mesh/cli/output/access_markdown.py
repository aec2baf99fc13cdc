"""Whether a call passes as Markdown, for a ticket or a pull request: a picture of the way, then every layer."""

from collections.abc import Iterator

from service_mesh.cli.output.access_text import access_summary
from service_mesh.model.finding import RelatedView
from service_mesh.operations.access_result import AccessDecision, AccessResult, LayerView
from service_mesh.rendering.markdown import cell, code, named, quoted, table

__all__ = ["render_access_markdown"]

_ARROWS = {AccessDecision.ALLOW: "-->", AccessDecision.DENY: "--x", AccessDecision.UNKNOWN: "-.->"}


def render_access_markdown(result: AccessResult) -> str:
    """Render a result: the answer, a Mermaid picture, what decides, a table of layers, what is missing."""
    return "\n".join(_lines(result))


def _lines(result: AccessResult) -> Iterator[str]:
    asked = result.understood_as
    yield f"**{result.decision.value}**: {cell(asked.source)} to {cell(asked.destination)}\n"
    yield from _picture(result)
    if result.deciding is not None:
        found = result.deciding
        place = f" at {code(found.pointer or '/')} of {cell(named(found.resource))}" if found.resource else ""
        yield f"\nDecided by {cell(found.layer)}: {cell(found.reason)}{place}."
    yield from table(("layer", "answer", "reason", "objects"), map(_layer, result.layers))
    remarks = [f"needs: {need}" for need in result.needs]
    remarks += [f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in result.not_checked]
    remarks += [f"note: {note}" for note in result.notes]
    yield ""
    yield from (f"- {cell(remark)}" for remark in (*remarks, access_summary(result)))


def _picture(result: AccessResult) -> Iterator[str]:
    asked = result.understood_as
    yield "```mermaid"
    yield "flowchart LR"
    yield f'  client["{quoted(asked.source)}"]'
    yield f'  server["{quoted(asked.destination)}"]'
    yield f'  client {_ARROWS[result.decision]}|"{quoted(result.transport)}: {result.decision.value}"| server'
    yield "```"


def _layer(layer: LayerView) -> tuple[str, ...]:
    hop = f" ({layer.hop})" if layer.hop else ""
    objects = "; ".join(_object(one) for one in layer.objects)
    return cell(layer.layer), layer.decision.value, cell(layer.reason + hop), objects


def _object(one: RelatedView) -> str:
    place = f" ({code(f'{one.file}:{one.line}')})" if one.file else ""
    return f"{cell(named(one.resource))} {cell(one.note)}{place}"
