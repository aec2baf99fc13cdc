"""What the sidecar of a client does with a host: imports it, passes it through, blocks it, or nobody can tell."""

from ipaddress import ip_address

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.istio.outbound import Outbound, outbound, outbound_from
from service_mesh.posture.istio.transport import transport
from tests.posture.istio.meshes import mesh_settings, service
from tests.support.scene import deployment, scene, the

FAR = "web.far.svc.cluster.local"
BLOCKS = mesh_settings("outboundTrafficPolicy: {mode: REGISTRY_ONLY}")


def sidecar(egress: str, home: str = "shop", name: str = "default", more: str = "", created: str = "") -> str:
    stamp = f", creationTimestamp: '{created}'" if created else ""
    metadata = f"{{name: {name}, namespace: {home}{stamp}}}"
    spec = f"{{{more}egress: [{egress}]}}"
    return f"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {metadata}\nspec: {spec}\n"


def town(*more: str) -> MeshView:
    return scene(deployment("shop/cart"), service("far/web"), service("shop/web"), *more)


def asked(mesh: MeshView, title: str | None = "far/web", port: int | None = 80) -> Outbound:
    to = mesh.find(SERVICE, *title.split("/")) if title is not None else None
    return outbound(mesh, the(mesh, "shop/cart"), to, port)


@pytest.mark.parametrize(
    ("hosts", "far", "own"),
    [
        ("'*/*'", "imported", "imported"),
        ("'far/*'", "imported", "passed through"),
        ("'./*'", "passed through", "imported"),
        ("'shop/*'", "passed through", "imported"),
        (f"'far/{FAR}'", "imported", "passed through"),
        (f"'*/{FAR}'", "imported", "passed through"),
        ("'*/*.far.svc.cluster.local'", "imported", "passed through"),
        ("'far/web'", "passed through", "passed through"),
        ("'~/*'", "passed through", "passed through"),
        (f"{FAR}", "passed through", "passed through"),
        ("'far/a/b', './*'", "passed through", "imported"),
    ],
)
def test_hosts_of_egress_listeners_import_by_namespace_and_name(hosts: str, far: str, own: str) -> None:
    mesh = town(sidecar(f"{{hosts: [{hosts}]}}"))
    assert (asked(mesh).passage, asked(mesh, "shop/web").passage) == (far, own)


def test_everything_is_imported_without_a_sidecar_and_without_listeners() -> None:
    assert asked(town()).passage == "imported"
    assert asked(town(sidecar(""))).passage == "imported"


@pytest.mark.parametrize(
    ("listener", "port", "expected"),
    [
        ("port: {number: 80, protocol: HTTP, name: h}", 80, "imported"),
        ("port: {number: 81, protocol: HTTP, name: h}", 80, "passed through"),
        ("port: {number: 81, protocol: HTTP, name: h}", None, "passed through"),
        ("port: {number: 3128, protocol: HTTP_PROXY, name: h}, bind: 127.0.0.1", 80, "unknown"),
        ("port: {number: 80, protocol: TCP, name: t}, bind: 127.0.0.1", 80, "unknown"),
        ("port: {number: 80, protocol: TCP, name: t}, captureMode: NONE", 80, "unknown"),
    ],
)
def test_listener_for_a_port_imports_that_port_alone(listener: str, port: int | None, expected: str) -> None:
    mesh = town(sidecar(f"{{{listener}, hosts: ['*/*']}}"))
    assert asked(mesh, port=port).passage == expected


CHOSEN = "workloadSelector: {labels: {app: cart}}, "
OTHERS = "workloadSelector: {labels: {app: x}}, "
NOT_FAR = "{hosts: ['./*']}"
ALL = "{hosts: ['*/*']}"


@pytest.mark.parametrize(
    ("sidecars", "client", "anybody"),
    [
        ([sidecar(NOT_FAR, "istio-system")], "passed through", "passed through"),
        ([sidecar(NOT_FAR, "istio-system"), sidecar(ALL)], "imported", "imported"),
        ([sidecar(ALL), sidecar(NOT_FAR, name="a", more=CHOSEN)], "passed through", "imported"),
        ([sidecar(ALL), sidecar(NOT_FAR, name="a", more=OTHERS)], "imported", "imported"),
        ([sidecar(NOT_FAR, "istio-system", more=CHOSEN)], "imported", "imported"),
        (
            [sidecar(NOT_FAR, created="2026-01-01T00:00:00Z"), sidecar(ALL, name="b", created="2026-01-02T00:00:00Z")],
            "passed through",
            "passed through",
        ),
        ([sidecar(NOT_FAR), sidecar(ALL, name="b")], "unknown", "unknown"),
        ([sidecar(ALL, name="a"), sidecar("{hosts: ['far/*']}", name="b")], "imported", "imported"),
    ],
)
def test_sidecar_for_the_client_comes_before_that_of_the_namespace_and_that_of_the_mesh(
    sidecars: list[str], client: str, anybody: str
) -> None:
    mesh = town(*sidecars)
    far = mesh.find(SERVICE, "far", "web")
    assert (asked(mesh).passage, outbound_from(mesh, "shop", "", far, 80).passage) == (client, anybody)


def test_dot_in_the_sidecar_of_the_root_namespace_means_the_namespace_of_the_client() -> None:
    mesh = town(sidecar(NOT_FAR, "istio-system"))
    assert asked(mesh, "shop/web").passage == "imported"


@pytest.mark.parametrize(
    ("policy", "settings", "expected"),
    [
        ("", (), "passed through"),
        ("", (BLOCKS,), "blocked"),
        ("outboundTrafficPolicy: {mode: ALLOW_ANY}, ", (BLOCKS,), "passed through"),
        ("outboundTrafficPolicy: {mode: REGISTRY_ONLY}, ", (), "blocked"),
        ("outboundTrafficPolicy: {}, ", (), "blocked"),
        ("outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.b.c}}, ", (), "unknown"),
        ("outboundTrafficPolicy: {egressProxy: {host: a.b.c}}, ", (), "blocked"),
    ],
)
def test_policy_of_the_sidecar_hides_that_of_the_mesh(policy: str, settings: tuple[str, ...], expected: str) -> None:
    mesh = town(sidecar(NOT_FAR, more=policy), *settings)
    assert (asked(mesh).passage, asked(mesh, None).passage) == (expected, expected)


def test_chain_names_the_sidecar_and_what_blocks() -> None:
    found = asked(town(sidecar(NOT_FAR), BLOCKS))
    assert [f"{note.node.resource.title} {note.node.pointer}" for note in found.chain] == [
        "Sidecar shop/default /spec/egress",
        "ConfigMap istio-system/istio /data/mesh",
    ]
    assert found.reason == "the client's Sidecar does not import the host, and unknown hosts are blocked"


def test_imported_host_names_the_entry_that_imports_it() -> None:
    found = asked(town(sidecar("{hosts: ['./*', 'far/*']}")))
    assert [note.node.pointer for note in found.chain] == ["/spec/egress/0/hosts/1"]


@pytest.mark.parametrize(
    ("exported", "expected"), [("other", "passed through"), ("shop", "imported"), (".", "passed through")]
)
def test_service_that_is_not_exported_to_the_client_is_not_known_to_it(exported: str, expected: str) -> None:
    private = service("far/web").replace("labels: {}", f"annotations: {{networking.istio.io/exportTo: '{exported}'}}")
    assert asked(scene(deployment("shop/cart"), private)).passage == expected


REFUSES = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}, "
PROXIED = ("passed through", "blocked")
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME, labels: {istio-injection: enabled}}\n"
ENTRY = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: far}
spec: {hosts: [api.example.com], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}
"""


@pytest.mark.parametrize(
    ("egress", "expected"),
    [
        ("{hosts: ['*/*']}", "imported"),
        ("{hosts: ['*/api.example.com']}", "imported"),
        ("{hosts: ['shop/api.example.com']}", "passed through"),
        ("{port: {number: 443, protocol: TLS, name: t}, hosts: ['far/*']}", "imported"),
    ],
)
def test_host_outside_is_known_by_the_entry_that_declares_it(egress: str, expected: str) -> None:
    mesh = town(ENTRY, sidecar(egress))
    cart = the(mesh, "shop/cart")
    assert outbound(mesh, cart, "api.example.com", 443).passage == expected
    assert outbound(mesh, cart, "other.example.com", 443).passage == "passed through"


def test_hosts_and_addresses_are_known_on_the_ports_that_are_declared_for_them() -> None:
    """Source: istio/istio, pilot/pkg/networking/core/listener.go: listeners are made port by port."""
    addressed = ENTRY.replace("resolution: DNS", "resolution: NONE, addresses: [203.0.113.0/24]")
    mesh = town(addressed, BLOCKS)
    cart = the(mesh, "shop/cart")
    found = {
        (to, port): str(outbound(mesh, cart, ip_address(to) if to[0].isdigit() else to, port).passage)
        for to in ("api.example.com", "203.0.113.9", "198.51.100.1")
        for port in (443, 80)
    }
    assert found == {
        ("api.example.com", 443): "imported",
        ("api.example.com", 80): "blocked",
        ("203.0.113.9", 443): "imported",
        ("203.0.113.9", 80): "blocked",
        ("198.51.100.1", 443): "blocked",
        ("198.51.100.1", 80): "blocked",
    }


@pytest.mark.parametrize(
    ("sidecars", "options"),
    [
        ([sidecar(NOT_FAR), sidecar(ALL, name="b")], ("passed through", "imported")),
        ([sidecar(NOT_FAR, more=REFUSES), sidecar(ALL, name="b")], ("blocked", "imported")),
        ([sidecar(NOT_FAR, more=REFUSES), sidecar(NOT_FAR, name="b")], ("blocked", "passed through")),
        ([sidecar("{bind: 127.0.0.1, hosts: ['*/*']}", more=REFUSES)], ("imported", "blocked")),
        ([sidecar(NOT_FAR, more="outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a}}, ")], PROXIED),
    ],
)
def test_what_may_become_of_a_host_is_told_where_it_is_not_known(sidecars: list[str], options: tuple[str, ...]) -> None:
    found = asked(town(*sidecars))
    assert (found.passage, found.options, found.may_block) == ("unknown", options, "blocked" in options)


@pytest.mark.parametrize(
    ("sidecars", "expected"),
    [
        ([sidecar(NOT_FAR, more=REFUSES)], "broken"),
        ([sidecar(NOT_FAR, more=REFUSES), sidecar(ALL, name="b")], "mtls"),
        ([sidecar(NOT_FAR, more=REFUSES), sidecar(NOT_FAR, name="b")], "plaintext"),
        ([sidecar(NOT_FAR), sidecar(ALL, name="b")], "either"),
    ],
)
def test_what_is_carried_holds_if_a_connection_leaves_that_may_be_refused(sidecars: list[str], expected: str) -> None:
    spaces = [SPACE.replace("NAME", name) for name in ("shop", "far")]
    mesh = scene(*spaces, deployment("shop/cart"), deployment("far/web"), service("far/web"), *sidecars)
    edge = transport(mesh, the(mesh, "shop/cart"), the(mesh, "far/web"), 8080, mesh.find(SERVICE, "far", "web"))
    assert edge.transport == expected


def test_odd_listeners_import_nothing_and_break_nothing() -> None:
    mesh = town(sidecar("{hosts: [[], 3, 'far']}, 7, {port: 5, hosts: {a: b}}"))
    assert asked(mesh).passage == "passed through"
