"""What holds of the answer to every call in Istio's mesh: order, additions, and policies that are about nobody."""

import json
import random
from collections.abc import Iterable, Sequence
from typing import Any

from tests.posture.access.asking import answered
from tests.posture.access.world_networks import network_rule
from tests.posture.access.world_objects import Object, made, stamp
from tests.posture.access.world_policies import Scene, authorization_policy
from tests.posture.access.worlds import World, random_world

WORLDS = 500
ORDER = ("denied", "unknown", "allowed")
SECURITY = "security.istio.io/v1"
NOBODY = {"matchLabels": {"app": "nobody-at-all"}}


def openness(objects: Sequence[Object], world: World) -> int:
    """How far a call passes: 0 for denied, 1 for unknown, 2 for allowed."""
    return ORDER.index(answered(objects, world.call, world.release).verdict.value)


def told(objects: Sequence[Object], world: World) -> list[tuple[str, str, str, str]]:
    """Every layer's answer."""
    layers = answered(objects, world.call, world.release).layers
    return [(one.layer.value, one.hop, one.decision.verdict.value, one.decision.reason) for one in layers]


def of_kind(world: World, kind: str) -> list[Object]:
    return [one for one in world.objects if one["kind"] == kind]


def scene_of(world: World) -> Scene:
    kinds = (of_kind(world, kind) for kind in ("Namespace", "Pod", "Service", "Gateway"))
    namespaces, pods, services, waypoints = (tuple(found) for found in kinds)
    homes = tuple(one["metadata"]["name"] for one in namespaces if one["metadata"]["name"] != "istio-system")
    return Scene(world.call, homes, pods, services, waypoints, world.release)


def with_changed(world: World, old: Object, new: Object) -> list[Object]:
    return [new if one is old else one for one in world.objects]


def is_enforced_allow(policy: Object) -> bool:
    notes: Iterable[str] = policy["metadata"].get("annotations", {})
    return policy["spec"].get("action", "ALLOW") == "ALLOW" and "istio.io/dry-run" not in notes


def test_one_more_allow_beside_another_never_denies() -> None:
    seen = 0
    for seed in range(WORLDS):
        world = random_world(seed)
        chance = random.Random(seed)
        for beside in filter(is_enforced_allow, of_kind(world, "AuthorizationPolicy")):
            place = {
                key: value for key, value in beside["spec"].items() if key in ("selector", "targetRef", "targetRefs")
            }
            rules = authorization_policy(chance, scene_of(world), 9, "ALLOW")["spec"].get("rules", [])
            title = f"{beside['metadata']['namespace']}/more"
            more = made(SECURITY, "AuthorizationPolicy", title, spec={**place, "rules": rules})
            assert openness((*world.objects, more), world) >= openness(world.objects, world), (seed, json.dumps(more))
            seen += 1
    assert seen > WORLDS / 4


def test_one_more_deny_never_allows() -> None:
    closed = 0
    for seed in range(WORLDS):
        world = random_world(seed)
        more = authorization_policy(random.Random(seed), scene_of(world), 9, "DENY")
        before, after = openness(world.objects, world), openness((*world.objects, more), world)
        assert after <= before, (seed, json.dumps(more))
        closed += after < before
    assert closed > WORLDS / 50


def test_order_of_the_objects_never_matters() -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        shuffled = random.Random(seed).sample(world.objects, len(world.objects))
        before, after = (answered(objects, world.call, world.release) for objects in (world.objects, shuffled))
        found = [
            [(one.layer, one.hop, one.decision.verdict, sorted(one.decision.missing)) for one in answer.layers]
            for answer in (before, after)
        ]
        assert found[0] == found[1], seed
        assert before.edge.transport is after.edge.transport, seed


def test_policies_that_select_nobody_change_nothing() -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        home = world.call.server.partition("/")[0]
        specs: dict[str, Any] = {
            "AuthorizationPolicy": {"selector": NOBODY},
            "RequestAuthentication": {"selector": NOBODY, "jwtRules": [{"issuer": "nobody.example"}]},
            "PeerAuthentication": {"selector": NOBODY, "mtls": {"mode": "STRICT"}},
        }
        away = [made(SECURITY, kind, f"{home}/away", metadata=stamp(8), spec=spec) for kind, spec in specs.items()]
        network = {"podSelector": NOBODY, "policyTypes": ["Ingress", "Egress"]}
        away.append(made("networking.k8s.io/v1", "NetworkPolicy", f"{home}/away", spec=network))
        target = [{"group": "", "kind": "Service", "name": "nobody-at-all"}]
        away.append(made(SECURITY, "AuthorizationPolicy", f"{home}/aside", spec={"targetRefs": target}))
        assert told((*world.objects, *away), world) == told(world.objects, world), seed


def test_one_more_rule_of_an_isolating_network_policy_never_denies() -> None:
    opened = 0
    for seed in range(WORLDS * 2):
        world = random_world(seed)
        chance = random.Random(seed)
        for policy in of_kind(world, "NetworkPolicy"):
            direction = "ingress" if "ingress" in policy["spec"] else "egress"
            rules = [*policy["spec"][direction], network_rule(chance, scene_of(world), direction)]
            more = with_changed(world, policy, {**policy, "spec": {**policy["spec"], direction: rules}})
            before, after = openness(world.objects, world), openness(more, world)
            assert after >= before, (seed, json.dumps(rules[-1]))
            opened += after > before
    assert opened > WORLDS / 50
