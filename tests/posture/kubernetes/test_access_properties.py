"""What holds of the answer who passes network policies in every cluster: order, additions, values of the wrong kind."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.kubernetes.access import egress_decision, ingress_decision
from tests.posture.kubernetes.naive import INGRESS
from tests.posture.kubernetes.random_worlds import World, made, random_admin, random_policy, random_world
from tests.posture.kubernetes.spoiling import spoilt
from tests.posture.kubernetes.test_against_naive import end

WORLDS = 300
DIRECTIONS = (INGRESS, "egress")
ORDER = (Verdict.DENIED, Verdict.UNKNOWN, Verdict.ALLOWED)


def decided(objects: Sequence[Mapping[str, object]], world: World, direction: str) -> Decision:
    mesh = MeshView([Resource(one) for one in objects], Complete.YES)
    ask, call = ingress_decision if direction == INGRESS else egress_decision, world.call
    return ask(mesh, end(mesh, call.client), end(mesh, call.server), call.port, call.protocol)


def verdict(objects: Sequence[Mapping[str, object]], world: World, direction: str) -> Verdict:
    return decided(objects, world, direction).verdict


def with_action(seed: int, action: str) -> dict[str, Any]:
    """One more AdminNetworkPolicy whose rules have one action."""
    policy = random_admin(seed)
    changed = {name: [{**rule, "action": action} for rule in policy["spec"].get(name, [])] for name in DIRECTIONS}
    return {**policy, "spec": {**policy["spec"], **changed}}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_order_of_the_objects_never_matters(direction: str) -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        shuffled = random.Random(seed).sample(world.objects, len(world.objects))
        assert verdict(shuffled, world, direction) is verdict(world.objects, world, direction), seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_one_more_policy_never_takes_away_what_another_one_allows(direction: str) -> None:
    allowed = 0
    for seed in range(WORLDS * 3):
        world = random_world(seed)
        before = decided(world.objects, world, direction)
        if before.verdict is Verdict.ALLOWED and any(one.node.resource.kind == NETWORK_POLICY for one in before.chain):
            allowed += 1
            assert verdict((*world.objects, random_policy(seed)), world, direction) is Verdict.ALLOWED, seed
    assert allowed > WORLDS // 10


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("action", "sign"), [("Allow", 1), ("Deny", -1)])
def test_one_more_rule_of_an_administrator_never_does_the_opposite(direction: str, action: str, sign: int) -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        found = (verdict((*world.objects, *more), world, direction) for more in ((), (with_action(seed, action),)))
        before, after = map(ORDER.index, found)
        assert (after - before) * sign >= 0, seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_policies_that_select_nothing_change_nothing(direction: str) -> None:
    nobody, nowhere = {"matchLabels": {"app": "nobody"}}, {"matchLabels": {"kubernetes.io/metadata.name": "nowhere"}}
    spec = {"podSelector": nobody, "policyTypes": ["Ingress", "Egress"]}
    policies = [made("networking.k8s.io/v1", "NetworkPolicy", f"{home}/none", spec=spec) for home in ("shop", "far")]
    for seed in range(WORLDS):
        world, admin = random_world(seed), with_action(seed, "Deny")
        away = {**admin, "spec": {**admin["spec"], "subject": {"namespaces": nowhere}}}
        after = verdict((*world.objects, *policies, away), world, direction)
        assert after is verdict(world.objects, world, direction), seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_unknown_names_what_is_missing_and_every_known_answer_is_that_of_the_loaded_objects(
    direction: str,
) -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        found = decided(world.objects, world, direction)
        assert bool(found.missing and all(found.missing)) is (found.verdict is Verdict.UNKNOWN), seed
        assert found.verdict is not Verdict.DENIED or found.chain, seed
        assert found.verdict is Verdict.UNKNOWN or found.chain or "polic" in found.reason or "node" in found.reason


def test_values_of_the_wrong_kind_never_fail() -> None:
    for seed in range(2):
        world = random_world(seed)
        for index, held in enumerate(world.objects):
            for odd in spoilt(held):
                objects = (*world.objects[:index], odd, *world.objects[index + 1 :])
                titles = {f"{one.namespace}/{one.resource.name}" for one in workloads(_view(objects))}
                if {title for title in (world.call.client, world.call.server) if "/" in title} <= titles:
                    assert all(decided(objects, world, direction).reason for direction in DIRECTIONS)


def _view(objects: Sequence[Mapping[str, object]]) -> MeshView:
    return MeshView([Resource(one) for one in objects], Complete.YES)
