"""Which ports policies leave open: ranges, names, protocols, and rules that name no ports."""

import pytest

from service_mesh.mesh.cilium_ports import is_open_in_cilium
from service_mesh.mesh.network_policies import is_port_open
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import CILIUM_NETWORK_POLICY, NETWORK_POLICY, POD
from tests.mesh.objects import made

_POD = made(POD, "shop/cart", labels={"app": "cart"})


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ([{"port": 4143}], True),
        ([{"port": 4000, "endPort": 4999}], True),
        ([{"protocol": "TCP"}], True),
        ([], True),
        ([{"port": 8080}], False),
        ([{"port": "proxy"}], False),
        ([{"port": 4143, "protocol": "UDP"}], False),
        ([{"port": 4000, "endPort": 4100}], False),
    ],
)
def test_network_policy_opens_a_port_by_number_range_or_silence(ports: list[object], *, expected: bool) -> None:
    policy = made(NETWORK_POLICY, "shop/cart", {"podSelector": {}, "ingress": [{"ports": ports}]})
    mesh = MeshView([_POD, policy], Complete.YES)
    assert is_port_open(mesh, workloads(mesh)[0], "ingress", 4143) is expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"ingress": [{"toPorts": [{"ports": [{"port": "4143"}]}]}]}, True),
        ({"ingress": [{"toPorts": [{"ports": [{"port": "4000", "endPort": 4999}]}]}]}, True),
        ({"ingress": [{"toPorts": [{"ports": [{"port": "0"}]}]}]}, True),
        ({"ingress": [{"fromEndpoints": [{}]}]}, True),
        ({"egress": [{"toPorts": [{"ports": [{"port": "53"}]}]}]}, True),
        ({"ingress": [{"toPorts": [{"ports": [{"port": "8080"}]}]}], "enableDefaultDeny": {"ingress": False}}, True),
        ({"ingress": [{"toPorts": [{"ports": [{"port": "8080"}]}]}]}, False),
        ({"ingress": [{"toPorts": [{"ports": [{"port": "4143", "protocol": "UDP"}]}]}]}, False),
        ({"ingress": [{}]}, False),
    ],
)
def test_cilium_policy_opens_a_port_unless_it_denies_by_default(spec: dict[str, object], *, expected: bool) -> None:
    policy = made(CILIUM_NETWORK_POLICY, "shop/cart", {"endpointSelector": {}, **spec})
    mesh = MeshView([_POD, policy], Complete.YES)
    assert is_open_in_cilium(mesh, workloads(mesh)[0], "ingress", 4143) is expected
