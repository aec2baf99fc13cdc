"""What `recommend_mesh` publishes: the result of the operation, bounded field by field, and its text."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, cast

from pydantic import TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.answer import reason
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.tool import Answer
from service_mesh.operations.recommend_result import Evidence, OptionView, RecommendResult
from service_mesh.operations.result import NotChecked
from service_mesh.rendering.recommend import estimate_text, recommend_summary

__all__ = ["EvidenceAnswer", "OptionAnswer", "RecommendAnswer", "to_recommend_answer"]

_TEXT = 240
_MOST = 16
_REASONS = 300


@dataclass(frozen=True, slots=True)
class OptionAnswer:
    """One option; `takes` is what it needs of processors and memory, `disqualified_by` reads "rule: reason"."""

    option: str
    score: float
    reasons: tuple[str, ...]
    costs: tuple[str, ...]
    disqualified_by: tuple[str, ...]
    takes: str


@dataclass(frozen=True, slots=True)
class EvidenceAnswer:
    """A claim that had a part in the answer."""

    claim: str
    value: str
    source: str
    date: str
    conditions: str


@dataclass(frozen=True, slots=True)
class RecommendAnswer:
    """The structured content.

    Attributes:
        recommendation: An option, insufficient-facts, or none-fits.
        confidence: From 0 to 1.
        ranking: The options in their order, those that are ruled out last.
        sensitivity: What would change the answer, one change at a time.
        resource_estimate: What the first would take.
        next_steps: What to do with the answer.
        unknowns: What was not said, and what hangs on it.
        evidence: The claims that count most; `left_out` more had a part.
        left_out: Claims that are not shown.
        detected: What a cluster showed.
        not_checked: What was given and not read.
        notes: What the answer does not tell.
    """

    recommendation: str
    confidence: float
    ranking: tuple[OptionAnswer, ...]
    sensitivity: tuple[str, ...]
    resource_estimate: str
    next_steps: tuple[str, ...]
    unknowns: tuple[str, ...]
    evidence: tuple[EvidenceAnswer, ...]
    left_out: int
    detected: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    notes: tuple[str, ...]


def to_recommend_answer(result: RecommendResult, adapter: TypeAdapter[RecommendAnswer]) -> Answer:
    """The result as text and data; costs, sentences and claims are left out where the answer would be too long."""

    def answer(most: int) -> Answer:
        found = _bounded(result, most)
        text = "\n".join(_lines(result, found))
        return Answer(text, cast(dict[str, Any], adapter.dump_python(found, mode="json")))

    return answer(budget.largest(_MOST, lambda most: budget.fits(answer(most), budget.DEFAULT_TOKENS)))


def _bounded(result: RecommendResult, most: int) -> RecommendAnswer:
    takes = {one.option: estimate_text(one) for one in result.resource_estimate}
    evidence = [one for one in result.evidence if one.option == result.ranking[0].option]
    return RecommendAnswer(
        recommendation=result.recommendation,
        confidence=result.confidence,
        ranking=tuple(_option(one, takes.get(one.option, ""), most) for one in result.ranking),
        sensitivity=tuple(one_line(text, _TEXT) for text in result.sensitivity[:most]),
        resource_estimate=takes.get(result.ranking[0].option, ""),
        next_steps=tuple(one_line(text, _TEXT) for text in result.next_steps),
        unknowns=tuple(one_line(f"{one.field}: {one.effect}", _TEXT) for one in result.unknowns[:most]),
        evidence=tuple(_evidence(one) for one in evidence[:most]),
        left_out=len(result.evidence) - len(evidence[:most]),
        detected=tuple(one_line(text, _TEXT) for text in result.detected[:_MOST]),
        not_checked=budget.leading([reason(entry) for entry in result.not_checked], _REASONS, asdict),
        notes=tuple(one_line(note, _TEXT) for note in result.notes),
    )


def _option(one: OptionView, takes: str, most: int) -> OptionAnswer:
    return OptionAnswer(
        option=one.option,
        score=one.score,
        reasons=tuple(one_line(text, _TEXT) for text in one.reasons),
        costs=tuple(one_line(text, _TEXT) for text in one.costs[: most // 4]),
        disqualified_by=tuple(one_line(f"{out.rule}: {out.reason}", _TEXT) for out in one.disqualified_by),
        takes=one_line(takes, _TEXT),
    )


def _evidence(one: Evidence) -> EvidenceAnswer:
    aged = " (older than 120 days)" if one.is_old else ""
    return EvidenceAnswer(
        one_line(one.claim, _TEXT),
        one_line(one.value, _TEXT),
        one_line(one.source, _TEXT),
        one.date + aged,
        one_line(one.conditions, _TEXT),
    )


def _lines(result: RecommendResult, answer: RecommendAnswer) -> Iterator[str]:
    yield recommend_summary(result)
    for one in answer.ranking:
        if one.disqualified_by:
            yield f"{one.option}: out by {'; '.join(one.disqualified_by)}"
        else:
            yield f"{one.option}: {one.score:.2f}; {'; '.join(one.reasons)}; takes {one.takes}"
            yield from (f"  against: {text}" for text in one.costs)
    yield from answer.sensitivity
    yield from (f"not said: {text}" for text in answer.unknowns)
    yield from (f"next: {text}" for text in answer.next_steps)
    yield from (f"detected: {text}" for text in answer.detected)
    yield from (f"{one.claim}: {one.value} ({one.source}, {one.date})" for one in answer.evidence)
    yield from (f"not checked: {one.what}: {one.why}; {one.how_to_settle}" for one in answer.not_checked)
    yield from answer.notes
