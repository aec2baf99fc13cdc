"""A recommendation as text: the options in their order, what each takes, what would change the answer."""

from collections.abc import Iterator

from rich.text import Text

from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.terminal import console, not_checked
from service_mesh.operations.recommend_result import OptionView, RecommendResult
from service_mesh.rendering.recommend import estimate_text, recommend_summary
from service_mesh.rendering.words import clean

__all__ = ["print_recommendation"]

_EMPTY = Line(Text(""))


def print_recommendation(result: RecommendResult, color: str) -> None:
    """Print a recommendation.

    Args:
        result: The answer.
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    print_lines(_lines(result), console(color))


def _lines(result: RecommendResult) -> Iterator[Line]:
    estimates = {one.option: estimate_text(one) for one in result.resource_estimate}
    for one in result.ranking:
        yield from _option(one, estimates.get(one.option, ""))
    for title, sentences in (
        ("What would change the answer", result.sensitivity),
        ("Not said", tuple(f"{one.field}: {one.effect}" for one in result.unknowns)),
        ("Next", result.next_steps),
    ):
        if sentences:
            yield _EMPTY
            yield Line(Text(title, "bold"))
            yield from (Line(Text(f"  {clean(sentence)}"), 4) for sentence in sentences)
    yield _EMPTY
    yield from (Line(Text.assemble(("detected: ", "cyan"), clean(text))) for text in result.detected)
    for entry in result.not_checked:
        yield from map(Line, not_checked(entry))
    if result.evidence:
        old = sum(one.is_old for one in result.evidence)
        aged = f", {old} of them older than 120 days" if old else ""
        yield Line(Text(f"{len(result.evidence)} claims with source and date{aged}; -o json shows them", "dim"))
    yield from (Line(Text.assemble(("note: ", "cyan"), clean(note))) for note in result.notes)
    yield Line(Text(recommend_summary(result), "bold"))


def _option(one: OptionView, takes: str) -> Iterator[Line]:
    head = "out " if one.disqualified_by else f"{one.score:.2f}"
    yield Line(Text.assemble((f"{head}  ", "bold red" if one.disqualified_by else "bold green"), (one.option, "bold")))
    for out in one.disqualified_by:
        yield Line(Text(f"      out by {out.rule}: {clean(out.reason)}"), 8)
    for factor in () if one.disqualified_by else one.factors:
        why = f": {clean(factor.reasons[0])}" if factor.reasons and factor.value < 1 else ""
        yield Line(Text(f"      {factor.name:<10} {factor.value:.2f} x {factor.weight:g}{why}", "dim"), 23)
    yield Line(Text(f"      takes {clean(takes)}", "dim"), 8)
