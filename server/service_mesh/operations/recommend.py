"""The verb `recommend`: which mesh fits what is needed, on dated evidence, with what would change the answer."""

from collections.abc import Iterator, Mapping
from datetime import date

from service_mesh.errors import UsageError
from service_mesh.operations.recommend_detection import completed
from service_mesh.operations.recommend_form import requirements_of
from service_mesh.operations.recommend_result import (
    Evidence,
    Factor,
    OptionView,
    Out,
    RecommendResult,
    ResourceEstimate,
    UnknownFact,
)
from service_mesh.operations.request import RecommendRequest
from service_mesh.recommend.advice import INSUFFICIENT, NONE_FITS, Advice, advise
from service_mesh.recommend.claims import Claim, bundled_knowledge
from service_mesh.recommend.estimating import Estimate
from service_mesh.recommend.ranking import Ranked, Ranking
from service_mesh.recommend.requirements import Option

__all__ = ["recommend"]

_GOOD = 0.8
"""How well an option has to do in a respect for that to speak for it."""

_MOST_REASONS = 6


def recommend(request: RecommendRequest) -> RecommendResult:
    """Recommend an option.

    Raises:
        UsageError: The requirements have a field or value that is none, with the nearest one; or all weights are zero.
        InputError: A snapshot or context cannot be read.
    """
    asked = completed(requirements_of(request.requirements), request.inputs)
    today = _day(request.today)
    found = advise(asked.requirements, bundled_knowledge(), today)
    return RecommendResult(
        recommendation=found.recommendation,
        confidence=found.confidence,
        ranking=tuple(_option(one, found.ranking) for one in found.ranking.options),
        sensitivity=found.sensitivity,
        resource_estimate=tuple(_estimate(one.estimate) for one in found.ranking.options),
        next_steps=tuple(_next_steps(found)),
        unknowns=tuple(UnknownFact(one.field, one.effect) for one in found.unknowns),
        evidence=tuple(_evidence(one, today) for one in found.evidence),
        detected=asked.told,
        not_checked=asked.unread,
        notes=tuple(_notes(found)),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text[:40]}' is no day", "write it like 2026-11-21") from None


def _notes(found: Advice) -> Iterator[str]:
    if found.close:
        yield f"as good as {found.recommendation}: {', '.join(found.close)}; let what the team knows decide"
    yield from (f"contradiction: {text}" for text in found.contradictions)
    yield from found.lacking
    yield "figures of latency and resources hold under the conditions beside them: measure in your own cluster"


def _option(one: Ranked, ranking: Ranking) -> OptionView:
    factors = tuple(
        Factor(name.value, ranking.weights[name], round(utility.value, 3), utility.reasons)
        for name, utility in one.utilities.items()
    )
    good = tuple(f"{factor.name}: {factor.value:.2f}" for factor in factors if factor.value >= _GOOD)
    costs = tuple(dict.fromkeys(reason for factor in factors if factor.value < 1 for reason in factor.reasons))
    return OptionView(
        option=one.option.value,
        score=round(one.score, 3),
        reasons=good[:_MOST_REASONS],
        costs=costs[:_MOST_REASONS],
        disqualified_by=tuple(Out(out.rule, out.reason, out.evidence) for out in one.disqualified_by),
        factors=factors,
    )


def _estimate(one: Estimate) -> ResourceEstimate:
    return ResourceEstimate(one.option.value, one.cpu, one.memory, one.parts, one.missing)


def _evidence(claim: Claim, today: date) -> Evidence:
    value = ", ".join(f"{name} {held}" for name, held in claim.value.items())
    return Evidence(
        claim=claim.id,
        option=claim.option.value,
        property=claim.property,
        value=value,
        conditions=claim.conditions,
        source=claim.source,
        date=claim.dated.isoformat(),
        confidence=claim.confidence,
        is_old=claim.is_old(today),
    )


def _next_steps(found: Advice) -> Iterator[str]:
    """What to do with the answer."""
    if found.recommendation == INSUFFICIENT:
        yield from (f"say {one.field}: {one.effect}" for one in found.unknowns[:3])
        return
    if found.recommendation == NONE_FITS:
        rules = dict.fromkeys(out.rule for one in found.ranking.options for out in one.disqualified_by)
        yield f"give one of these up, or ask for it as 'should': {', '.join(rules)}"
        return
    yield from (f"find out {one.field}: {one.effect}" for one in found.unknowns[:2])
    yield from _STEPS[found.recommendation]
    yield "measure latency and resources with your own traffic before you decide; references/decision-tree.md says how"


_STEPS: Mapping[str, tuple[str, ...]] = {
    Option.ISTIO_AMBIENT: (
        "read references/istio-ambient.md; enrol one namespace, then add a waypoint where requests are read",
    ),
    Option.ISTIO_SIDECAR: ("read references/istio-install.md and references/istio-security.md; enrol one namespace",),
    Option.LINKERD: ("read references/linkerd.md; keep the trust anchor safe, and mesh one namespace",),
    Option.CILIUM: ("read references/cilium.md; switch encryption on, then policies in audit mode",),
    Option.NO_MESH: ("read references/network-policies.md; write down when to ask again (see sensitivity)",),
}
