"""The options in their order: what is ruled out last, the others by the weighted mean of how well they do."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.recommend.case import Case
from service_mesh.recommend.disqualifying import Disqualifier, disqualifiers
from service_mesh.recommend.estimating import Estimate, estimate
from service_mesh.recommend.requirements import Option, Priority, Requirements
from service_mesh.recommend.utilities import Utility, utilities

__all__ = ["USUAL_WEIGHTS", "Ranked", "Ranking", "rank", "weights_of"]

USUAL_WEIGHTS: Mapping[Priority, float] = {
    Priority.NEEDS: 4.0,
    Priority.SECURITY: 2.0,
    Priority.LATENCY: 1.0,
    Priority.RESOURCES: 1.0,
    Priority.SIMPLICITY: 2.0,
    Priority.MATURITY: 1.0,
    Priority.MIGRATION: 2.0,
}
"""What counts how much where nobody says otherwise; a judgement, which `priorities` replaces one by one."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One option.

    Attributes:
        option: The option.
        score: From 0 to 1.
        utilities: How well it does in each respect that counts.
        disqualified_by: What rules it out.
        estimate: What it would take.
    """

    option: Option
    score: float
    utilities: Mapping[Priority, Utility]
    disqualified_by: tuple[Disqualifier, ...]
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Ranking:
    """The options in order, those that are ruled out last.

    Attributes:
        options: The options.
        weights: The weights that counted.
    """

    options: tuple[Ranked, ...]
    weights: Mapping[Priority, float]

    @property
    def running(self) -> tuple[Ranked, ...]:
        """Those that nothing rules out."""
        return tuple(one for one in self.options if not one.disqualified_by)


def rank(case: Case) -> Ranking:
    """Put the options into order. Equal scores keep the order of `Option`, so that the answer is always the same."""
    estimates = {option: estimate(case, option) for option in Option}
    told = {option: utilities(case, option, estimates) for option in Option}
    wanted = weights_of(case.requirements)
    weights = {one: weight for one, weight in wanted.items() if weight and any(one in held for held in told.values())}
    total = sum(weights.values())
    found = []
    for option, held in told.items():
        counted = {priority: held.get(priority, Utility(0.0, ("not known",))) for priority in weights}
        score = sum(weights[one] * utility.value for one, utility in counted.items()) / total if total else 0.0
        found.append(Ranked(option, score, counted, disqualifiers(case, option), estimates[option]))
    order = {option: number for number, option in enumerate(Option)}
    found.sort(key=lambda one: (bool(one.disqualified_by), -round(one.score, 9), order[one.option]))
    return Ranking(tuple(found), weights)


def weights_of(requirements: Requirements) -> dict[Priority, float]:
    """The weights: those that are named, the usual ones for the rest."""
    return {one: requirements.priorities.get(one, weight) for one, weight in USUAL_WEIGHTS.items()}
