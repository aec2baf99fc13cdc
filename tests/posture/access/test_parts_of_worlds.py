"""What is decided of a part of a mesh is so of the whole, and a matrix of a part is that of every pair.

Namespaces are left out with their waypoints: whose labels are not known is not known to be in the mesh or outside.
`SERVICE_MESH_RANDOM_WORLDS` sets how many worlds are looked at.
"""

import json
import os
import random
from collections.abc import Sequence

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.posture.decisions import Verdict
from tests.posture.access.asking import answered
from tests.posture.access.test_matrix import by_classes, pair_by_pair, view
from tests.posture.access.world_objects import Object
from tests.posture.access.worlds import World, random_world

WORLDS = int(os.environ.get("SERVICE_MESH_RANDOM_WORLDS", "600"))
MATRICES = max(WORLDS // 10, 10)
OF_NAMESPACES = frozenset({"Gateway"})
OF_ISTIOD = frozenset({"ConfigMap", "Deployment"})


def part_of(world: World, seed: int, kinds: frozenset[str]) -> list[Object]:
    """The objects of a world without some Namespaces, and without objects of some kinds in those.

    A namespace with Services and pods counts as complete without its Namespace, so that nothing else is left out there.
    """
    chance = random.Random(seed)
    homes = [one["metadata"]["name"] for one in world.objects if one["kind"] == "Namespace"]
    lost = {home for home in homes if home != "istio-system" and chance.random() < 0.5}
    served = {one["metadata"]["namespace"] for one in world.objects if one["kind"] == "Service"}
    return [one for one in world.objects if not _is_left_out(one, lost, lost - served, kinds)]


def _is_left_out(one: Object, lost: set[str], emptied: set[str], kinds: frozenset[str]) -> bool:
    if one["kind"] == "Namespace":
        return one["metadata"]["name"] in lost
    return one["kind"] in kinds and one["metadata"]["namespace"] in emptied


def verdict(world: World, objects: Sequence[Object]) -> Verdict:
    return answered(objects, world.call, world.release, Complete.AUTO).verdict


@pytest.mark.parametrize("kinds", [frozenset(), OF_NAMESPACES], ids=["namespaces", "namespaces and waypoints"])
def test_what_is_decided_of_a_part_is_so_of_the_whole(kinds: frozenset[str]) -> None:
    wrong, decided = [], 0
    for seed in range(WORLDS):
        world = random_world(seed)
        found = verdict(world, part_of(world, seed, kinds))
        decided += found is not Verdict.UNKNOWN
        if found is not Verdict.UNKNOWN and found is not verdict(world, world.objects):
            wrong.append(seed)
    assert wrong == []
    assert decided * 3 > WORLDS, "not by knowing nothing"


@pytest.mark.parametrize("complete", list(Complete))
def test_the_matrix_of_a_part_is_the_matrix_pair_by_pair(complete: Complete) -> None:
    for seed in range(MATRICES):
        left = part_of(random_world(seed), seed, OF_NAMESPACES)
        if seed % 2:
            left = [one for one in left if one["kind"] not in OF_ISTIOD]
        assert by_classes(view(left, complete)) == pair_by_pair(view(left, complete)), told(seed, left)


def told(seed: int, objects: Sequence[Object]) -> str:
    return f"seed {seed}\n" + "\n".join(map(json.dumps, objects))
