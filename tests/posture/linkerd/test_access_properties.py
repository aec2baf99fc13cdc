"""What holds of the answer who may call a port in every mesh: order, additions, and values of the wrong kind."""

import random
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.kubernetes.ends import of_workload, outside
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.linkerd.egress import OutsideCall, outbound_decision
from service_mesh.posture.requests import HttpRequest
from tests.posture.linkerd.random_worlds import World, random_authorization, random_world

WORLDS = 150
_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")
ODD: tuple[object, ...] = (None, 7, True, [], {}, [None], "", "*", "9" * 5_000, "\ud800", "(" * 300, -1, float("nan"))


def decided(objects: Iterable[Mapping[str, object]], world: World) -> Decision | None:
    """The decision, or nothing where one end is no longer there."""
    mesh = MeshView([Resource(one) for one in objects], Complete.YES, {"linkerd": (26, 10, 1)})
    named = {f"{one.namespace}/{one.resource.name}": one for one in workloads(mesh)}
    call, server = world.call, named.get("shop/web")
    if server is None or ("/" in call.source and call.source not in named):
        return None
    client = of_workload(named[call.source]) if "/" in call.source else outside(ip_address(call.source))
    request = HttpRequest(call.method, call.path, call.host, call.headers)
    return inbound_decision(mesh, client, server, call.port, request)


def verdict(objects: Iterable[Mapping[str, object]], world: World) -> Verdict:
    found = decided(objects, world)
    assert found is not None
    return found.verdict


def test_order_of_the_objects_never_matters() -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        shuffled = random.Random(seed).sample(world.objects, len(world.objects))
        assert verdict(shuffled, world) is verdict(world.objects, world), seed


def test_one_more_authorization_never_keeps_anybody_out() -> None:
    order = (Verdict.DENIED, Verdict.UNKNOWN, Verdict.ALLOWED)
    for seed in range(WORLDS):
        world = random_world(seed)
        before, after = (verdict((*world.objects, *more), world) for more in ((), (random_authorization(seed),)))
        assert order.index(before) <= order.index(after), seed


def test_objects_that_select_nothing_change_nothing() -> None:
    metadata = {"name": "nobody", "namespace": "shop", "creationTimestamp": "2020-01-01T00:00:00Z"}
    spec = {"podSelector": {"matchLabels": {"app": "nobody"}}, "port": 80, "accessPolicy": "audit"}
    server = {"apiVersion": "policy.linkerd.io/v1beta3", "kind": "Server", "metadata": metadata, "spec": spec}
    for seed in range(WORLDS):
        world = random_world(seed)
        policy = {**random_authorization(seed), "metadata": {"name": "away", "namespace": "far"}}
        assert verdict((*world.objects, server, policy), world) is verdict(world.objects, world), seed


def test_every_unknown_names_what_is_missing_and_every_refusal_points_at_what_decides() -> None:
    for seed in range(WORLDS):
        world = random_world(seed)
        found = decided(world.objects, world)
        assert found is not None
        assert bool(found.missing and all(found.missing)) is (found.verdict is Verdict.UNKNOWN), seed
        assert found.verdict is Verdict.UNKNOWN or found.loaded is found.verdict, seed
        assert found.verdict is Verdict.ALLOWED or found.chain, seed


def test_values_of_the_wrong_kind_never_fail() -> None:
    for seed in range(5):
        world = random_world(seed)
        for index, held in enumerate(world.objects):
            for odd in _spoilt(held):
                found = decided((*world.objects[:index], odd, *world.objects[index + 1 :]), world)
                assert found is None or found.reason


def test_values_of_the_wrong_kind_never_fail_for_calls_to_the_outside() -> None:
    group, metadata = "gateway.networking.k8s.io", {"name": "r", "namespace": "shop"}
    parents = [{"group": "policy.linkerd.io", "kind": "EgressNetwork", "name": "out", "port": 80}]
    spec = {"parentRefs": parents, "hostnames": ["a.b"], "rules": [{"matches": [{"path": {"value": "/"}}]}]}
    objects: list[dict[str, Any]] = [one for one in random_world(0).objects if one["kind"] in ("Namespace", "Pod")]
    objects += [
        {
            "apiVersion": "policy.linkerd.io/v1alpha1",
            "kind": "EgressNetwork",
            "metadata": {"name": "out", "namespace": "shop"},
            "spec": {"trafficPolicy": "Deny", "networks": [{"cidr": "192.0.2.0/24", "except": ["192.0.2.1"]}]},
        },
        *({"apiVersion": f"{group}/v1", "kind": kind, "metadata": metadata, "spec": spec} for kind in _ROUTES),
    ]
    for index, held in enumerate(objects):
        for odd in _spoilt(held):
            mesh = MeshView([Resource(one) for one in (*objects[:index], odd, *objects[index + 1 :])], Complete.YES)
            for workload in workloads(mesh)[:1]:
                for is_tls in (False, True):
                    call = OutsideCall(ip_address("192.0.2.4"), 80, HttpRequest("GET", "/", "a.b"), is_tls)
                    assert outbound_decision(mesh, workload, call).reason


def _spoilt(value: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """An object with one of its fields or items replaced, for each of them and each odd value."""
    for key, held in value.items():
        yield from ({**value, key: other} for other in (*ODD, *_within(held)))


def _within(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from _spoilt(value)
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in (*ODD, *_within(held)))
