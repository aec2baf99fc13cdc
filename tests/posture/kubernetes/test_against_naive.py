"""The posture's answers against those of a second, naive evaluator, in many small clusters made by chance.

`SERVICE_MESH_RANDOM_WORLDS` sets how many worlds are compared.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.posture.kubernetes.access import egress_decision, ingress_decision
from service_mesh.posture.kubernetes.ends import End, Entity, of_entity, of_workload, outside, pod_with
from tests.posture.kubernetes.naive import INGRESS, Call, Object, judge
from tests.posture.kubernetes.random_worlds import random_world
from tests.posture.kubernetes.shrinking import Dispute, shrunk
from tests.support.scene import the

WORLDS = int(os.environ.get("SERVICE_MESH_RANDOM_WORLDS", "1500"))
LAYERS = ("admin", "baseline", "isolated", "no pod", "open", "own node", "rule")


def end(mesh: MeshView, text: str) -> End:
    if "/" in text:
        return of_workload(the(mesh, text))
    if "=" in text:
        home, _, labels = text.partition(":")
        return pod_with(home, dict(pair.split("=") for pair in labels.split(",")))
    if text[0].isdigit():
        return outside(ip_address(text))
    return outside(host=text) if "." in text else of_entity(Entity(text))


def answered(objects: Sequence[Object], call: Call, direction: str) -> str:
    mesh = MeshView(map(Resource, objects), Complete.YES)
    ask = ingress_decision if direction == INGRESS else egress_decision
    return ask(mesh, end(mesh, call.client), end(mesh, call.server), call.port, call.protocol).verdict.value


def disputes(seed: int, direction: str) -> Iterator[str]:
    """A shrunk world where the two differ."""
    world = random_world(seed)
    call = world.call

    def dispute(objects: Sequence[Object]) -> Dispute | None:
        both = answered(objects, call, direction), judge(objects, call, direction)[0]
        return both if both[0] != both[1] else None

    if (found := dispute(world.objects)) is not None:
        said = f"posture {found[0]}, naive {found[1]}"
        yield f"{seed} {direction} {call}: {said}: {shrunk(world.objects, dispute)}"


def test_both_evaluators_agree_and_every_layer_has_its_share() -> None:
    asked = [(seed, direction) for seed in range(WORLDS) for direction in (INGRESS, "egress")]
    found = []
    for seed, direction in asked:
        world = random_world(seed)
        found.append(judge(world.objects, world.call, direction))
    assert [found for one in asked for found in disputes(*one)] == []
    layers, verdicts = Counter(layer for _, layer in found), Counter(verdict for verdict, _ in found)
    assert {layer: layers[layer] for layer in LAYERS if layers[layer] * 100 < len(asked)} == {}
    assert min(verdicts["allowed"], verdicts["denied"]) * 5 >= len(asked)
