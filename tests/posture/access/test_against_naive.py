"""The engine's answers for Istio against those of a second, naive evaluator, in many small meshes made by chance.

`SERVICE_MESH_RANDOM_WORLDS` sets how many worlds are compared.
"""

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.posture.access.asking import dispute, shrunk
from tests.posture.access.naive_istio import Ruling, judge
from tests.posture.access.worlds import random_world

WORLDS = int(os.environ.get("SERVICE_MESH_RANDOM_WORLDS", "600"))
SHOWN = 3
LAYERS = ("", "mesh-egress", "network-egress", "network-ingress", "transport", "waypoint", "authorization")
PROXIES = ("sidecar", "ztunnel", "waypoint")
STAGES = ("custom", "token", "deny", "allow")


def told(seed: int) -> str:
    """A dispute in as few documents as it needs, to be kept as a test."""
    world = random_world(seed)
    engine, naive = dispute(world.objects, world.call, world.release) or ((), ())
    documents = "\n".join(map(json.dumps, shrunk(world.objects, world.call, world.release)))
    both = f"the engine says {engine}, the naive one {naive}"
    return f"seed {seed}, release {world.release}: {both}\n{world.call}\n{documents}\n"


def test_both_evaluators_agree() -> None:
    disputed = []
    for seed in range(WORLDS):
        world = random_world(seed)
        if dispute(world.objects, world.call, world.release) is not None:
            disputed.append(seed)
    assert not disputed, f"{len(disputed)} of {WORLDS}\n" + "\n".join(map(told, disputed[:SHOWN]))


def test_the_naive_evaluator_knows_nothing_of_the_engine() -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("naive_*.py"))]
    assert [text for text in sources if "service_mesh" in text] == []
    assert len(sources) == 8


def test_every_layer_proxy_and_stage_and_both_verdicts_have_their_share() -> None:
    rulings = []
    for seed in range(WORLDS):
        world = random_world(seed)
        rulings.append(judge(world.objects, world.call, world.release))
    parts: list[tuple[Callable[[Ruling], str], tuple[str, ...], int]] = [
        (lambda one: one.layer, LAYERS, 1),
        (lambda one: one.proxy, PROXIES, 1),
        (lambda one: one.stage, STAGES, 1),
        (lambda one: one.verdict, ("allowed", "denied"), 20),
    ]
    for part, names, least in parts:
        shares = Counter(map(part, rulings))
        assert {name: shares[name] for name in names if shares[name] * 100 < least * WORLDS} == {}
