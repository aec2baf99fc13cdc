"""The posture's answers against those of a second, naive evaluator, in many small clusters made by chance.

`SERVICE_MESH_RANDOM_WORLDS` sets how many worlds are compared.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.cilium.requests import admits
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.requests import HttpRequest
from tests.posture.cilium.naive import judge
from tests.posture.cilium.naive_peers import Request
from tests.posture.cilium.random_worlds import World, random_cilium_world
from tests.posture.kubernetes.naive import INGRESS, Object
from tests.posture.kubernetes.shrinking import Dispute, shrunk
from tests.posture.kubernetes.test_against_naive import end

WORLDS = int(os.environ.get("SERVICE_MESH_RANDOM_WORLDS", "1500"))
LAYERS = ("closed", "deny", "mode", "name", "no pod", "open", "own node", "request", "rule")


def answered(objects: Sequence[Object], world: World, direction: str) -> str:
    mesh = MeshView(map(Resource, objects), Complete.YES, {"cilium": world.release})
    ask, call = ingress_decision if direction == INGRESS else egress_decision, world.call
    found = ask(mesh, end(mesh, call.client), end(mesh, call.server), call.port, call.protocol)
    return concluded(found, world.request).value


def concluded(found: Decision, request: Request) -> Verdict:
    """The verdict for a request in the connection."""
    if found.verdict is not Verdict.ALLOWED or not found.rules:
        return found.verdict
    admitted = admits(found.rules, HttpRequest(request.method, request.path, request.host, request.headers))
    return Verdict.of(None if admitted is False and found.missing else admitted)


def disputes(seed: int, direction: str) -> Iterator[str]:
    """A shrunk world where the two differ."""
    world = random_cilium_world(seed)

    def dispute(objects: Sequence[Object]) -> Dispute | None:
        ruling = judge(objects, world.call, direction, world.request, world.release)
        both = answered(objects, world, direction), ruling[0]
        return both if both[0] != both[1] else None

    if (found := dispute(world.objects)) is not None:
        asked = f"{seed} {direction} {world.call} {world.request} {world.release}"
        yield f"{asked}: posture {found[0]}, naive {found[1]}: {shrunk(world.objects, dispute)}"


def test_both_evaluators_agree_and_every_layer_has_its_share() -> None:
    asked = [(seed, direction) for seed in range(WORLDS) for direction in (INGRESS, "egress")]
    found = []
    for seed, direction in asked:
        world = random_cilium_world(seed)
        found.append(judge(world.objects, world.call, direction, world.request, world.release))
    assert [found for one in asked for found in disputes(*one)] == []
    layers, verdicts = Counter(layer for _, layer in found), Counter(verdict for verdict, _ in found)
    assert {layer: layers[layer] for layer in LAYERS if layers[layer] * 100 < len(asked)} == {}
    assert min(verdicts["allowed"], verdicts["denied"]) * 5 >= len(asked)
