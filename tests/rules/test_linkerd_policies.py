"""What fixtures cannot show of the rules on Linkerd's policies: what is wider, and which requests routes answer."""

from collections.abc import Mapping
from ipaddress import ip_network

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, LINKERD_SERVER
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.clients import Authorization, Demand
from service_mesh.posture.linkerd.networks import EVERYWHERE, NetworkMatch
from service_mesh.rules.linkerd._policies import covers, covers_identity, is_equally_wide
from service_mesh.rules.linkerd._probe_routes import HEALTH, Request, answers
from service_mesh.rules.registry import load_rules
from tests.mesh.objects import made

NODE = made(LINKERD_SERVER, "shop/cart", {}).root
EVERYBODY = Authorization(NODE)
EVERY_TLS = Authorization(NODE, Demand.TLS)
EVERY_MESHED = Authorization(NODE, Demand.IDENTITY, ("*",))
OF_SHOP = Authorization(NODE, Demand.IDENTITY, ("*.shop.id",))
WEB = Authorization(NODE, Demand.IDENTITY, ("web.shop.id",))
PARTLY_KNOWN = Authorization(NODE, Demand.IDENTITY, ("web.shop.id",), missing="the installation")


def networks(*texts: str, left_out: str = "") -> Authorization:
    exceptions = (ip_network(left_out),) if left_out else ()
    return Authorization(NODE, networks=tuple(NetworkMatch(ip_network(text), exceptions) for text in texts))


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"),
    [
        (EVERYBODY, WEB, True),
        (EVERYBODY, EVERYBODY, True),
        (EVERY_TLS, WEB, True),
        (EVERY_TLS, EVERYBODY, False),
        (EVERY_MESHED, OF_SHOP, True),
        (OF_SHOP, WEB, True),
        (WEB, OF_SHOP, False),
        (EVERY_MESHED, EVERY_TLS, False),
        (EVERY_MESHED, PARTLY_KNOWN, True),
        (OF_SHOP, PARTLY_KNOWN, False),
        (PARTLY_KNOWN, WEB, False),
        (EVERYBODY, networks("10.0.0.0/8"), True),
        (networks("10.0.0.0/8"), EVERYBODY, False),
        (networks("10.0.0.0/8"), networks("10.8.0.0/16"), True),
        (networks("10.0.0.0/8"), networks("10.8.0.0/16", "192.168.0.0/16"), False),
        (networks("10.0.0.0/8", left_out="10.8.0.0/16"), networks("10.8.0.0/16"), False),
        (networks("10.0.0.0/8", left_out="10.8.0.0/16"), networks("10.0.0.0/8", left_out="10.8.0.0/16"), True),
        (networks("10.0.0.0/8"), networks("10.0.0.0/8", left_out="10.8.0.0/16"), True),
        (Authorization(NODE, networks=None), networks("10.0.0.0/8"), False),
        (networks("0.0.0.0/0", "::/0"), Authorization(NODE, networks=None), True),
    ],
)
def test_wider_authorization_lets_in_whom_the_narrower_one_does(
    wider: Authorization, narrower: Authorization, *, expected: bool
) -> None:
    assert covers(wider, narrower) is expected


def test_networks_can_be_left_out_of_account() -> None:
    assert covers(networks("10.0.0.0/8"), WEB, anywhere=True) is True
    assert covers(networks("10.0.0.0/8"), WEB) is False


def test_authorizations_that_cover_each_other_are_equally_wide() -> None:
    assert is_equally_wide(EVERYBODY, Authorization(NODE, networks=tuple(reversed(EVERYWHERE)))) is True
    assert is_equally_wide(EVERYBODY, WEB) is False


@pytest.mark.parametrize(
    ("pattern", "identity", "expected"),
    [
        ("*", "web.shop.id", True),
        ("*.shop.id", "*.shop.id", True),
        ("*.id", "*.shop.id", True),
        ("*.shop.id", "*.id", False),
        ("*.shop.id", "web.workshop.id", False),
        ("web.shop.id", "*", False),
    ],
)
def test_pattern_covers_what_it_matches(pattern: str, identity: str, *, expected: bool) -> None:
    assert covers_identity(pattern, identity) is expected


def route(match: Mapping[str, object] | None, hosts: tuple[str, ...] = ()) -> Resource:
    rules = [{"matches": [match]} if match is not None else {}]
    return made(HTTP_ROUTE, "shop/r", {"hostnames": list(hosts), "rules": rules})


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (None, True),
        ({}, True),
        ({"path": {"value": "/"}}, True),
        ({"path": {"value": "/live"}}, True),
        ({"path": {"value": "/live/"}}, True),
        ({"path": {"value": "/liv"}}, False),
        ({"path": {"type": "Exact", "value": "/live"}, "method": "GET"}, True),
        ({"path": {"type": "Exact", "value": "/live/"}}, False),
        ({"path": {"type": "Exact", "value": "/live"}, "method": "POST"}, False),
        ({"path": {"type": "RegularExpression", "value": "/l.*"}}, None),
        ({"path": {"value": "/live"}, "headers": [{"name": "a", "value": "b"}]}, None),
        ({"path": {"value": "/ready"}, "queryParams": [{"name": "a", "value": "b"}]}, False),
    ],
)
def test_route_answers_a_probe_by_its_path_and_method(
    match: Mapping[str, object] | None, *, expected: bool | None
) -> None:
    assert answers(route(match), Request("/live")) is expected


@pytest.mark.parametrize(
    ("hosts", "host", "expected"),
    [
        ((), "", True),
        (("shop.example",), "", False),
        (("shop.example",), "Shop.Example", True),
        (("*.example",), "shop.example", True),
        (("*.example",), "example", False),
    ],
)
def test_route_with_hosts_answers_requests_for_them_alone(hosts: tuple[str, ...], host: str, *, expected: bool) -> None:
    assert answers(route(None, hosts), Request("/live", host)) is expected


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (None, True),
        ({}, True),
        ({"method": {"service": "grpc.health.v1.Health"}}, True),
        ({"method": {"service": "grpc.health.v1.Health", "method": "Check"}}, True),
        ({"method": {"method": "Watch"}}, False),
        ({"method": {"service": "cart.Cart"}}, False),
        ({"method": {"type": "RegularExpression", "service": "grpc.*"}}, None),
        ({"headers": [{"name": "a", "value": "b"}]}, None),
    ],
)
def test_route_of_grpc_answers_a_probe_by_its_service_and_method(
    match: Mapping[str, object] | None, *, expected: bool | None
) -> None:
    rules = [{"matches": [match]} if match is not None else {}]
    assert answers(made(GRPC_ROUTE, "shop/r", {"rules": rules}), HEALTH) is expected


def test_order_of_servers_of_one_second_is_that_of_their_names() -> None:
    (overlap,) = (rule for rule in load_rules() if rule.code == "LD135")
    assert overlap.check is not None
    spec: dict[str, object] = {"podSelector": {"matchLabels": {"app": "cart"}}, "port": 8080}
    servers = [made(LINKERD_SERVER, f"shop/{name}", spec) for name in ("zebra", "ant")]
    for server in servers:
        metadata = server.data["metadata"]
        assert isinstance(metadata, dict)
        metadata["creationTimestamp"] = "2026-01-01T00:00:00Z"
    mesh = MeshView([Resource(server.data) for server in servers], Complete.YES)
    drafts = [draft for server in mesh.of_kind(LINKERD_SERVER) for draft in overlap.check(server, mesh)]
    assert [draft.message for draft in drafts] == [
        "'Server shop/ant' selects the same port of the same pods: 'Server shop/ant' comes first and counts alone"
    ]
