"""Requirements that cannot all be true are named; such that cannot be answered come with the nearest valid value."""

from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from service_mesh.recommend.advice import advise
from service_mesh.recommend.claims import bundled_knowledge, knowledge_of
from service_mesh.recommend.contradictions import contradictions, lacking
from service_mesh.recommend.problems import problems
from service_mesh.recommend.requirements import Level, Need, Option, Priority, Requirements
from tests.recommend.knowledge import TODAY, claim
from tests.recommend.test_scenarios import answer, scenarios

Given = Mapping[str, Mapping[str, object]]


def found(given: Given) -> tuple[str, ...]:
    return contradictions(Requirements.model_validate(given), bundled_knowledge())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"needs": {"tcp-only": "must", "l7-authorization": "must"}},
            "tcp-only and l7-authorization are both a must: there are no requests to read in plain TCP",
        ),
        (
            {"needs": {"tcp-only": "must", "grpc": "must"}},
            "tcp-only and grpc are both a must: there are no requests to read in plain TCP",
        ),
        (
            {"needs": {"grpc": "must"}, "traffic": {"protocols": ["tcp", "udp"]}},
            "grpc is a must, and the protocols are tcp, udp",
        ),
        (
            {"needs": {"tcp-only": "must"}, "traffic": {"protocols": ["tcp", "http"]}},
            "tcp-only is a must, and the protocols are tcp, http",
        ),
        (
            {"constraints": {"managed_only": True, "platform": "on-prem"}},
            "managed_only with platform on-prem: no provider runs a mesh there; leave one of them out",
        ),
        (
            {"constraints": {"cni": "aws-vpc", "platform": "gke"}},
            "cni aws-vpc with platform gke: that plugin is part of eks",
        ),
        (
            {"constraints": {"existing": "istio-ambient", "serverless_nodes": True}},
            "existing istio-ambient with serverless_nodes: its agents cannot run there",
        ),
        (
            {"constraints": {"existing": "istio-ambient", "privileged_pods": False}},
            "existing istio-ambient with privileged_pods false: its node agents are privileged pods",
        ),
        (
            {"constraints": {"existing": "cilium", "cni": "calico"}},
            "existing cilium with cni calico: its mesh runs only where it is the network plugin",
        ),
        (
            {"needs": {"multi-cluster": "must"}, "sizes": {"clusters": 1}},
            "multi-cluster is a must, and there is one cluster; growth is the need for clusters to come",
        ),
        (
            {"needs": {"jwt": "must"}, "constraints": {"cni": "cilium", "cni_may_change": False}},
            "cilium may not change, and has jwt as partial: a second mesh has to run above it for this",
        ),
    ],
)
def test_what_cannot_be_had_at_once_is_named(given: Given, words: str) -> None:
    assert found(given) == (words,)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"needs": {"tcp-only": "must", "l7-authorization": "should"}},
        {"needs": {"grpc": "must"}, "traffic": {"protocols": ["tcp", "http"]}},
        {"constraints": {"managed_only": True}},
        {"constraints": {"cni": "aws-vpc", "platform": "eks"}},
        {"constraints": {"existing": "linkerd", "serverless_nodes": True, "privileged_pods": False}},
        {"constraints": {"existing": "cilium"}},
        {"needs": {"multi-cluster": "should"}, "sizes": {"clusters": 1}},
        {"needs": {"jwt": "must"}, "constraints": {"cni": "cilium"}},
        {"needs": {"canary": "must"}, "constraints": {"cni": "cilium", "cni_may_change": False}},
    ],
)
def test_what_can_be_had_at_once_is_not(given: Given) -> None:
    assert found(given) == ()


def test_no_scenario_contradicts_itself_but_the_one_that_is_meant_to() -> None:
    told = {one.name for one in scenarios() if answer(one.name).contradictions}
    assert told == {"managed by nobody on premises"}


def test_an_answer_to_a_contradiction_is_half_as_sure() -> None:
    needs = dict.fromkeys((Need.MTLS, Need.TCP_ONLY, Need.GATEWAY_API), Level.MUST)
    plain = advise(Requirements(needs=needs), bundled_knowledge(), TODAY)
    both = advise(Requirements(needs={**needs, Need.GRPC: Level.MUST}), bundled_knowledge(), TODAY)
    assert plain.contradictions == ()
    assert both.contradictions
    assert both.confidence < 0.6 * plain.confidence


def test_a_need_that_every_option_lacks_is_named() -> None:
    absent = [claim(option, "vms", level=level, utility=0.0) for option, level in zip(Option, LEVELS, strict=True)]
    asked = Requirements(needs={Need.VMS: Level.MUST})
    assert lacking(asked, knowledge_of(absent), None) == ("no option has vms",)
    assert lacking(asked, knowledge_of([]), None) == ("no option has vms",)
    only = knowledge_of([*absent[:4], claim(Option.NO_MESH, "vms", level="ga", utility=1.0)])
    assert lacking(asked, only, None) == ("no mesh has vms, only no-mesh does: as measured",)


LEVELS = ("no", "alpha", "no", "no", "no")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sizes": {"clusters": 0}}, "sizes.clusters is 0; the nearest valid value is 1"),
        (
            {"sizes": {"nodes": 0, "pods": 5}},
            "sizes.nodes is 0 for 5 pods; the nearest valid value is 1, or serverless_nodes true",
        ),
        (
            {"sizes": {"nodes": 2, "pods": 5001}},
            "sizes.nodes is 2 for 5001 pods; the nearest valid value is 3, or serverless_nodes true",
        ),
        (
            {"sizes": {"nodes": 2, "clusters": 5}},
            "sizes.nodes is 2 for 5 clusters; the nearest valid value is 5",
        ),
        (
            {"priorities": dict.fromkeys(Priority, 0.0)},
            "all weights of priorities are 0; leave needs out for its usual weight, or give it 1",
        ),
    ],
)
def test_what_is_impossible_is_named_with_the_nearest_that_is_not(given: Given, words: str) -> None:
    assert problems(Requirements.model_validate(given)) == (words,)


def test_what_is_possible_is_no_problem() -> None:
    assert problems(Requirements()) == ()
    assert problems(Requirements.model_validate({"sizes": {"nodes": 2, "pods": 5000, "clusters": 2}})) == ()
    serverless = {"sizes": {"nodes": 0, "pods": 500}, "constraints": {"serverless_nodes": True}}
    assert problems(Requirements.model_validate(serverless)) == ()
    assert problems(Requirements(priorities={Priority.LATENCY: 0.0})) == ()
    assert [one.name for one in scenarios() if problems(Requirements.model_validate(one.requirements))] == []


def test_a_size_below_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Requirements.model_validate({"sizes": {"nodes": -1}})
