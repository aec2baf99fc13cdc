"""What holds of every ranking, whatever is needed and known: weights, disqualifiers, what is not known."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from unittest import mock

import pytest

from service_mesh.recommend.advice import INSUFFICIENT, NONE_FITS, advise
from service_mesh.recommend.case import Case
from service_mesh.recommend.claims import ClaimKind, knowledge_of
from service_mesh.recommend.ranking import USUAL_WEIGHTS, Ranking, rank
from service_mesh.recommend.requirements import (
    Cni,
    Constraints,
    Level,
    Need,
    Option,
    Priority,
    Requirements,
    Sizes,
    Team,
)
from tests.recommend.knowledge import TODAY, claim, random_knowledge

SEEDS = range(150)


def requirements(seed: int) -> Requirements:
    chance = random.Random(seed)
    needs = {need: chance.choice(list(Level)) for need in Need if chance.random() < 0.4}
    constraints = Constraints(
        cni=chance.choice([None, Cni.CILIUM, Cni.CALICO]),
        cni_may_change=chance.choice([None, True, False]),
        privileged_pods=chance.choice([None, True, False]),
    )
    sizes = Sizes(nodes=20, pods=chance.choice([None, 300]), services=chance.choice([None, 80]))
    return Requirements(sizes=sizes, needs=needs, constraints=constraints, team=Team(engineers=4))


def place(ranking: Ranking, option: Option) -> int:
    return [one.option for one in ranking.options].index(option)


def test_more_weight_on_a_property_never_lowers_the_option_that_is_best_in_it() -> None:
    rises = 0
    for seed in SEEDS:
        asked, knowledge = requirements(seed), random_knowledge(seed)
        before = rank(Case(asked, knowledge))
        for priority, weight in before.weights.items():
            best = max(one.utilities[priority].value for one in before.options)
            heavier = asked.model_copy(update={"priorities": {priority: weight * 3 + 1}})
            after = rank(Case(heavier, knowledge))
            for one in before.options:
                if one.utilities[priority].value == best:
                    assert place(after, one.option) <= place(before, one.option), (seed, priority, one.option)
                    rises += place(after, one.option) < place(before, one.option)
    assert rises > len(SEEDS) / 2


def test_an_option_that_is_ruled_out_is_never_recommended() -> None:
    out = 0
    for seed in SEEDS:
        found = advise(requirements(seed), random_knowledge(seed), TODAY)
        for one in found.ranking.options:
            if one.disqualified_by:
                out += 1
                assert found.recommendation != one.option.value
        if not found.ranking.running and found.recommendation != INSUFFICIENT:
            assert found.recommendation == NONE_FITS
    assert out > len(SEEDS)


def test_what_is_not_known_never_counts_as_a_yes() -> None:
    lower = 0
    for seed in SEEDS:
        asked, knowledge = requirements(seed), random_knowledge(seed)
        before = {one.option: one for one in rank(Case(asked, knowledge)).options}
        for known in knowledge.claims:
            if known.kind is not ClaimKind.CAPABILITY or random.Random(f"{seed}{known.id}").random() > 0.1:
                continue
            after = {one.option: one for one in rank(Case(asked, knowledge.without(known.id))).options}
            assert after[known.option].score <= before[known.option].score + 1e-9, (seed, known.id)
            lower += after[known.option].score < before[known.option].score
    assert lower > len(SEEDS) / 2


def test_the_same_question_has_the_same_answer() -> None:
    for seed in SEEDS:
        asked, knowledge = requirements(seed), random_knowledge(seed)
        shuffled = knowledge_of(random.Random(seed).sample(knowledge.claims, len(knowledge.claims)))
        first, second = (advise(asked, one, TODAY) for one in (knowledge, shuffled))
        assert [one.option for one in first.ranking.options] == [one.option for one in second.ranking.options], seed
        assert (first.recommendation, first.sensitivity) == (second.recommendation, second.sensitivity)
        assert first.confidence == pytest.approx(second.confidence)


def test_an_answer_is_the_same_to_the_byte_whatever_the_hash_seed() -> None:
    code = (
        "from datetime import date;"
        "from service_mesh.recommend.advice import advise;"
        "from service_mesh.recommend.claims import bundled_knowledge;"
        "from service_mesh.recommend.requirements import Requirements;"
        "asked = Requirements.model_validate({'needs': {'mtls': 'must', 'canary': 'should', 'jwt': 'no'},"
        "'traffic': {'protocols': ['grpc', 'udp'], 'latency_budget_ms': 2}, 'sizes': {'nodes': 9, 'pods': 90},"
        "'constraints': {'cni': 'cilium', 'managed_only': True}});"
        "print(repr(advise(asked, bundled_knowledge(), date(2026, 11, 21))))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert b"recommendation=" in said[0]


def test_what_is_asked_for_by_sizes_and_traffic_counts_without_being_named() -> None:
    names = ["mtls", "multi-cluster", "multi-network", "udp", "grpc"]
    knowledge = knowledge_of(claim(Option.LINKERD, name, level="ga", utility=0.5) for name in names)
    asked = Requirements.model_validate(
        {
            "needs": {"multi-cluster": "must"},
            "sizes": {"networks": 2},
            "traffic": {"protocols": ["udp", "grpc"]},
        }
    )
    case = Case(asked, knowledge)
    reasons = next(one for one in rank(case).options if one.option is Option.LINKERD).utilities[Priority.NEEDS].reasons
    assert reasons == (
        "multi-cluster: ga, as measured",
        "traffic.protocols: ga, as measured",
        "traffic.protocols: ga, as measured",
        "sizes.networks: ga, as measured",
    )
    assert list(case.implied())[2] == ("sizes.networks", "multi-network", Level.MUST)


def test_an_answer_takes_no_more_than_a_ranking_for_each_fact_that_is_tried() -> None:
    knowledge, asked = random_knowledge(5), requirements(5)
    with mock.patch("service_mesh.recommend.sensitivity.rank", wraps=rank) as counted:
        advise(asked, knowledge, TODAY)
    assert len(Need) <= counted.call_count <= len(Need) + 6


def test_without_any_weight_that_counts_nothing_is_recommended() -> None:
    needs = dict.fromkeys((Need.MTLS, Need.CANARY, Need.JWT), Level.MUST)
    asked = Requirements(needs=needs, priorities=dict.fromkeys(Priority, 0.0))
    found = advise(asked, random_knowledge(1), TODAY)
    assert (found.recommendation, found.confidence, found.evidence) == (INSUFFICIENT, 0.0, ())


def test_a_must_that_an_option_has_only_as_alpha_rules_it_out_with_its_claim() -> None:
    asked = Requirements(needs={Need.VMS: Level.MUST})
    knowledge = knowledge_of(
        [claim(Option.LINKERD, "vms", level="ga", utility=1.0), claim(Option.CILIUM, "vms", level="alpha", utility=0.2)]
    )
    found = {one.option: one.disqualified_by for one in rank(Case(asked, knowledge)).options}
    assert found[Option.LINKERD] == ()
    (reason,) = found[Option.CILIUM]
    assert (reason.rule, reason.reason, reason.evidence) == (
        "needs.vms",
        "vms is a must, and cilium has it only as alpha",
        ("cilium.vms.capability",),
    )


@pytest.mark.parametrize(
    ("constraints", "option", "rule"),
    [
        (Constraints(cni=Cni.CALICO, cni_may_change=False), Option.CILIUM, "constraints.cni"),
        (Constraints(privileged_pods=False), Option.ISTIO_AMBIENT, "constraints.privileged_pods"),
        (Constraints(serverless_nodes=True), Option.ISTIO_AMBIENT, "constraints.serverless_nodes"),
        (Constraints(kernel="5.4"), Option.CILIUM, "constraints.kernel"),
        (Constraints(managed_only=True), Option.LINKERD, "constraints.managed_only"),
        (Constraints(commercial_support=True), Option.LINKERD, "constraints.commercial_support"),
    ],
)
def test_a_constraint_rules_out_what_contradicts_it(constraints: Constraints, option: Option, rule: str) -> None:
    knowledge = knowledge_of(
        [
            claim(Option.ISTIO_AMBIENT, "node-agent", ClaimKind.REQUIREMENT, is_required=True),
            claim(Option.ISTIO_AMBIENT, "privileged-pods", ClaimKind.REQUIREMENT, is_required=True),
            claim(Option.CILIUM, "own-cni", ClaimKind.REQUIREMENT, is_required=True),
            claim(Option.CILIUM, "kernel", ClaimKind.REQUIREMENT, least="5.10"),
            claim(Option.LINKERD, "managed", ClaimKind.MANAGED, platform="gke", state="retired"),
        ]
    )
    found = rank(Case(Requirements(constraints=constraints), knowledge)).options
    assert [one.rule for each in found if each.option is option for one in each.disqualified_by] == [rule]


def test_without_any_need_nothing_is_recommended_and_the_needs_are_named_first() -> None:
    found = advise(Requirements(), random_knowledge(1), TODAY)
    assert found.recommendation == INSUFFICIENT
    assert found.unknowns[0].field == "needs"


def test_old_evidence_counts_less() -> None:
    asked = requirements(3)
    knowledge = random_knowledge(3)
    old = knowledge_of(replace(one, dated=TODAY.replace(year=2025)) for one in knowledge.claims)
    assert advise(asked, old, TODAY).confidence < advise(asked, knowledge, TODAY).confidence


def test_weights_of_zero_leave_every_score_at_zero() -> None:
    nothing = Requirements(needs={Need.MTLS: Level.MUST}, priorities=dict.fromkeys(Priority, 0.0))
    assert {one.score for one in rank(Case(nothing, random_knowledge(1))).options} == {0.0}
    assert set(USUAL_WEIGHTS) == set(Priority)
