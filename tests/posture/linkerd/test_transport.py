"""What an edge of Linkerd's mesh carries, what a port takes, and at which port connections arrive."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import CONFIG_MAP, DEPLOYMENT, NAMESPACE
from service_mesh.model.kinds import SERVICE as SERVICES
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.linkerd.transport import Accepts, accepted, arrival_port, transport
from tests.posture.linkerd.objects import (
    authorization,
    chain_of,
    config,
    mesh_tls,
    namespace,
    route,
    server,
    service,
)
from tests.support.scene import deployment, scene, the

MTLS, PLAIN, FAIL, UNKNOWN = Transport.MTLS, Transport.PLAINTEXT, Transport.BROKEN, Transport.UNKNOWN
SKIP_IN = "config.linkerd.io/skip-inbound-ports: "
SKIP_OUT = "config.linkerd.io/skip-outbound-ports: "
DEFAULT = "config.linkerd.io/default-inbound-policy: "
WEB = server("shop/web", "podSelector: {matchLabels: {app: web}}, port: 8080")
SERVICE = service("shop/web", "{port: 80, targetPort: 8080}")


def town(*more: str, web: str = "", cart: str = "", complete: Complete = Complete.YES) -> MeshView:
    return scene(
        namespace(),
        namespace("bare", ""),
        deployment("shop/web", annotations=web),
        deployment("shop/cart", annotations=cart),
        deployment("bare/web"),
        deployment("bare/cart"),
        SERVICE,
        *more,
        complete=complete,
    )


def edge(mesh: MeshView, client: str = "shop/cart", to: str = "shop/web", port: int = 8080) -> Edge:
    return transport(mesh, the(mesh, client) if client else None, the(mesh, to), port)


@pytest.mark.parametrize(
    ("client", "to", "expected", "reason"),
    [
        ("shop/cart", "shop/web", MTLS, "both are in the mesh"),
        ("bare/cart", "shop/web", PLAIN, "the client is not in the mesh"),
        ("", "shop/web", PLAIN, "the client is not in the mesh"),
        ("shop/cart", "bare/web", PLAIN, "the server is not in the mesh"),
        ("bare/cart", "bare/web", PLAIN, "the server is not in the mesh"),
    ],
)
def test_mtls_needs_both_ends_in_the_mesh(client: str, to: str, expected: Transport, reason: str) -> None:
    found = edge(town(), client, to)
    assert (found.transport, found.reason) == (expected, reason)


def test_opaque_ports_are_mtls_all_the_same() -> None:
    assert edge(town(web="config.linkerd.io/opaque-ports: '8080'")).transport is MTLS


@pytest.mark.parametrize(
    ("web", "cart", "expected", "reason"),
    [
        (f"{SKIP_IN}'8080'", "", PLAIN, "port 8080 passes the server's proxy by"),
        (f"{SKIP_IN}'80'", "", MTLS, "both are in the mesh"),
        ("", f"{SKIP_OUT}'80'", PLAIN, "port 80 passes the client's proxy by"),
        ("", f"{SKIP_OUT}'8080'", MTLS, "both are in the mesh"),
        (
            f"{DEFAULT}all-authenticated",
            f"{SKIP_OUT}'1-100'",
            FAIL,
            "port 80 passes the client's proxy by, and the server lets nobody in without mTLS",
        ),
        (f"{SKIP_IN}'8080', {DEFAULT}deny", "", PLAIN, "port 8080 passes the server's proxy by"),
    ],
)
def test_skipped_ports_carry_plaintext_by_the_pods_port_at_the_server_and_the_services_at_the_client(
    web: str, cart: str, expected: Transport, reason: str
) -> None:
    found = edge(town(web=web, cart=cart))
    assert (found.transport, found.reason) == (expected, reason)


def test_chain_of_a_skipped_port_ends_at_the_annotation() -> None:
    found = edge(town(cart=f"{SKIP_OUT}'80'"))
    assert chain_of(found.chain) == [
        "Namespace shop /metadata/annotations/linkerd.io~1inject",
        "Namespace shop /metadata/annotations/linkerd.io~1inject",
        "Deployment shop/cart /spec/template/metadata/annotations/config.linkerd.io~1skip-outbound-ports",
    ]


def test_ports_of_the_proxy_itself_are_never_skipped() -> None:
    mesh = town(web=f"{SKIP_IN}'4191'")
    assert edge(mesh, port=4191).transport is MTLS


def test_ports_that_the_installation_alone_leaves_out_are_skipped_by_clients_too() -> None:
    assert edge(town(), port=4567).transport is PLAIN
    told_else = town(cart=f"{SKIP_OUT}'1'")
    assert edge(told_else, port=4567).transport is MTLS
    before = town(config("proxy: {outboundTransportMode: transparent}"), cart=f"{SKIP_OUT}'1'")
    assert edge(before, port=4567).transport is FAIL


STRICT = (
    WEB,
    mesh_tls("shop/all", "identities: ['*']"),
    authorization("shop/p", "Server/web", "{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: all}"),
)
OPEN = (WEB, authorization("shop/p", "Server/web", ""))
ROUTED = (*STRICT, route("shop/r", "group: policy.linkerd.io, kind: Server, name: web"))


@pytest.mark.parametrize(
    ("more", "web", "expected", "carried"),
    [
        ((), "", Accepts.PERMISSIVE, PLAIN),
        ((), f"{DEFAULT}audit", Accepts.PERMISSIVE, PLAIN),
        ((), f"{DEFAULT}cluster-unauthenticated", Accepts.PERMISSIVE, PLAIN),
        ((), f"{DEFAULT}all-authenticated", Accepts.STRICT, FAIL),
        ((), f"{DEFAULT}deny", Accepts.STRICT, FAIL),
        ((), f"{SKIP_IN}'8080'", Accepts.DISABLE, PLAIN),
        ((WEB,), "", Accepts.STRICT, FAIL),
        (STRICT, "", Accepts.STRICT, FAIL),
        (OPEN, "", Accepts.PERMISSIVE, PLAIN),
        (ROUTED, "", Accepts.STRICT, FAIL),
        ((*ROUTED, authorization("shop/q", "HTTPRoute/r", "")), "", Accepts.PERMISSIVE, PLAIN),
        ((WEB.replace("port: 8080", "port: 8080, accessPolicy: audit"),), "", Accepts.PERMISSIVE, PLAIN),
    ],
)
def test_port_is_strict_where_nothing_that_counts_on_it_takes_plaintext(
    more: tuple[str, ...], web: str, expected: Accepts, carried: Transport
) -> None:
    mesh = town(*more, web=web)
    mode = accepted(mesh, the(mesh, "shop/web"), 8080)
    assert mode is not None
    assert mode.mode is expected
    assert edge(mesh, "bare/cart").transport is carried


def test_server_outside_the_mesh_takes_nothing_of_its_own() -> None:
    mesh = town()
    assert accepted(mesh, the(mesh, "bare/web"), 8080) is None


def test_what_is_not_loaded_leaves_the_answer_open() -> None:
    alone = scene(deployment("shop/web"), deployment("shop/cart"), complete=Complete.NO)
    unsure = edge(alone)
    assert (unsure.transport, unsure.missing) == (UNKNOWN, "the annotations of namespace 'shop'")
    partial = town(config(), complete=Complete.NO)
    found = edge(partial, "bare/cart")
    assert (found.transport, found.missing) == (UNKNOWN, "the Servers of namespace 'shop'")
    assert edge(partial).transport is MTLS


def test_networks_that_pass_the_proxy_by_leave_a_refusal_open() -> None:
    found = edge(town(web=f"config.linkerd.io/skip-subnets: 172.17.0.0/16, {DEFAULT}deny"), "bare/cart")
    missing = "the client's address, since some networks pass the server's proxy by"
    assert (found.transport, found.missing) == (UNKNOWN, missing)


@pytest.mark.parametrize(
    ("more", "web", "port", "expected"),
    [
        ((), "", 8080, 4143),
        ((), "config.linkerd.io/inbound-port: '5143'", 8080, 5143),
        ((config("proxy: {ports: {inbound: 6143}}"),), "", 8080, 6143),
        ((), "", 4191, 4191),
        ((), f"{SKIP_IN}'8080'", 8080, 8080),
        ((config("proxy: {outboundTransportMode: transparent}"),), "", 8080, 8080),
        (
            (config("proxy: {outboundTransportMode: transparent}"),),
            "config.linkerd.io/opaque-ports: '8080'",
            8080,
            4143,
        ),
    ],
)
def test_meshed_connections_arrive_at_the_proxys_port(
    more: tuple[str, ...], web: str, port: int, expected: int
) -> None:
    mesh = town(*more, web=web)
    assert arrival_port(mesh, the(mesh, "shop/web"), port) == expected


def test_connections_arrived_at_the_port_itself_before_the_release_that_changed_it() -> None:
    documents = (namespace(), deployment("shop/web"))
    old, new = (scene(*documents, releases={"linkerd": release}) for release in ((24, 11, 8), (25, 4, 4)))
    assert [arrival_port(mesh, the(mesh, "shop/web"), 8080) for mesh in (old, new)] == [8080, 4143]


def other(port: int, more: str = "") -> str:
    return service("shop/other", f"{{port: {port}, targetPort: 8080{more}}}").replace("app: other", "app: web")


def test_two_services_of_which_one_passes_the_clients_proxy_by_leave_both_open() -> None:
    mesh = town(other(81), cart=f"{SKIP_OUT}'81'")
    found = edge(mesh)
    assert (found.transport, found.is_authenticated) == (Transport.EITHER, None)
    assert found.missing == "which Service the client addresses, since its proxy leaves out the port of one"
    named = {one.name: one for one in mesh.of_kind(SERVICES)}
    ends = the(mesh, "shop/cart"), the(mesh, "shop/web"), 8080
    assert transport(mesh, *ends, named["web"]).transport is MTLS
    assert transport(mesh, *ends, named["other"]).transport is PLAIN


def test_pod_that_is_addressed_itself_is_reached_at_its_own_port() -> None:
    mesh = town(cart=f"{SKIP_OUT}'8080'")
    ends = the(mesh, "shop/cart"), the(mesh, "shop/web"), 8080
    assert (transport(mesh, *ends).transport, transport(mesh, *ends, None).transport) == (MTLS, PLAIN)


def test_udp_is_not_captured() -> None:
    mesh = town(other(53, ", protocol: UDP"))
    (udp,) = (one for one in mesh.of_kind(SERVICES) if one.name == "other")
    assert edge(mesh).transport is MTLS
    assert transport(mesh, the(mesh, "shop/cart"), the(mesh, "shop/web"), 8080, udp).transport is PLAIN


def live(title: str, plane: str, address: str = "10.1.0.5") -> str:
    home, _, name = title.partition("/")
    labels = f"{{app: {name}, pod-template-hash: x, linkerd.io/control-plane-ns: {plane}}}"
    owner = f"{{apiVersion: apps/v1, kind: ReplicaSet, name: {name}-x, controller: true}}"
    return (
        "apiVersion: v1\nkind: Pod\n"
        f"metadata: {{name: {name}-x-1, namespace: {home}, uid: {name},\n"
        f"  labels: {labels}, ownerReferences: [{owner}]}}\n"
        f"spec: {{containers: [{{name: linkerd-proxy, image: p}}]}}\nstatus: {{phase: Running, podIP: {address}}}\n"
    )


@pytest.mark.parametrize(("plane", "expected"), [("linkerd", MTLS), ("linkerd-two", PLAIN)])
def test_identity_is_known_within_one_control_plane(plane: str, expected: Transport) -> None:
    assert edge(town(live("shop/web", plane), live("shop/cart", "linkerd"))).transport is expected


@pytest.mark.parametrize(
    ("mode", "pods", "expected"),
    [
        ("transport-header", (), MTLS),
        ("transparent", (), UNKNOWN),
        ("transparent", (live("shop/cart", "linkerd"),), FAIL),
        ("transparent", (live("shop/cart", "linkerd", "192.0.2.1"),), MTLS),
    ],
)
def test_networks_that_the_server_leaves_out_break_what_does_not_go_to_the_proxys_port(
    mode: str, pods: tuple[str, ...], expected: Transport
) -> None:
    sets = config(f"proxy: {{outboundTransportMode: {mode}}}")
    assert edge(town(sets, *pods, web="config.linkerd.io/skip-subnets: 10.0.0.0/8")).transport is expected


def running(title: str, address: str) -> str:
    """A running pod without a proxy."""
    pod = live(title, "", address).replace(", linkerd.io/control-plane-ns: ", "")
    return pod.replace("{name: linkerd-proxy, image: p}", "{name: app, image: a}")


@pytest.mark.parametrize(("address", "expected"), [("10.1.0.9", PLAIN), ("192.0.2.1", FAIL), ("", UNKNOWN)])
def test_addresses_of_running_clients_tell_whether_they_pass_a_strict_servers_proxy_by(
    address: str, expected: Transport
) -> None:
    pods = [running("bare/cart", address)] if address else []
    found = edge(town(*pods, web=f"config.linkerd.io/skip-subnets: 10.1.0.0/16, {DEFAULT}deny"), "bare/cart")
    assert found.transport is expected
    if expected is PLAIN:
        assert found.reason == "the client is not in the mesh, and its network passes the server's proxy by"
        annotations = "Deployment shop/web /spec/template/metadata/annotations/config.linkerd.io~1"
        assert chain_of(found.chain)[-2:] == [f"{annotations}default-inbound-policy", f"{annotations}skip-subnets"]


def between(ours: str, theirs: str) -> Edge:
    """An edge from cluster `east` to cluster `west` with these trust anchors."""
    held = {"east": scene(*_cluster("cart", ours)), "west": scene(*_cluster("web", theirs))}
    found = [
        Resource(one.data, one.origin, cluster)
        for cluster, mesh in held.items()
        for kind in (NAMESPACE, DEPLOYMENT, CONFIG_MAP)
        for one in mesh.of_kind(kind)
    ]
    return edge(MeshView(found, Complete.YES))


def _cluster(name: str, anchors: str) -> list[str]:
    roots = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linkerd-identity-trust-roots, namespace: linkerd}\n"
        f'data: {{ca-bundle.crt: "{anchors}"}}\n'
    )
    return [namespace(), deployment(f"shop/{name}"), *([roots] if anchors else [])]


A, B = (f"-----BEGIN CERTIFICATE-----\\n{letter}\\n-----END CERTIFICATE-----\\n" for letter in "AB")


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [(A, A, MTLS), (A + B, B, MTLS), (A, B, FAIL), (A, "", UNKNOWN)],
)
def test_clusters_talk_mtls_if_they_share_a_trust_anchor(ours: str, theirs: str, expected: Transport) -> None:
    assert between(ours, theirs).transport is expected
