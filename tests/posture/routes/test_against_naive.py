"""What routes make of requests against a second, naive evaluator, in many small meshes made by chance.

`SERVICE_MESH_RANDOM_WORLDS` sets how many worlds are compared.
"""

import json
import os
from collections import Counter
from pathlib import Path

from service_mesh.posture.routing import Fate, Outcome
from tests.posture.routes.asking import routing, said, view
from tests.posture.routes.naive import outcomes
from tests.posture.routes.worlds import World, random_world

WORLDS = int(os.environ.get("SERVICE_MESH_RANDOM_WORLDS", "600"))
SHOWN = 2
PARTS = (("method",), ("path",), ("method", "path"), ("host",))


def told(seed: int) -> str:
    """A dispute, to be kept as a test."""
    world = random_world(seed)
    asked = [one for one in world.objects if one["kind"] in ("VirtualService", "HTTPRoute")]
    both = f"here {said(routing(view(world), world))}\nnaive {outcomes(list(world.objects), world.asked)}"
    return f"seed {seed}\n{both}\n{world.asked}\n" + "\n".join(map(json.dumps, asked))


def is_disputed(world: World) -> bool:
    found, naive = said(routing(view(world), world)), outcomes(list(world.objects), world.asked)
    if found is None or naive is None:
        return found is not naive
    return sorted(map(str, found)) != sorted(map(str, naive))


def test_both_evaluators_agree() -> None:
    disputed = [seed for seed in range(WORLDS) if is_disputed(random_world(seed))]
    assert not disputed, f"{len(disputed)} of {WORLDS}\n" + "\n".join(map(told, disputed[:SHOWN]))


def place(outcome: Outcome) -> object:
    return outcome.fate, tuple((note.node.resource.key, note.node.path) for note in outcome.chain)


def test_what_is_not_told_leaves_every_outcome_open_that_it_may_have() -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        mesh = view(world)
        whole = {place(one) for one in routing(mesh, world).outcomes}
        for parts in PARTS:
            found = routing(mesh, world, parts)
            assert whole <= {place(one) for one in found.outcomes}, told(seed)
            is_settled = len(found.outcomes) == 1 or bool(found.missing)
            assert is_settled or all(one.fate is Fate.UNROUTED for one in found.outcomes), told(seed)


def test_the_naive_evaluator_knows_nothing_of_the_project() -> None:
    text = (Path(__file__).parent / "naive.py").read_text(encoding="utf-8")
    assert "service_mesh" not in text


def test_every_outcome_has_its_share() -> None:
    shares: Counter[str] = Counter()
    for seed in range(WORLDS):
        world = random_world(seed)
        found = outcomes(list(world.objects), world.asked)
        kind = "unrouted" if found is None else "refused" if found == ["refused"] else "forwarded"
        shares[f"{kind} by {'a waypoint' if world.asked.waypoint else 'a sidecar'}"] += 1
    kinds = [f"{kind} by {who}" for kind in ("unrouted", "refused", "forwarded") for who in ("a waypoint", "a sidecar")]
    assert {kind: shares[kind] for kind in kinds if shares[kind] * 100 < 2 * WORLDS} == {}
