"""What the client's own proxy says of a call before it leaves the pod: a row for each case, with verdict and chain."""

from ipaddress import ip_address

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.access.layers import Layer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.kubernetes.ends import End, of_workload, outside
from service_mesh.posture.requests import HttpRequest
from tests.support.scene import deployment, scene, the

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN

ROOT = "apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n"
SHOP = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
FAR = "apiVersion: v1\nkind: Namespace\nmetadata: {name: far, labels: {istio-injection: enabled}}\n"
CALM = "apiVersion: v1\nkind: Namespace\nmetadata: {name: calm, labels: {istio.io/dataplane-mode: ambient}}\n"
TOWN = (ROOT, SHOP, FAR, deployment("shop/web"), deployment("far/cart"))
CART = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: far}\n"
    "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
)
HEADLESS = CART.replace("spec: {selector", "spec: {clusterIP: None, selector").replace("port: 80, t", "port: 8080, t")
CLOSED = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
    "data: {mesh: 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}'}\n"
)
HOST = "api.example.com"
EVERYTHING_CLOSED = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed, namespace: shop}\n"
    "spec: {podSelector: {}, policyTypes: [Egress], egress: []}\n"
)
BY_MESH = ["ConfigMap istio-system/istio /data/mesh"]
BY_SIDECAR = ["Sidecar shop/default /spec/egress", "Sidecar shop/default /spec/outboundTrafficPolicy/mode"]
BY_BOTH = ["Sidecar shop/default /spec/egress", *BY_MESH]


def sidecar(hosts: str = "", policy: str = "", *, name: str = "default", more: str = "", listener: str = "") -> str:
    egress = f"egress: [{{{listener}hosts: [{hosts}]}}], " if hosts else ""
    mode = f"outboundTrafficPolicy: {{{policy}}}, " if policy else ""
    return (
        f"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {{name: {name}, namespace: shop}}\n"
        f"spec: {{{egress}{mode}{more}}}\n"
    )


def entry(
    host: str = "api.example.com",
    *,
    port: int = 443,
    protocol: str = "TLS",
    resolution: str = "DNS",
    more: str = "",
    home: str = "far",
) -> str:
    return (
        f"apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {{name: out, namespace: {home}}}\n"
        f"spec: {{hosts: ['{host}'], location: MESH_EXTERNAL, resolution: {resolution}, {more}\n"
        f"  ports: [{{number: {port}, name: main, protocol: {protocol}}}]}}\n"
    )


def called(mesh: MeshView, to: str, port: int, named: str | None = None, *, who: str = "shop/web") -> Answer:
    """The answer for a call of something outside: a name, or an address."""
    server = outside(ip_address(to)) if to[0].isdigit() else outside(host=to)
    return asked(mesh, server, port, HttpRequest(host=named), who=who)


def asked(mesh: MeshView, server: End, port: int, request: HttpRequest | None = None, *, who: str) -> Answer:
    return answer(mesh, Call(of_workload(the(mesh, who)), server, port, "TCP", None, request or HttpRequest()))


def to_cart(mesh: MeshView, *, by_service: bool = True) -> Answer:
    client, server = of_workload(the(mesh, "shop/web")), of_workload(the(mesh, "far/cart"))
    service = mesh.find(SERVICE, "far", "cart") if by_service else None
    return answer(mesh, Call(client, server, 8080, "TCP", service, HttpRequest("GET", "/")))


def said(found: Answer) -> tuple[Verdict | None, list[str]]:
    """What the layer says; None where it says nothing."""
    layers = [one.decision for one in found.layers if one.layer is Layer.MESH_EGRESS]
    assert len(layers) < 2
    if not layers:
        return None, []
    return layers[0].verdict, [f"{note.node.resource.title} {note.node.pointer}".strip() for note in layers[0].chain]


SILENT: tuple[None, list[str]] = (None, [])
NOT_FAR, REFUSES, OPEN = "'./*'", "mode: REGISTRY_ONLY", "mode: ALLOW_ANY"


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param((), SILENT, id="no Sidecar"),
        pytest.param((CLOSED,), SILENT, id="registry only, and the service is in the registry"),
        pytest.param((sidecar(NOT_FAR),), SILENT, id="not imported, passed through"),
        pytest.param((sidecar(NOT_FAR, REFUSES),), (DENIED, BY_SIDECAR), id="not imported, refused by the Sidecar"),
        pytest.param((sidecar(NOT_FAR), CLOSED), (DENIED, BY_BOTH), id="not imported, refused by the mesh"),
        pytest.param((sidecar(NOT_FAR, OPEN), CLOSED), SILENT, id="the Sidecar hides what the mesh says"),
        pytest.param((sidecar("'far/*'", REFUSES),), SILENT, id="imported"),
        pytest.param(
            (sidecar(NOT_FAR, REFUSES, more="workloadSelector: {labels: {app: x}}"),), SILENT, id="for other pods"
        ),
        pytest.param(
            (sidecar(NOT_FAR, REFUSES, more="workloadSelector: {labels: {app: web}}"),),
            (DENIED, BY_SIDECAR),
            id="for chosen pods",
        ),
    ],
)
def test_calls_in_the_cluster(documents: tuple[str, ...], expected: tuple[Verdict | None, list[str]]) -> None:
    found = to_cart(scene(*TOWN, CART, *documents))
    assert said(found) == expected
    if expected[0] is DENIED:
        assert (found.verdict, found.edge.transport) == (DENIED, Transport.BROKEN)
        assert found.deciding is not None
        assert found.deciding.layer is Layer.MESH_EGRESS
    else:
        assert (found.verdict, found.deciding) == (ALLOWED, None)


@pytest.mark.parametrize(
    ("service", "by_service", "expected"),
    [
        (CART, True, SILENT),
        (CART, False, (DENIED, BY_MESH)),
        (HEADLESS, True, SILENT),
        (HEADLESS, False, (UNKNOWN, BY_MESH)),
    ],
)
def test_addresses_of_pods_are_in_no_registry_but_those_of_headless_services(
    service: str, by_service: bool, expected: tuple[Verdict | None, list[str]]
) -> None:
    found = to_cart(scene(*TOWN, service, CLOSED), by_service=by_service)
    assert said(found) == expected
    if expected[0] is UNKNOWN:
        missing = "whether the client addresses the pod or a headless service, which have the same address"
        assert (found.verdict, found.missing) == (UNKNOWN, (missing,))


@pytest.mark.parametrize(
    "web",
    [
        pytest.param(deployment("shop/web", "sidecar.istio.io/inject: 'false'"), id="not in the mesh"),
        pytest.param(deployment("shop/web", annotations="inject.istio.io/templates: grpc-agent"), id="without a proxy"),
        pytest.param(deployment("shop/web").replace("name: app,", "name: istio-proxy,"), id="a gateway"),
        pytest.param(deployment("shop/web", pod="hostNetwork: true"), id="in the network of its node"),
    ],
)
def test_clients_without_a_sidecar_in_between_are_not_held(web: str) -> None:
    assert said(called(scene(ROOT, SHOP, web, CLOSED), HOST, 443)) == SILENT


def test_ztunnel_reads_no_outbound_policy() -> None:
    calm = scene(ROOT, CALM, FAR, deployment("calm/web"), deployment("far/cart"), CART, CLOSED)
    assert said(called(calm, HOST, 443, who="calm/web")) == SILENT


def test_a_client_that_may_have_a_sidecar_may_be_held() -> None:
    mesh = scene(ROOT, deployment("shop/web"), CLOSED, complete=Complete.NO)
    found = called(mesh, HOST, 443).layers[0]
    assert (found.layer, found.decision.verdict) == (Layer.MESH_EGRESS, UNKNOWN)
    assert "labels of namespace 'shop'" in found.decision.missing[0]


@pytest.mark.parametrize(
    ("documents", "to", "port", "expected"),
    [
        pytest.param((), HOST, 443, SILENT, id="passed through"),
        pytest.param((CLOSED,), HOST, 443, (DENIED, BY_MESH), id="no entry"),
        pytest.param((CLOSED, entry()), HOST, 443, SILENT, id="an entry"),
        pytest.param((CLOSED, entry()), "API.example.com.", 443, SILENT, id="letter case and a last dot"),
        pytest.param((CLOSED, entry()), HOST, 8443, (DENIED, BY_MESH), id="an entry without the port"),
        pytest.param((CLOSED, entry()), "www.example.com", 443, (DENIED, BY_MESH), id="an entry for another host"),
        pytest.param((CLOSED, entry("*.example.com", resolution="NONE")), HOST, 443, SILENT, id="a wildcard"),
        pytest.param((CLOSED, entry(more="exportTo: [.],")), HOST, 443, (DENIED, BY_MESH), id="not exported"),
        pytest.param((CLOSED, entry(more="exportTo: [shop],")), HOST, 443, SILENT, id="exported to the client"),
        pytest.param(
            (sidecar(NOT_FAR, REFUSES), entry()), HOST, 443, (DENIED, BY_SIDECAR), id="an entry that is not imported"
        ),
        pytest.param(
            (sidecar(NOT_FAR, REFUSES), entry(home="shop")), HOST, 443, SILENT, id="an entry of the namespace"
        ),
        pytest.param((sidecar("'*/api.example.com'", REFUSES), entry()), HOST, 443, SILENT, id="imported by name"),
        pytest.param((sidecar(NOT_FAR, OPEN), CLOSED, entry()), HOST, 443, SILENT, id="the Sidecar lets all pass"),
        pytest.param(
            (sidecar("", "egressProxy: {host: a}"),),
            HOST,
            443,
            (DENIED, ["Sidecar shop/default", "Sidecar shop/default /spec/outboundTrafficPolicy"]),
            id="a policy without a mode refuses, whatever else it says",
        ),
        pytest.param((CLOSED,), "203.0.113.9", 443, (DENIED, BY_MESH), id="an address"),
        pytest.param(
            (CLOSED, entry(more="addresses: [203.0.113.0/24],")),
            "203.0.113.9",
            443,
            SILENT,
            id="an address of an entry",
        ),
        pytest.param(
            (CLOSED, entry(more="addresses: [203.0.113.0/24],")),
            "203.0.113.9",
            80,
            (DENIED, BY_MESH),
            id="an address of an entry on another port",
        ),
        pytest.param(
            (CLOSED, entry(protocol="TCP", resolution="NONE")), "203.0.113.9", 443, SILENT, id="plain TCP to anywhere"
        ),
        pytest.param(
            (CLOSED, entry(protocol="TCP", resolution="NONE")),
            "www.example.com",
            443,
            SILENT,
            id="plain TCP to anywhere by name",
        ),
    ],
)
def test_calls_out_of_the_cluster(
    documents: tuple[str, ...], to: str, port: int, expected: tuple[Verdict | None, list[str]]
) -> None:
    found = called(scene(*TOWN, *documents), to, port)
    assert said(found) == expected
    assert found.verdict is (expected[0] or ALLOWED)
    assert found.edge.transport is (Transport.BROKEN if expected[0] is DENIED else Transport.OUTSIDE)


def test_refused_calls_name_why() -> None:
    reasons = {
        (): "no service has this host",
        (entry(),): "'ServiceEntry far/out' has no port 80",
        (entry(more="exportTo: [.],"),): "'ServiceEntry far/out' is not exported to the client",
        (entry(port=80, protocol="HTTP"), sidecar(NOT_FAR)): "the client's Sidecar does not import the host",
    }
    for documents, reason in reasons.items():
        found = called(scene(*TOWN, CLOSED, *documents), HOST, 80)
        assert found.deciding is not None
        assert found.deciding.decision.reason == f"{reason}, and unknown hosts are blocked"


@pytest.mark.parametrize(
    ("documents", "to", "missing"),
    [
        (
            (sidecar(NOT_FAR, REFUSES, name="a"), sidecar("'*/*'", name="b"), entry()),
            HOST,
            "which of 'Sidecar shop/a', 'Sidecar shop/b' is the oldest, since that one counts alone",
        ),
        (
            (sidecar(NOT_FAR, "mode: ALLOW_ANY, egressProxy: {host: a.b.c}"),),
            HOST,
            "what the egress proxy of the Sidecar does with it",
        ),
        (
            (sidecar("'*/*'", REFUSES, listener="bind: 127.0.0.1, "), entry()),
            HOST,
            "whether the client connects to the address that its Sidecar binds, or to the service's",
        ),
        ((CLOSED, entry()), "203.0.113.9", "the host of the request"),
        (
            (CLOSED, entry(protocol="TCP")),
            "203.0.113.9",
            "whether '203.0.113.9' is among the endpoints of 'ServiceEntry far/out', whose listener takes every "
            "connection to port 443",
        ),
    ],
)
def test_what_is_not_known_names_what_settles_it(documents: tuple[str, ...], to: str, missing: str) -> None:
    found = called(scene(*TOWN, *documents), to, 443)
    assert (found.verdict, said(found)[0], found.missing) == (UNKNOWN, UNKNOWN, (missing,))


@pytest.mark.parametrize(("named", "expected"), [("api.example.com", None), ("www.example.com", DENIED)])
def test_the_host_of_the_request_settles_whether_an_address_is_refused(named: str, expected: Verdict | None) -> None:
    assert said(called(scene(*TOWN, CLOSED, entry()), "203.0.113.9", 443, named))[0] is expected


def test_the_age_of_sidecars_settles_which_counts() -> None:
    older = "namespace: shop, creationTimestamp: '2026-01-01T00:00:00Z'"
    newer = "namespace: shop, creationTimestamp: '2026-01-02T00:00:00Z'"
    closed, opened = sidecar(NOT_FAR, REFUSES, name="a"), sidecar("'*/*'", name="b")
    for ages, expected in (((older, newer), DENIED), ((newer, older), None)):
        both = (one.replace("namespace: shop", age) for one, age in zip((closed, opened), ages, strict=True))
        assert said(called(scene(*TOWN, entry(), *both), HOST, 443))[0] is expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ((CLOSED,), (UNKNOWN, "the ServiceEntries for 'api.example.com' port 443 in namespaces that are not loaded")),
        ((sidecar(NOT_FAR, REFUSES),), (DENIED, "")),
        ((sidecar("'~/*'", REFUSES),), (DENIED, "")),
        (
            (sidecar("'lab/*'", REFUSES),),
            (UNKNOWN, "the ServiceEntries for 'api.example.com' port 443 in namespace 'lab'"),
        ),
        ((sidecar("'lab/*.example.org'", REFUSES),), (DENIED, "")),
    ],
)
def test_entries_in_namespaces_that_are_not_loaded_may_declare_a_host(
    documents: tuple[str, ...], expected: tuple[Verdict, str]
) -> None:
    found = called(scene(*TOWN, *documents, complete=Complete.AUTO), HOST, 443)
    missing = [text for one in found.layers if one.layer is Layer.MESH_EGRESS for text in one.decision.missing]
    assert (said(found)[0], "; ".join(missing)) == expected


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("traffic.sidecar.istio.io/excludeOutboundPorts: '443'", None),
        ("traffic.sidecar.istio.io/excludeOutboundPorts: '80'", DENIED),
        ("traffic.sidecar.istio.io/excludeOutboundIPRanges: 203.0.113.0/24", UNKNOWN),
    ],
)
def test_what_passes_the_sidecar_by_is_not_refused(annotation: str, expected: Verdict | None) -> None:
    web = deployment("shop/web", annotations=annotation)
    mesh = scene(ROOT, SHOP, web, CLOSED)
    assert said(called(mesh, HOST, 443))[0] is expected
    if expected is UNKNOWN:
        assert said(called(mesh, "203.0.113.9", 443))[0] is None
        assert said(called(mesh, "198.51.100.1", 443))[0] is DENIED


def test_aliases_of_a_host_outside_are_as_known_as_it_is() -> None:
    alias = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: pay, namespace: shop}\n"
        "spec: {type: ExternalName, externalName: api.example.com}\n"
    )
    host = "pay.shop.svc.cluster.local"
    assert said(called(scene(*TOWN, CLOSED, alias), host, 443)) == (DENIED, BY_MESH)
    assert said(called(scene(*TOWN, CLOSED, alias, entry()), host, 443)) == SILENT


def test_the_proxy_comes_before_the_network_which_never_sees_what_it_refuses() -> None:
    found = called(scene(*TOWN, CLOSED, EVERYTHING_CLOSED), HOST, 443)
    assert [(one.layer.value, one.decision.verdict) for one in found.layers] == [
        ("mesh-egress", DENIED),
        ("network-egress", DENIED),
    ]
    assert found.deciding is found.layers[0]


def test_udp_is_no_matter_of_a_sidecar() -> None:
    mesh = scene(*TOWN, CLOSED)
    found = answer(mesh, Call(of_workload(the(mesh, "shop/web")), outside(host=HOST), 53, "UDP"))
    assert (found.verdict, said(found)) == (ALLOWED, SILENT)
