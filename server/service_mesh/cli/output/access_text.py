"""Whether a call passes as text: the answer, what decides it, then every layer in the order of the data path."""

from collections.abc import Iterator

from rich.text import Text

from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.terminal import console, not_checked
from service_mesh.model.finding import RelatedView
from service_mesh.operations.access_result import AccessDecision, AccessResult, Deciding, LayerView
from service_mesh.rendering.markdown import named
from service_mesh.rendering.words import clean, number

__all__ = ["access_summary", "print_access"]

_STYLES = {AccessDecision.ALLOW: "bold green", AccessDecision.DENY: "bold red", AccessDecision.UNKNOWN: "bold yellow"}
_EMPTY = Line(Text(""))
_KNOWN = {True: "yes", False: "no", None: "unknown"}
_LAYER_WIDTH = 16


def print_access(result: AccessResult, color: str) -> None:
    """Print a result.

    Args:
        result: The answer.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    print_lines(_lines(result), console(color))


def access_summary(result: AccessResult) -> str:
    """The last line: the answer and how much was not checked."""
    return f"{result.decision.value}; {number(len(result.not_checked), 'thing')} not checked"


def _lines(result: AccessResult) -> Iterator[Line]:
    asked = result.understood_as
    yield Line(Text.assemble((f"{result.decision.value} ", _STYLES[result.decision]), clean(f"{asked.source} to")))
    yield Line(Text(f"    {clean(asked.destination)}"), 6)
    if result.deciding is not None:
        yield from _deciding(result.deciding)
    carried = f"carries {result.transport}; encrypted: {_KNOWN[result.encrypted]}"
    yield _detail(f"{carried}, client authenticated: {_KNOWN[result.authenticated]}")
    yield _EMPTY
    for layer in result.layers:
        yield from _layer(layer)
    yield _EMPTY
    for need in result.needs:
        yield Line(Text.assemble(("needs: ", "yellow"), clean(need)))
    for entry in result.not_checked:
        yield from map(Line, not_checked(entry))
    for note in result.notes:
        yield Line(Text.assemble(("note: ", "cyan"), clean(note)))
    yield Line(Text(access_summary(result), _STYLES[result.decision]))


def _deciding(found: Deciding) -> Iterator[Line]:
    yield _detail(f"decided by {found.layer}: {found.reason}")
    if found.resource is not None:
        place = f" ({found.file}:{found.line})" if found.file else ""
        yield _detail(f"in {named(found.resource)} at {found.pointer or '/'}{place}")


def _layer(layer: LayerView) -> Iterator[Line]:
    hop = f" ({layer.hop})" if layer.hop else ""
    head = f"  {layer.layer:<{_LAYER_WIDTH}}"
    yield Line(
        Text.assemble(head, (f"{layer.decision.value:<8}", _STYLES[layer.decision]), clean(layer.reason + hop)), 26
    )
    for one in layer.objects:
        yield Line(Text(f"{'':26}{clean(_object(one))}", "dim"), 28)


def _object(one: RelatedView) -> str:
    name = named(one.resource) if one.resource is not None else one.file
    place = f" ({one.file}:{one.line})" if one.file else ""
    return f"{name} {one.note}{place}"


def _detail(text: str) -> Line:
    return Line(Text(f"    {clean(text)}", "dim"), 6)
