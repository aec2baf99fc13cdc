"""What holds of the answer who passes Cilium's policies in every cluster: order, additions, odd values."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.decisions import Decision, Verdict
from tests.posture.cilium.random_worlds import World, random_cilium_policy, random_cilium_world
from tests.posture.cilium.test_against_naive import concluded
from tests.posture.kubernetes.naive import INGRESS
from tests.posture.kubernetes.random_worlds import made
from tests.posture.kubernetes.spoiling import spoilt
from tests.posture.kubernetes.test_against_naive import end

WORLDS = 300
DIRECTIONS = (INGRESS, "egress")
ORDER = (Verdict.DENIED, Verdict.UNKNOWN, Verdict.ALLOWED)


def decided(objects: Sequence[Mapping[str, object]], world: World, direction: str) -> Decision:
    mesh = MeshView([Resource(one) for one in objects], Complete.YES, {"cilium": world.release})
    ask, call = ingress_decision if direction == INGRESS else egress_decision, world.call
    return ask(mesh, end(mesh, call.client), end(mesh, call.server), call.port, call.protocol)


def verdict(objects: Sequence[Mapping[str, object]], world: World, direction: str) -> Verdict:
    return concluded(decided(objects, world, direction), world.request)


def more(seed: int, *, denies: bool) -> dict[str, Any]:
    """One more policy that only denies, or only allows without asking anything of requests."""
    policy = random_cilium_policy(seed)
    rules = [*([policy["spec"]] if "spec" in policy else []), *policy.get("specs", [])]
    kept = [_only(rule, denies=denies) for rule in rules]
    return {**{key: value for key, value in policy.items() if key != "spec"}, "specs": kept}


def _only(rule: Mapping[str, Any], *, denies: bool) -> dict[str, Any]:
    names = {name: f"{name}Deny" if denies else name for name in DIRECTIONS}
    sections = {names[name]: [_plain(item, denies=denies) for item in rule.get(name, [])] for name in DIRECTIONS}
    rest = {key: value for key, value in rule.items() if not key.startswith(DIRECTIONS)}
    return {**rest, **sections}


def _plain(item: Mapping[str, Any], *, denies: bool) -> dict[str, Any]:
    ports = [{"ports": one["ports"]} for one in item.get("toPorts", [])]
    kept = {key: value for key, value in item.items() if not (denies and key == "toFQDNs")}
    return {**kept, **({"toPorts": ports} if ports else {})}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_order_of_the_objects_never_matters(direction: str) -> None:
    for seed in range(WORLDS):
        world = random_cilium_world(seed)
        shuffled = random.Random(seed).sample(world.objects, len(world.objects))
        assert verdict(shuffled, world, direction) is verdict(world.objects, world, direction), seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_one_more_policy_that_allows_never_takes_away_what_another_one_allows(direction: str) -> None:
    allowed = 0
    for seed in range(WORLDS * 3):
        world = random_cilium_world(seed)
        before = decided(world.objects, world, direction)
        is_by_rule = before.reason.endswith("allows it") and not before.reason.startswith("every")
        if is_by_rule and concluded(before, world.request) is Verdict.ALLOWED:
            allowed += 1
            after = verdict((*world.objects, more(seed, denies=False)), world, direction)
            assert after is Verdict.ALLOWED, seed
    assert allowed > WORLDS // 10


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_one_more_policy_that_denies_never_lets_anything_pass(direction: str) -> None:
    for seed in range(WORLDS):
        world = random_cilium_world(seed)
        found = (verdict((*world.objects, *one), world, direction) for one in ((), (more(seed, denies=True),)))
        before, after = map(ORDER.index, found)
        assert after <= before, seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_policies_that_select_nothing_change_nothing(direction: str) -> None:
    spec = {"endpointSelector": {"matchLabels": {"app": "nobody"}}, "ingressDeny": [{}], "egressDeny": [{}]}
    homes = ("shop/", "bank/", "far/", "")
    kinds = {home: "CiliumNetworkPolicy" if home else "CiliumClusterwideNetworkPolicy" for home in homes}
    policies = [made("cilium.io/v2", kind, f"{home}none", spec=spec) for home, kind in kinds.items()]
    for seed in range(WORLDS):
        world = random_cilium_world(seed)
        after = verdict((*world.objects, *policies), world, direction)
        assert after is verdict(world.objects, world, direction), seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_unknown_names_what_is_missing(direction: str) -> None:
    for seed in range(WORLDS):
        world = random_cilium_world(seed)
        found = decided(world.objects, world, direction)
        assert found.verdict is not Verdict.UNKNOWN or (found.missing and all(found.missing)), seed
        assert found.loaded is found.verdict, seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_is_not_allowed_always_points_at_what_decides(direction: str) -> None:
    for seed in range(WORLDS):
        found = decided((world := random_cilium_world(seed)).objects, world, direction)
        assert found.verdict is Verdict.ALLOWED or found.chain, seed


def test_values_of_the_wrong_kind_never_fail() -> None:
    for seed in range(2):
        world = random_cilium_world(seed)
        for index, held in enumerate(world.objects):
            for odd in spoilt(held):
                objects = (*world.objects[:index], odd, *world.objects[index + 1 :])
                titles = {f"{one.namespace}/{one.resource.name}" for one in workloads(_view(objects))}
                if {title for title in (world.call.client, world.call.server) if "/" in title} <= titles:
                    assert all(verdict(objects, world, direction) for direction in DIRECTIONS)


def _view(objects: Sequence[Mapping[str, object]]) -> MeshView:
    return MeshView([Resource(one) for one in objects], Complete.YES)
