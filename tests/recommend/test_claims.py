"""The knowledge base keeps its word: claims have source and date, say something, and count where they are used."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from service_mesh.recommend.advice import INSUFFICIENT, Advice, advise
from service_mesh.recommend.case import capability_of
from service_mesh.recommend.claims import Claim, ClaimKind, bundled_knowledge, claim_of, knowledge_of
from service_mesh.recommend.requirements import Level, Need, Option, Requirements
from tests.recommend.knowledge import TODAY
from tests.recommend.test_scenarios import answer, scenarios

CLAIMS = bundled_knowledge().claims
RANGE = re.compile(r"(?:(?:>=|<)?\d+(?:\.\d+){1,2})(?:,(?:>=|<)\d+(?:\.\d+){1,2})*")
SOURCE = re.compile(r"https://\S+|[\w.-]+/[\w.-]+: \S.*|experience, reviewed \d{4}-\d{2}-\d{2}")
LEVELS = {"ga", "beta", "alpha", "partial", "external", "no"}
STATES = {"offered", "preview", "retired", "removed", "deprecated", "frozen"}
ENTRY = {
    "id": "linkerd.mtls",
    "option": "linkerd",
    "property": "mtls",
    "kind": "capability",
    "value": {"level": "ga", "utility": 1.0},
    "conditions": "Between injected pods.",
    "source": "https://linkerd.io/docs/",
    "date": "2026-11-20",
    "versions": ">=2.18",
    "confidence": "high",
}


def test_every_claim_names_a_place_and_a_day_that_has_been() -> None:
    for one in CLAIMS:
        assert SOURCE.fullmatch(one.source), (one.id, one.source)
        assert date(2020, 1, 1) <= one.dated <= TODAY, one.id
        assert one.conditions.endswith("."), one.id


def test_what_rests_on_experience_alone_is_of_low_confidence() -> None:
    for one in CLAIMS:
        if one.source.startswith("experience"):
            assert one.confidence == "low", one.id


def test_every_claim_says_how_sure_it_is_and_for_which_releases() -> None:
    for one in CLAIMS:
        assert one.confidence in {"high", "medium", "low"}, one.id
        assert not one.versions or RANGE.fullmatch(one.versions), (one.id, one.versions)


def test_ids_and_places_are_told_once() -> None:
    assert [name for name, count in Counter(one.id for one in CLAIMS).items() if count > 1] == []
    places = Counter((one.option, one.property, one.kind) for one in CLAIMS)
    assert [place for place, count in places.items() if count > 1] == []


def test_utilities_fit_the_level_that_is_claimed() -> None:
    for one in CLAIMS:
        if one.kind is not ClaimKind.CAPABILITY:
            continue
        level, utility = one.text("level"), one.number("utility")
        assert level in LEVELS, one.id
        assert utility is not None, one.id
        assert 0 <= utility <= 1, one.id
        assert (level == "no") == (utility == 0), one.id
        assert level != "ga" or utility >= 0.6 or one.id in MATURE_BUT_NARROW, one.id
        assert level not in ("alpha", "no") or utility <= 0.5, one.id


MATURE_BUT_NARROW = {"linkerd.vms"}
"""Released in full, with conditions that keep most from using it: SPIRE on each machine and a route to every pod."""


def test_figures_are_ranges_and_states_are_known() -> None:
    for one in CLAIMS:
        if one.kind in (ClaimKind.RESOURCE, ClaimKind.LATENCY):
            low, high = one.number("low"), one.number("high")
            assert low is not None and high is not None and low <= high, one.id  # noqa: PT018
        if one.kind in (ClaimKind.MANAGED, ClaimKind.DEPRECATION):
            assert one.text("state") in STATES, one.id


def test_every_option_has_a_claim_on_every_need() -> None:
    known = bundled_knowledge()
    assert [(option, need) for option in Option for need in Need if known.of(option, capability_of(need)) is None] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": ""}, "claim 'linkerd.mtls' has no source"),
        ({"source": " "}, "claim 'linkerd.mtls' has no source"),
        ({"date": ""}, "claim 'linkerd.mtls' has no date"),
        ({"date": "last week"}, "claim 'linkerd.mtls' has no date"),
    ],
)
def test_a_claim_without_source_or_date_is_refused(change: dict[str, str], words: str) -> None:
    assert claim_of(ENTRY).dated == date(2026, 11, 20)
    with pytest.raises(ValueError, match=re.escape(words)):
        claim_of({**ENTRY, **change})


@pytest.mark.parametrize("name", ["source", "date"])
def test_a_claim_that_leaves_source_or_date_out_is_refused(name: str) -> None:
    entry = {key: value for key, value in ENTRY.items() if key != name}
    with pytest.raises(ValueError, match=f"claim 'linkerd.mtls' has no {name}"):
        claim_of(entry)


def conclusion(found: Advice) -> str:
    """What an answer says, without its evidence and its confidence."""
    ranking = [
        (one.option, one.score, [each.rule for each in one.disqualified_by], one.estimate, dict(one.utilities))
        for one in found.ranking.options
    ]
    return repr((found.recommendation, ranking))


def used() -> dict[str, list[str]]:
    """Claim -> scenarios in which it had a part."""
    found: dict[str, list[str]] = {}
    for scenario in scenarios():
        for one in answer(scenario.name).evidence:
            found.setdefault(one.id, []).append(scenario.name)
    return found


def test_without_a_claim_that_was_used_less_is_known_or_something_else_is_said() -> None:
    asked = {one.name: Requirements.model_validate(one.requirements) for one in scenarios()}
    places = used()
    assert len(places) > 150
    silent = []
    for number, (name, names) in enumerate(places.items()):
        place = names[number % len(names)]
        before, after = answer(place), advise(asked[place], bundled_knowledge().without(name), TODAY)
        if after.confidence >= before.confidence and conclusion(after) == conclusion(before):
            silent.append((name, place))
    assert silent == []


def test_a_claim_that_was_not_used_changes_nothing() -> None:
    for name in ("nothing but TCP", "AKS runs it or nobody", "Fargate alone"):
        asked = next(Requirements.model_validate(one.requirements) for one in scenarios() if one.name == name)
        held = {one.id for one in answer(name).evidence}
        only = knowledge_of(one for one in CLAIMS if one.id in held)
        assert conclusion(advise(asked, only, TODAY)) == conclusion(answer(name))


def aged(days: int) -> Callable[[Claim], Claim]:
    return lambda one: replace(one, dated=TODAY - timedelta(days=days))


def test_evidence_older_than_120_days_is_named_and_no_other() -> None:
    asked = Requirements.model_validate(next(scenarios()).requirements)
    fresh, old = (advise(asked, knowledge_of(map(aged(days), CLAIMS)), TODAY) for days in (120, 121))
    assert fresh.old == ()
    assert old.old == tuple(one.id for one in old.evidence)
    assert old.confidence < fresh.confidence


def test_old_evidence_of_the_bundled_claims_is_told() -> None:
    found = answer("IPv6 with encryption")
    assert {"linkerd.ipv6", "istio-ambient.ipv6"} <= set(found.old)
    assert "linkerd.mtls" not in found.old


def test_no_recommendation_comes_without_evidence() -> None:
    asked = Requirements(needs=dict.fromkeys((Need.MTLS, Need.CANARY, Need.JWT), Level.MUST))
    assert advise(asked, bundled_knowledge(), TODAY).evidence
    assert advise(asked, knowledge_of([]), TODAY).recommendation == INSUFFICIENT


def test_claims_are_plain_data_that_reads_back_the_same() -> None:
    assert claim_of(json.loads(json.dumps(ENTRY))) == claim_of(ENTRY)
