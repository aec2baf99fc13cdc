"""The recommendation itself: who comes first and by how much, on what evidence, and what nobody said."""

from dataclasses import dataclass
from datetime import date

from service_mesh.recommend.case import Case
from service_mesh.recommend.claims import Claim, Knowledge
from service_mesh.recommend.contradictions import contradictions, lacking
from service_mesh.recommend.ranking import Ranking, rank
from service_mesh.recommend.requirements import Option, Requirements
from service_mesh.recommend.sensitivity import close_to, flips
from service_mesh.recommend.unknowns import Unknown, is_too_little, share_said, unknowns_of

__all__ = ["INSUFFICIENT", "NONE_FITS", "Advice", "Unknown", "advise"]

INSUFFICIENT = "insufficient-facts"
NONE_FITS = "none-fits"

_TRUST = {"high": 1.0, "medium": 0.7, "low": 0.4}
_ENOUGH = 10.0
"""Claims that can be trusted fully after which evidence counts half; more always helps, ever less."""

_AT_ODDS = 0.5
"""What is left of the confidence where requirements contradict each other."""

_CLEAR_MARGIN = 0.15
"""A lead from which on the first place is not in doubt for want of a lead."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation.

    Attributes:
        recommendation: An option, `insufficient-facts` or `none-fits`.
        confidence: From 0 to 1: how much was said, how far the first is ahead, how good the evidence is; 0 where
            nothing is recommended for want of facts.
        ranking: The options in their order.
        sensitivity: What would change the answer.
        evidence: The claims that had a part in it.
        unknowns: What was not said.
        close: Options that are as good as the recommended one.
        contradictions: Requirements that contradict each other, in words.
        lacking: Musts that no mesh, or not the recommended option, has by itself, with what comes nearest.
        old: Ids of the evidence that was last looked at more than 120 days ago.
    """

    recommendation: str
    confidence: float
    ranking: Ranking
    sensitivity: tuple[str, ...]
    evidence: tuple[Claim, ...]
    unknowns: tuple[Unknown, ...]
    close: tuple[Option, ...] = ()
    contradictions: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


def advise(requirements: Requirements, knowledge: Knowledge, today: date) -> Advice:
    """Recommend an option.

    Args:
        requirements: What is needed.
        knowledge: What is known.
        today: The day of the question; evidence that is older than 120 days counts less.
    """
    case = Case(requirements, knowledge)
    ranking = rank(case)
    at_odds = contradictions(requirements, knowledge)
    unknowns = unknowns_of(requirements)
    running, evidence = ranking.running, tuple(case.used.values())
    if is_too_little(requirements) or not ranking.weights or not evidence:
        return Advice(INSUFFICIENT, 0.0, ranking, (), (), unknowns, contradictions=at_odds)
    return Advice(
        running[0].option.value if running else NONE_FITS,
        _confidence(case, ranking, share_said(unknowns), today) * (_AT_ODDS if at_odds else 1.0),
        ranking,
        flips(requirements, knowledge, ranking),
        evidence,
        unknowns,
        close_to(ranking) if running else (),
        at_odds,
        lacking(requirements, knowledge, running[0].option if running else None),
        tuple(one.id for one in evidence if one.is_old(today)),
    )


def _confidence(case: Case, ranking: Ranking, said: float, today: date) -> float:
    """How sure the answer is: half of it is what was said, the rest the lead and the evidence.

    Every claim that had a part in the answer counts: without it, less is known, and the number is lower.
    """
    running = ranking.running
    lead = running[0].score - running[1].score if len(running) > 1 else _CLEAR_MARGIN if running else 0.0
    trust = sum(_trust(one, today) for one in case.used.values())
    asked = len(case.used) + len(case.absent)
    known = trust / (trust + _ENOUGH) * len(case.used) / asked if asked else 0.0
    return round(0.5 * said + 0.2 * min(1.0, lead / _CLEAR_MARGIN) + 0.3 * known, 6)


def _trust(claim: Claim, today: date) -> float:
    held = _TRUST.get(claim.confidence, 0.4)
    return held / 2 if claim.is_old(today) else held
