"""Which container port a port of a Service leads to."""

import pytest

from service_mesh.mesh.ports import is_headless, port_number, port_to, target_number
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from tests.mesh.objects import made
from tests.support.scene import scene, the

POD = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop}
    spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}, {containerPort: 9090}]}]}
"""


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"port": 80}, 80),
        ({"port": 80, "targetPort": 8080}, 8080),
        ({"port": 80, "targetPort": "http"}, 8080),
        ({"port": 80, "targetPort": "gone"}, None),
        ({"port": 80, "targetPort": 0}, 80),
        ({"port": 80, "targetPort": True}, None),
        ({"port": "80"}, None),
    ],
)
def test_target_is_a_number_a_name_or_the_port_itself(port: dict[str, object], expected: int | None) -> None:
    (node,) = made(SERVICE, "shop/web", {"ports": [port]}).each("spec.ports[]")
    assert target_number(node, the(scene(POD), "shop/web")) == expected


def test_port_is_found_by_the_container_port_it_leads_to() -> None:
    service = made(SERVICE, "shop/web", {"ports": [{"port": 80, "targetPort": "http"}, {"port": 9090}]})
    web = the(scene(POD), "shop/web")
    found = [port_to(service, web, number) for number in (8080, 9090, 80)]
    assert [port and port_number(port) for port in found] == [80, 9090, None]


def test_service_entries_call_their_ports_by_number() -> None:
    (node,) = made(SERVICE_ENTRY, "shop/web", {"ports": [{"number": 443}]}).each("spec.ports[]")
    assert port_number(node) == 443


def test_headless_service_has_no_address() -> None:
    assert is_headless(made(SERVICE, "shop/web", {"clusterIP": "None"}))
    assert not is_headless(made(SERVICE, "shop/web"))
