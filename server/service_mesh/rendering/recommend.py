"""A recommendation in words that every surface shares, as Markdown, and as an architecture decision record."""

from collections.abc import Iterator

from service_mesh.operations.recommend_result import OptionView, RecommendResult, ResourceEstimate
from service_mesh.rendering.markdown import cell, table
from service_mesh.rendering.words import number

__all__ = ["estimate_text", "recommend_summary", "render_decision_record", "render_recommend_markdown"]

_MOST_EVIDENCE = 40


def recommend_summary(result: RecommendResult) -> str:
    """The last line: the recommendation, how sure it is, how much was not said and not checked."""
    said = f"confidence {result.confidence:.2f}, {number(len(result.unknowns), 'fact')} not said"
    return f"{result.recommendation}: {said}; {number(len(result.not_checked), 'thing')} not checked"


def estimate_text(one: ResourceEstimate) -> str:
    """What an option takes, as ranges; what is missing where that is not known."""
    if one.cpu is None or one.memory_mb is None:
        return f"not known without {', '.join(one.missing)}" if one.missing else "not known"
    if not one.parts:
        return "nothing beyond what runs anyway"
    cpu = f"{one.cpu[0] / 1000:.1f} to {one.cpu[1] / 1000:.1f} CPU"
    memory = f"{one.memory_mb[0] / 1024:.1f} to {one.memory_mb[1] / 1024:.1f} GB"
    return f"{cpu}, {memory} ({', '.join(one.parts)})"


def render_recommend_markdown(result: RecommendResult) -> str:
    """A recommendation for a document: the answer, a comparison, what would change it, the evidence."""
    return "\n".join(_markdown(result))


def _markdown(result: RecommendResult) -> Iterator[str]:
    yield f"**{cell(recommend_summary(result))}**"
    yield from _comparison(result)
    if result.sensitivity:
        yield "\n### What would change the answer\n"
        yield from (f"- {cell(sentence)}" for sentence in result.sensitivity)
    if result.unknowns:
        yield "\n### Not said\n"
        yield from (f"- `{one.field}`: {cell(one.effect)}" for one in result.unknowns)
    yield "\n### Next\n"
    yield from (f"- {cell(step)}" for step in result.next_steps)
    yield "\n### Evidence"
    yield from _evidence(result)
    yield ""
    yield from (f"- detected: {cell(text)}" for text in result.detected)
    yield from (
        f"- not checked: {cell(one.what)}: {cell(one.why)}; {cell(one.how_to_settle)}" for one in result.not_checked
    )
    yield from (f"- note: {cell(note)}" for note in result.notes)


def render_decision_record(result: RecommendResult, today: str) -> str:
    """An architecture decision record to commit: context, decision, alternatives, consequences, when to ask again."""
    return "\n".join(_record(result, today))


def _record(result: RecommendResult, today: str) -> Iterator[str]:
    first = result.ranking[0]
    yield f"# Service mesh: {result.recommendation}\n"
    yield f"Date: {today}. Status: proposed. Confidence: {result.confidence:.2f}.\n"
    yield "## Context\n"
    if result.unknowns:
        yield f"Decided without knowing: {', '.join(one.field for one in result.unknowns)}."
    yield from (f"- {cell(text)}" for text in result.detected)
    yield "\n## Decision\n"
    yield f"{_sentence(result, first)}\n"
    yield "## Options"
    yield from _comparison(result)
    yield "\n## Consequences\n"
    yield from (f"- {cell(text)}" for text in first.costs)
    yield f"- resources: {cell(estimate_text(result.resource_estimate[0]))}"
    yield "\n## When to ask again\n"
    yield from (f"- {cell(sentence)}" for sentence in result.sensitivity)
    yield "\n## Next steps\n"
    yield from (f"- {cell(step)}" for step in result.next_steps)
    yield "\n## Evidence"
    yield from _evidence(result)


def _sentence(result: RecommendResult, first: OptionView) -> str:
    if result.recommendation != first.option:
        return f"None yet: {result.recommendation}."
    return f"We choose {first.option}, with a score of {first.score:.2f}: {'; '.join(first.reasons) or 'see below'}."


def _comparison(result: RecommendResult) -> Iterator[str]:
    estimates = {one.option: estimate_text(one) for one in result.resource_estimate}
    rows = (
        (
            one.option,
            "out" if one.disqualified_by else f"{one.score:.2f}",
            cell("; ".join(out.reason for out in one.disqualified_by) or "; ".join(one.reasons)),
            cell("; ".join(one.costs)),
            cell(estimates.get(one.option, "")),
        )
        for one in result.ranking
    )
    yield from table(("option", "score", "for it, or why it is out", "against it", "takes"), rows)


def _evidence(result: RecommendResult) -> Iterator[str]:
    rows = (
        (
            one.option,
            one.property,
            cell(one.value),
            cell(one.conditions),
            cell(one.source),
            one.date + (" (old)" if one.is_old else ""),
        )
        for one in result.evidence[:_MOST_EVIDENCE]
    )
    yield from table(("option", "property", "value", "conditions", "source", "date"), rows)
    if len(result.evidence) > _MOST_EVIDENCE:
        yield f"\n{len(result.evidence) - _MOST_EVIDENCE} more claims: `-o json` lists them."
