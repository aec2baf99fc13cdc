"""What would change the answer: the single weight or fact that makes another option the best."""

from collections.abc import Iterator

from service_mesh.recommend.case import Case
from service_mesh.recommend.claims import Knowledge
from service_mesh.recommend.ranking import Ranked, Ranking, rank
from service_mesh.recommend.requirements import Cni, Constraints, Level, Need, Option, Priority, Requirements

__all__ = ["close_to", "flips"]

_MOST_WEIGHT = 100.0
_NEAR = 0.02
"""A lead below which two options are as good as each other."""

_SWITCHES = (
    ("serverless_nodes", True),
    ("privileged_pods", False),
    ("managed_only", True),
    ("cni_may_change", False),
    ("open_source_only", True),
    ("cni", Cni.CILIUM),
)
"""Facts of the constraints that are tried, each with the value that rules most out or lets most in."""


def close_to(ranking: Ranking) -> tuple[Option, ...]:
    """The options that are as good as the best one: what is known does not tell them apart."""
    running = ranking.running
    return tuple(one.option for one in running[1:] if running[0].score - one.score < _NEAR)


def flips(requirements: Requirements, knowledge: Knowledge, ranking: Ranking) -> tuple[str, ...]:
    """Tell what would make another option the best, one change at a time: ties first, then weights, then facts."""
    running = ranking.running
    if not running:
        return ()
    near = (f"{option} is as good as {running[0].option}" for option in close_to(ranking))
    return (*near, *_by_weights(ranking, running), *_by_facts(requirements, knowledge, running[0].option))


def _by_weights(ranking: Ranking, running: tuple[Ranked, ...]) -> Iterator[str]:
    """The nearest weight at which another option overtakes the best: scores are linear in each weight."""
    best = running[0]
    for priority, weight in ranking.weights.items():
        found = [at for one in running[1:] if (at := _limit(ranking, best, one, priority)) is not None]
        if found:
            limit, option = min(found, key=lambda pair: (abs(pair[0] - weight), pair[1]))
            word = "above" if limit > weight else "below"
            yield f"would become {option} if the weight of {priority} were {word} {limit:.1f} (it is {weight:g})"


def _limit(ranking: Ranking, best: Ranked, other: Ranked, priority: Priority) -> tuple[float, Option] | None:
    """The weight at which both score the same; None where none from 0 to 100 does that."""
    ahead = sum(
        weight * (best.utilities[one].value - other.utilities[one].value) for one, weight in ranking.weights.items()
    )
    slope = best.utilities[priority].value - other.utilities[priority].value
    if not slope:
        return None
    limit = ranking.weights[priority] - ahead / slope
    return (limit, other.option) if 0 <= limit <= _MOST_WEIGHT else None


def _by_facts(requirements: Requirements, knowledge: Knowledge, best: Option) -> Iterator[str]:
    """Each need and constraint the other way round."""
    for words, changed in _changes(requirements):
        running = rank(Case(changed, knowledge)).running
        other = running[0].option if running else None
        if other is not best:
            yield f"would become {other or 'none of them'} if {words}"


def _changes(requirements: Requirements) -> Iterator[tuple[str, Requirements]]:
    for need in Need:
        held = requirements.needs.get(need)
        level = Level.NO if held is Level.MUST else Level.MUST
        words = f"{need} were a must" if level is Level.MUST else f"{need} were not needed"
        yield words, requirements.model_copy(update={"needs": {**requirements.needs, need: level}})
    for name, value in _SWITCHES:
        if getattr(requirements.constraints, name) != value:
            constraints: Constraints = requirements.constraints.model_copy(update={name: value})
            words = f"constraints.{name} were {str(value).lower()}"
            yield words, requirements.model_copy(update={"constraints": constraints})
