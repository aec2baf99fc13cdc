"""Ports, addresses, protocols and pods that pass the proxies by, at either end."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.edges import Edge
from service_mesh.posture.istio.bypass import inbound_bypass, outbound_bypass
from service_mesh.posture.istio.transport import accepted, transport
from tests.posture.istio.meshes import NAMESPACES, addressed, istiod, mesh_settings, peer, service, world
from tests.support.scene import deployment, scene, the

INBOUND = "traffic.sidecar.istio.io/excludeInboundPorts: '8080'"
OUT = "traffic.sidecar.istio.io/"
VALUES = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data: {values: 'global: {proxy: {excludeInboundPorts: "8080", excludeOutboundPorts: "80"}}'}
"""


@pytest.mark.parametrize(
    ("annotations", "passes"),
    [
        ("", False),
        (INBOUND, True),
        ("traffic.sidecar.istio.io/excludeInboundPorts: '80, 8080'", True),
        ("traffic.sidecar.istio.io/excludeInboundPorts: '80'", False),
        ("traffic.sidecar.istio.io/includeInboundPorts: '*'", False),
        ("traffic.sidecar.istio.io/includeInboundPorts: '8080'", False),
        ("traffic.sidecar.istio.io/includeInboundPorts: '80'", True),
        ("traffic.sidecar.istio.io/includeInboundPorts: ''", True),
        ("sidecar.istio.io/interceptionMode: NONE", True),
        ("sidecar.istio.io/interceptionMode: TPROXY", False),
        ("proxy.istio.io/config: '{interceptionMode: NONE}'", True),
    ],
)
def test_ports_that_a_sidecar_does_not_capture(annotations: str, passes: bool) -> None:  # a table
    mesh = world("sidecar", own=annotations)
    assert (inbound_bypass(mesh, the(mesh, "shop/web"), 8080) is not None) is passes


def test_ports_of_the_sidecar_itself_are_never_captured() -> None:
    mesh = world("sidecar", peer("shop", "STRICT"))
    web, outsider = the(mesh, "shop/web"), the(mesh, "bare/cart")
    carried = [transport(mesh, outsider, web, port).transport for port in (15020, 15021, 15090, 15000)]
    assert carried == ["plaintext", "plaintext", "plaintext", "broken"]


def test_chart_leaves_ports_out_for_all_and_an_annotation_hides_it() -> None:
    mesh = world("sidecar", VALUES)
    assert inbound_bypass(mesh, the(mesh, "shop/web"), 8080) is not None
    told_else = world("sidecar", VALUES, own="traffic.sidecar.istio.io/excludeInboundPorts: '1'")
    assert inbound_bypass(told_else, the(told_else, "shop/web"), 8080) is None


@pytest.mark.parametrize(
    ("client", "mode", "expected"),
    [
        ("unmeshed", "STRICT", "plaintext"),
        ("sidecar", "STRICT", "broken"),
        ("sidecar", "PERMISSIVE", "broken"),
        ("sidecar", "DISABLE", "plaintext"),
        ("ambient", "STRICT", "plaintext"),
    ],
)
def test_excluded_port_is_open_to_plaintext_and_clients_with_a_sidecar_do_not_know_it(
    client: str, mode: str, expected: str
) -> None:
    documents = (service("shop/web"), peer("shop", mode), mesh_settings("rootNamespace: istio-system"))
    mesh = world("sidecar", *documents, own=INBOUND)
    assert addressed(mesh, client, "sidecar").transport == expected


def test_excluded_port_accepts_everything_but_the_meshs_tls() -> None:
    mesh = world("sidecar", peer("shop", "STRICT"), own=INBOUND)
    mode, other = (accepted(mesh, the(mesh, "shop/web"), port) for port in (8080, 9090))
    assert mode is not None
    assert other is not None
    assert (mode.mode, other.mode) == ("DISABLE", "STRICT")
    assert [note.node.path[-1] for note in mode.chain] == ["traffic.sidecar.istio.io/excludeInboundPorts"]


@pytest.mark.parametrize(
    ("client", "release", "expected"),
    [
        ("unmeshed", (1, 28), "plaintext"),
        ("unmeshed", (1, 29), "plaintext"),
        ("ambient", (1, 28), "broken"),
        ("ambient", (1, 29), "hbone"),
        ("sidecar", (1, 28), "broken"),
        ("sidecar", (1, 29), "hbone"),
    ],
)
def test_ambient_pod_that_leaves_incoming_traffic_uncaptured(
    client: str, release: tuple[int, ...], expected: str
) -> None:
    own, installed = "ambient.istio.io/bypass-inbound-capture: 'true'", istiod(PILOT_ENABLE_AMBIENT="true")
    mesh = world("ambient", service("calm/web"), peer("calm", "STRICT"), installed, own=own, release=release)
    assert addressed(mesh, client, "ambient").transport == expected


def from_client(annotations: str, *more: str, pod: str = "", address: str = "10.0.0.1") -> Edge:
    """What a client with these annotations sends to a STRICT server."""
    cart = deployment("shop/cart", annotations=annotations, pod=pod)
    to = service("shop/web", f", clusterIP: {address}" if address else "")
    mesh = scene(NAMESPACES, cart, deployment("shop/web"), to, peer("shop", "STRICT"), *more)
    return _edge(mesh)


def _edge(mesh: MeshView) -> Edge:
    return transport(mesh, the(mesh, "shop/cart"), the(mesh, "shop/web"), 8080)


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ("", "mtls"),
        (f"{OUT}excludeOutboundPorts: '80'", "broken"),
        (f"{OUT}excludeOutboundPorts: '8080'", "mtls"),
        (f"{OUT}excludeOutboundIPRanges: 10.0.0.0/8", "broken"),
        (f"{OUT}excludeOutboundIPRanges: 192.0.2.0/24", "mtls"),
        (f"{OUT}includeOutboundIPRanges: 10.0.0.0/8", "mtls"),
        (f"{OUT}includeOutboundIPRanges: 192.0.2.0/24", "broken"),
        (f"{OUT}includeOutboundIPRanges: ''", "broken"),
        (f"{OUT}includeOutboundIPRanges: '', {OUT}includeOutboundPorts: '80'", "mtls"),
        (f"{OUT}includeOutboundIPRanges: '*'", "mtls"),
        ("sidecar.istio.io/interceptionMode: NONE", "broken"),
    ],
)
def test_what_a_client_does_not_capture_is_sent_as_it_is(annotations: str, expected: str) -> None:
    assert from_client(annotations).transport == expected


def test_address_that_is_not_known_is_asked_for() -> None:
    found = from_client(f"{OUT}excludeOutboundIPRanges: 10.0.0.0/8", address="")
    missing = "the address that the client connects to, since some pass its proxy by"
    assert (found.transport, found.missing) == ("unknown", missing)


def test_chart_and_the_proxys_user_keep_connections_from_being_captured() -> None:
    outbound_alone = VALUES.replace('excludeInboundPorts: "8080", ', "")
    assert from_client("", outbound_alone).transport == "broken"
    assert from_client("", pod="securityContext: {runAsUser: 1337}").transport == "broken"
    assert from_client("", pod="securityContext: {runAsUser: 1000}").transport == "mtls"


def test_reason_names_what_passes_the_proxy_by() -> None:
    found = from_client(f"{OUT}excludeOutboundPorts: '80'")
    reason = "port 80 passes the client's proxy by, and the server accepts only mTLS"
    assert (found.reason, [note.node.path[-1] for note in found.chain][-2:]) == (
        reason,
        ["traffic.sidecar.istio.io/excludeOutboundPorts", "mode"],
    )


@pytest.mark.parametrize("client", ["sidecar", "ambient", "unmeshed"])
@pytest.mark.parametrize("server", ["sidecar", "ambient"])
def test_udp_is_never_captured(client: str, server: str) -> None:
    home = {"sidecar": "shop", "ambient": "calm"}[server]
    mesh = world(server, service(f"{home}/web", protocol="UDP"), peer(home, "STRICT"))
    assert addressed(mesh, client, server).transport == "plaintext"


def test_port_that_is_both_tcp_and_udp_is_taken_for_tcp() -> None:
    udp = service("shop/web").replace("ports: [", "ports: [{name: dns, port: 53, targetPort: 8080, protocol: UDP}, ")
    mesh = world("sidecar", udp)
    assert addressed(mesh, "sidecar", "sidecar").transport == "mtls"


def test_odd_annotations_break_nothing() -> None:
    odd = f"{OUT}excludeOutboundPorts: [80], {OUT}includeOutboundIPRanges: 'x,10.0.0.0/99', proxy.istio.io/config: '['"
    mesh = scene(NAMESPACES, deployment("shop/cart", annotations=odd))
    cart = the(mesh, "shop/cart")
    assert inbound_bypass(mesh, cart, 8080) is None
    assert outbound_bypass(mesh, cart, 80, ()) is not None
