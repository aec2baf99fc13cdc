"""What a principal engineer would say of an estate, why, and what they would rule out: asked of the product."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
import yaml

from service_mesh.recommend.advice import INSUFFICIENT, Advice, advise
from service_mesh.recommend.claims import bundled_knowledge
from service_mesh.recommend.ranking import Ranked
from service_mesh.recommend.requirements import Option, Requirements
from tests.recommend.knowledge import TODAY

FOLDER = Path(__file__).parent / "scenarios"
PAIRS = "pairs.yaml"


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer has to be: the outcome, who is out by which rules, words and claims that it rests on."""

    recommendation: str
    disqualified: Mapping[str, list[str]]
    confidence: tuple[float, float]
    unknowns: list[str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scenario:
    """An estate, what is expected of it, and why."""

    name: str
    why: str
    requirements: Mapping[str, Mapping[str, object]]
    expect: Expected


@dataclass(frozen=True, slots=True)
class Pair:
    """A scenario of which one fact is changed."""

    name: str
    of: str
    change: Mapping[str, object]
    recommendation: str
    rules: Mapping[str, str]


def scenarios() -> Iterator[Scenario]:
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != PAIRS:
            for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
                yield Scenario(**{**entry, "expect": Expected(**entry["expect"])})


def pairs() -> Iterator[Pair]:
    for entry in yaml.safe_load((FOLDER / PAIRS).read_text(encoding="utf-8")):
        yield Pair(entry["name"], entry["of"], entry["change"], **entry["expect"])


@cache
def answer(name: str) -> Advice:
    """The answer to a scenario, asked once."""
    asked = next(one.requirements for one in scenarios() if one.name == name)
    return advise(Requirements.model_validate(asked), bundled_knowledge(), TODAY)


def rules_of(found: Advice) -> dict[str, list[str]]:
    out = {one.option.value: [each.rule for each in one.disqualified_by] for one in found.ranking.options}
    return {option: rules for option, rules in out.items() if rules}


def words_of(one: Ranked) -> list[str]:
    """Everything that is said of an option."""
    said = [reason for utility in one.utilities.values() for reason in utility.reasons]
    return [*said, *(each.reason for each in one.disqualified_by)]


EACH = pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda one: one.name)


@EACH
def test_the_outcome_is_what_a_principal_engineer_would_say(scenario: Scenario) -> None:
    assert answer(scenario.name).recommendation == scenario.expect.recommendation, scenario.why


@EACH
def test_options_are_ruled_out_by_these_rules_and_no_other(scenario: Scenario) -> None:
    assert rules_of(answer(scenario.name)) == scenario.expect.disqualified


@EACH
def test_the_reasons_are_told_with_the_claims_behind_them(scenario: Scenario) -> None:
    found, expect = answer(scenario.name), scenario.expect
    said = {one.option.value: words_of(one) for one in found.ranking.options}
    for option, words in expect.reasons.items():
        assert any(words in each for each in said[option]), (option, words, said[option])
    assert set(expect.evidence) <= {one.id for one in found.evidence}
    if expect.recommendation != INSUFFICIENT:
        assert expect.reasons
        assert expect.evidence


@EACH
def test_what_rules_out_rests_on_evidence_of_the_answer(scenario: Scenario) -> None:
    found = answer(scenario.name)
    if found.recommendation == INSUFFICIENT:
        assert found.evidence == ()
        return
    held = {one.id for one in found.evidence}
    for one in found.ranking.options:
        for each in one.disqualified_by:
            assert set(each.evidence) <= held
            assert each.evidence or each.rule == "constraints.managed_only", "what nobody offers has no claim"


@EACH
def test_confidence_lies_in_its_band_and_unknowns_are_named(scenario: Scenario) -> None:
    found, (low, high) = answer(scenario.name), scenario.expect.confidence
    assert low <= found.confidence <= high
    assert set(scenario.expect.unknowns) <= {one.field for one in found.unknowns}
    assert all(one.effect for one in found.unknowns)


def test_there_are_enough_scenarios_and_names_are_unique() -> None:
    listed = list(scenarios())
    without = [one for one in listed if one.expect.recommendation in (INSUFFICIENT, Option.NO_MESH.value)]
    assert len({one.name for one in listed}) == len(listed) >= 40
    assert len(without) >= 6
    assert {one.expect.recommendation for one in listed} == {*(option.value for option in Option), INSUFFICIENT}


@pytest.mark.parametrize("pair", list(pairs()), ids=lambda one: one.name)
def test_one_fact_changes_the_answer(pair: Pair) -> None:
    before = next(one for one in scenarios() if one.name == pair.of)
    ((place, value),) = pair.change.items()
    part, name = place.split(".")
    changed = {**before.requirements, part: {**before.requirements.get(part, {}), name: value}}
    found = advise(Requirements.model_validate(changed), bundled_knowledge(), TODAY)
    assert found.recommendation == pair.recommendation != before.expect.recommendation
    rules = rules_of(found)
    for option, rule in pair.rules.items():
        assert rule in rules[option]
        assert rule not in before.expect.disqualified.get(option, []) or option == before.expect.recommendation


def test_there_are_enough_pairs() -> None:
    assert len({(one.of, *one.change) for one in pairs()}) >= 10


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("virtual machines beside the cluster", (Option.LINKERD,)),
        ("one engineer who would like encryption", (Option.ISTIO_AMBIENT,)),
        ("nothing but TCP", ()),
    ],
)
def test_options_that_are_as_good_are_named_first(name: str, close: tuple[Option, ...]) -> None:
    found = answer(name)
    assert found.close == close
    said = tuple(f"{option} is as good as {found.recommendation}" for option in close)
    assert found.sensitivity[: len(close)] == said
    assert not any("is as good as" in sentence for sentence in found.sensitivity[len(close) :])


def test_a_must_that_the_answer_does_not_have_is_told() -> None:
    (words,) = answer("EKS runs it or nobody").lacking
    assert words.startswith("no-mesh does not have mtls by itself (external): Every application has to terminate TLS")
    (words,) = answer("Windows nodes with identity on the wire").lacking
    assert words.startswith("no mesh has windows-nodes by itself; the nearest is linkerd (external): Beta in the")
    assert answer("nothing but TCP").lacking == ()
