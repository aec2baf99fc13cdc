"""The posture's answers against those of a second, naive evaluator, in many small meshes made by chance.

`SERVICE_MESH_RANDOM_WORLDS` sets how many worlds are compared.
"""

import os
from collections import Counter
from ipaddress import ip_address

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.posture.kubernetes.ends import of_workload, outside
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.requests import HttpRequest
from tests.posture.linkerd.calls import WEB, mesh_ref, net_ref, running, town, verdict
from tests.posture.linkerd.naive import judge
from tests.posture.linkerd.objects import authorization, mesh_tls, networks, server
from tests.posture.linkerd.random_worlds import World, random_world
from tests.support.scene import the

WORLDS = int(os.environ.get("SERVICE_MESH_RANDOM_WORLDS", "400"))
LAYERS = ("no proxy", "skipped", "conflict", "default", "server", "route", "not found", "probe")


def answered(world: World) -> str:
    mesh = MeshView(map(Resource, world.objects), Complete.YES, {"linkerd": (26, 10, 1)})
    call = world.call
    client = of_workload(the(mesh, call.source)) if "/" in call.source else outside(ip_address(call.source))
    request = HttpRequest(call.method, call.path, call.host, call.headers)
    return inbound_decision(mesh, client, the(mesh, "shop/web"), call.port, request).verdict.value


def test_both_evaluators_agree_and_every_layer_has_its_share() -> None:
    worlds = [random_world(seed) for seed in range(WORLDS)]
    expected = [judge(world.objects, world.call) for world in worlds]
    differing = [
        (seed, verdict, found)
        for seed, ((verdict, _), found) in enumerate(zip(expected, map(answered, worlds), strict=True))
        if verdict != found
    ]
    assert differing == []
    layers, verdicts = Counter(layer for _, layer in expected), Counter(verdict for verdict, _ in expected)
    assert {layer: layers[layer] * 100 // WORLDS for layer in LAYERS if layers[layer] * 100 < WORLDS} == {}
    assert min(verdicts["allowed"], verdicts["denied"]) * 5 >= WORLDS


STRICT_PAST_SUBNET = "config.linkerd.io/skip-subnets: 10.0.2.0/24"
PAST = "config.linkerd.io/skip-outbound-ports: '80'"
SERVER = server("shop/web", WEB)


def test_client_past_its_proxy_may_come_from_a_network_that_passes_the_servers_by() -> None:
    """Seed 4735: the client counted as one of unknown identity, and was denied."""
    mesh = town(SERVER, running("shop/past", "", PAST), web=STRICT_PAST_SUBNET)
    assert verdict(mesh, "shop/past") == "unknown"


def test_client_past_its_proxy_has_no_identity_even_if_its_address_may_be_skipped() -> None:
    """Seed 4004: the same client with an address outside of that network was not known to be denied."""
    policy = authorization("shop/p", "Server/web", mesh_ref("all"))
    more = running("shop/past", "10.0.1.9", PAST), policy, mesh_tls("shop/all", "identities: ['*']")
    assert verdict(town(SERVER, *more, web=STRICT_PAST_SUBNET), "shop/past") == "denied"


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("{cidr: 10.0.0.2, except: [10.0.0.2]}", "denied"),  # seed 1437
        ("{cidr: 10.0.0.2}, {cidr: 0.0.0.0/0, except: [10.0.0.2]}", "allowed"),  # seed 6899
        ("{cidr: 10.0.0.0/8, except: [10.0.1.0/24]}", "unknown"),  # seed 5359, an error of the naive one
    ],
)
def test_networks_are_taken_together_where_the_address_is_not_known(listed: str, expected: str) -> None:
    policy = authorization("shop/p", "Server/web", net_ref("near"))
    assert verdict(town(SERVER, policy, networks("shop/near", listed)), "shop/late") == expected
