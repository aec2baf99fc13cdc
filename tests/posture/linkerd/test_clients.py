"""Whom an authorization lets in: by what a client shows and where it comes from."""

from ipaddress import ip_address, ip_network

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.kinds import NETWORK_AUTHENTICATION
from service_mesh.posture.linkerd.clients import NO_IDENTITY, Authorization, Client, Demand, admits, of_policy
from service_mesh.posture.linkerd.networks import (
    EVERYWHERE,
    NetworkMatch,
    cluster_networks,
    network_in,
    network_matches,
)
from service_mesh.posture.linkerd.policy import InboundPolicy
from tests.posture.linkerd.objects import config, held, networks, server
from tests.support.scene import scene

MESH = scene(networks("shop/near", "{cidr: 10.0.0.0/8, except: [10.9.0.0/16]}"))
NODE = held(MESH, "shop/near", NETWORK_AUTHENTICATION).root
NEAR = (NetworkMatch(ip_network("10.0.0.0/8"), (ip_network("10.9.0.0/16"),)),)
MESHED, BARE, NOBODY_KNOWS = (
    Client("a.b", ip_address("10.1.1.1")),
    Client(NO_IDENTITY, ip_address("10.1.1.1")),
    Client(None),
)
FAR, LEFT_OUT = Client("a.b", ip_address("192.0.2.1")), Client("a.b", ip_address("10.9.1.1"))


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (Authorization(NODE), (True, True, True, True, True)),
        (Authorization(NODE, networks=NEAR), (True, True, None, False, False)),
        (Authorization(NODE, networks=None), (None, None, None, None, None)),
        (Authorization(NODE, Demand.TLS), (True, False, None, True, True)),
        (Authorization(NODE, Demand.IDENTITY, ("*.b",)), (True, False, None, True, True)),
        (Authorization(NODE, Demand.IDENTITY, ("c.b",), NEAR), (False, False, None, False, False)),
        (Authorization(NODE, Demand.IDENTITY, ("*",), None), (None, False, None, None, None)),
        (Authorization(NODE, missing="more"), (None, None, None, None, None)),
        (Authorization(NODE, Demand.TLS, networks=NEAR, missing="more"), (None, False, None, False, False)),
    ],
)
def test_clients_get_in_with_what_is_demanded_from_where_it_is_allowed(
    authorization: Authorization, expected: tuple[bool | None, ...]
) -> None:
    clients = (MESHED, BARE, NOBODY_KNOWS, FAR, LEFT_OUT)
    assert tuple(admits(authorization, client) for client in clients) == expected


def test_authorization_is_for_everybody_only_without_any_condition() -> None:
    assert Authorization(NODE).is_for_everybody
    conditions = (Authorization(NODE, networks=NEAR), Authorization(NODE, Demand.TLS), Authorization(NODE, missing="x"))
    assert [one.is_for_everybody for one in conditions] == [False, False, False]


def test_policies_stand_for_authorizations_and_deny_for_none() -> None:
    mesh = scene(config("clusterNetworks: 10.0.0.0/8"), server("shop/a", "port: 1"))
    node = held(mesh, "shop/a").root
    near = (NetworkMatch(ip_network("10.0.0.0/8")),)
    expected = {
        InboundPolicy.ALL_UNAUTHENTICATED: Authorization(node),
        InboundPolicy.ALL_AUTHENTICATED: Authorization(node, Demand.IDENTITY, ("*",)),
        InboundPolicy.CLUSTER_UNAUTHENTICATED: Authorization(node, networks=near),
        InboundPolicy.CLUSTER_AUTHENTICATED: Authorization(node, Demand.IDENTITY, ("*",), near),
        InboundPolicy.DENY: None,
        InboundPolicy.AUDIT: Authorization(node),
    }
    assert {policy: of_policy(mesh, policy, node) for policy in expected} == expected


def test_networks_of_the_cluster_are_those_of_the_installation_or_of_the_chart() -> None:
    usual = cluster_networks(scene())
    assert usual is not None
    listed = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"]
    assert [str(one.network) for one in usual] == listed
    assert cluster_networks(scene(complete=Complete.NO)) is None
    assert cluster_networks(scene(config("clusterNetworks: nonsense"))) is None


def test_networks_are_read_as_the_controller_reads_them() -> None:
    texts = ("10.1.2.3/8", "10.1.2.3", "fd00::1", "10.0.0.0/255.0.0.0", "10.0.0.0/33", "web", "")
    assert [str(network_in(text)) for text in texts] == [
        "10.0.0.0/8",
        "10.1.2.3/32",
        "fd00::1/128",
        "None",
        "None",
        "None",
        "None",
    ]
    assert network_matches(NODE.each("spec.networks[]")) == NEAR
    broken = scene(networks("shop/a", "{cidr: 10.0.0.0/8, except: [web]}"))
    assert network_matches(held(broken, "shop/a", NETWORK_AUTHENTICATION).each("spec.networks[]")) is None
    assert [str(one.network) for one in EVERYWHERE] == ["0.0.0.0/0", "::/0"]
