"""DestinationRules at a waypoint: TLS that it starts towards a server that takes no tunnel."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.istio.transport import from_waypoint
from tests.posture.istio.meshes import SERVERS, mesh_settings, peer, rule, service, world
from tests.support.scene import the

SETTINGS = mesh_settings("rootNamespace: istio-system")


def reached(mesh: MeshView, server: str, namespace: str, *, by_pod: bool = False) -> str:
    title = SERVERS[server]
    to = None if by_pod else mesh.find(SERVICE, *title.split("/"))
    return from_waypoint(mesh, the(mesh, title), 8080, to, namespace).transport.value


@pytest.mark.parametrize(
    ("server", "tls", "protocol", "strict", "permissive"),
    [
        ("unmeshed", "SIMPLE", "tcp", "app_tls", "app_tls"),
        ("unmeshed", "MUTUAL", "tcp", "app_tls", "app_tls"),
        ("unmeshed", "ISTIO_MUTUAL", "tcp", "plaintext", "plaintext"),
        ("unmeshed", "DISABLE", "tcp", "plaintext", "plaintext"),
        ("sidecar", "SIMPLE", "tcp", "broken", "app_tls"),
        ("sidecar", "SIMPLE", "http", "broken", "broken"),
        ("sidecar", "ISTIO_MUTUAL", "tcp", "broken", "plaintext"),
        ("tunnel", "SIMPLE", "tcp", "hbone", "hbone"),
        ("ambient", "SIMPLE", "tcp", "hbone", "hbone"),
    ],
)
def test_waypoint_starts_the_tls_of_a_rule(server: str, tls: str, protocol: str, strict: str, permissive: str) -> None:
    home, _, name = SERVERS[server].partition("/")
    asking = rule(f"{name}.{home}.svc.cluster.local", f"tls: {{mode: {tls}}}", home)
    for mode, expected in (("STRICT", strict), ("PERMISSIVE", permissive)):
        documents = (SETTINGS, service(f"{home}/{name}", name=protocol), peer(home, mode), asking)
        assert reached(world(server, *documents), server, home) == expected


def test_rule_counts_where_the_waypoint_is_served_it_and_for_the_service_alone() -> None:
    own = rule("web.bare.svc.cluster.local", "tls: {mode: SIMPLE}", "calm")
    mesh = world("unmeshed", SETTINGS, service("bare/web"), own)
    assert [reached(mesh, "unmeshed", home) for home in ("calm", "bare", "edge")] == [
        "app_tls",
        "plaintext",
        "plaintext",
    ]
    assert reached(mesh, "unmeshed", "calm", by_pod=True) == "plaintext"


def test_rules_of_which_the_oldest_is_not_known_leave_open_what_a_waypoint_sends() -> None:
    one = rule("web.bare.svc.cluster.local", "tls: {mode: SIMPLE}", "bare")
    two = rule("web.bare.svc.cluster.local", "tls: {mode: DISABLE}", "bare").replace("name: rule", "name: other")
    mesh = world("unmeshed", SETTINGS, service("bare/web"), one, two)
    found = from_waypoint(mesh, the(mesh, "bare/web"), 8080, mesh.find(SERVICE, "bare", "web"), "bare")
    missing = (
        "which of 'DestinationRule bare/rule', 'DestinationRule bare/other' is the oldest,"
        " since its traffic policy counts alone"
    )
    assert (found.transport, found.missing) == ("either", missing)
