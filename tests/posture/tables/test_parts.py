"""What a part of a mesh tells: leaving one object out, and saying that things are left out, never turns an answer over.

Nothing that the whole denies is allowed by a part of it. Workloads and Services are never left out, since a question
needs them, and neither are Cilium's options, without which its defaults hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import answer
from service_mesh.posture.cilium import access as cilium
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.kubernetes import access as kubernetes
from service_mesh.posture.kubernetes.ends import of_workload, outside
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.requests import HttpRequest
from tests.posture.access.worlds import random_world as istio_world
from tests.posture.cilium.random_worlds import random_cilium_world
from tests.posture.cilium.test_against_naive import concluded
from tests.posture.kubernetes.random_worlds import random_world as kubernetes_world
from tests.posture.kubernetes.test_against_naive import end
from tests.posture.linkerd.random_worlds import random_world as linkerd_world
from tests.support.scene import the

Objects = Sequence[Mapping[str, Any]]
Ask = Callable[[Objects, Complete], Verdict]

_KEPT = frozenset({"Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "Service"})
_WORLDS = 120


def _of_istio(seed: int) -> tuple[Objects, Ask] | None:
    world = istio_world(seed)
    call = world.call

    def ask(objects: Objects, complete: Complete) -> Verdict:
        mesh = MeshView(map(Resource, objects), complete, {"istio": world.release})
        service = mesh.find(SERVICE, *call.service.split("/")) if "/" in call.service else None
        client = of_workload(the(mesh, call.client)) if "/" in call.client else outside(ip_address(call.client))
        request = HttpRequest(call.method, call.path, call.host, call.headers, call.claims)
        return answer(
            mesh, Call(client, of_workload(the(mesh, call.server)), call.port, "TCP", service, request)
        ).verdict

    found = workloads(MeshView(map(Resource, world.objects), Complete.YES))
    is_inside = call.server in {f"{one.namespace}/{one.resource.name}" for one in found}
    return (world.objects, ask) if is_inside else None


def _of_linkerd(seed: int) -> tuple[Objects, Ask]:
    world = linkerd_world(seed)
    call = world.call

    def ask(objects: Objects, complete: Complete) -> Verdict:
        mesh = MeshView(map(Resource, objects), complete, {"linkerd": (26, 10, 1)})
        client = of_workload(the(mesh, call.source)) if "/" in call.source else outside(ip_address(call.source))
        request = HttpRequest(call.method, call.path, call.host, call.headers)
        return inbound_decision(mesh, client, the(mesh, "shop/web"), call.port, request).verdict

    return world.objects, ask


def _of_cilium(seed: int) -> tuple[Objects, Ask]:
    world = random_cilium_world(seed)
    call = world.call

    def ask(objects: Objects, complete: Complete) -> Verdict:
        mesh = MeshView(map(Resource, objects), complete, {"cilium": world.release})
        found = cilium.ingress_decision(mesh, end(mesh, call.client), end(mesh, call.server), call.port, call.protocol)
        return concluded(found, world.request)

    return world.objects, ask


def _of_kubernetes(seed: int) -> tuple[Objects, Ask]:
    world = kubernetes_world(seed)
    call = world.call

    def ask(objects: Objects, complete: Complete) -> Verdict:
        mesh = MeshView(map(Resource, objects), complete)
        ends = end(mesh, call.client), end(mesh, call.server)
        return kubernetes.ingress_decision(mesh, *ends, call.port, call.protocol).verdict

    return world.objects, ask


def _parts(objects: Objects) -> Iterator[Objects]:
    for index, one in enumerate(objects):
        if one["kind"] not in _KEPT and one["metadata"]["name"] != "cilium-config":
            yield [*objects[:index], *objects[index + 1 :]]


@pytest.mark.parametrize("made", [_of_istio, _of_linkerd, _of_cilium, _of_kubernetes])
def test_what_the_whole_denies_is_never_allowed_by_a_part(
    made: Callable[[int], tuple[Objects, Ask] | None],
) -> None:
    denied = 0
    for seed in range(_WORLDS):
        found = made(seed)
        if found is None or found[1](found[0], Complete.YES) is not Verdict.DENIED:
            continue
        objects, ask = found
        answers = [ask(part, Complete.NO) for part in _parts(objects)]
        assert Verdict.ALLOWED not in answers, seed
        denied += len(answers)
    assert denied > _WORLDS


@pytest.mark.parametrize("made", [_of_linkerd, _of_kubernetes])
def test_what_the_whole_allows_is_never_denied_by_a_part(made: Callable[[int], tuple[Objects, Ask]]) -> None:
    allowed = 0
    for seed in range(_WORLDS):
        objects, ask = made(seed)
        if ask(objects, Complete.YES) is Verdict.ALLOWED:
            answers = [ask(part, Complete.NO) for part in _parts(objects)]
            assert Verdict.DENIED not in answers, seed
            allowed += len(answers)
    assert allowed > _WORLDS
