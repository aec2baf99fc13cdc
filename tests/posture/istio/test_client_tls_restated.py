"""What a sidecar sends, restated from Istio's own tests of the settings of its clusters and of their endpoints.

The first table is of `istio/istio: pilot/pkg/networking/core/cluster_tls_test.go`, TestBuildAutoMtlsSettings, by the
name of the case. They look at the settings that are made; ours at what travels. Left out are those about names and
paths of certificates alone. Their unknown mode is that of a service outside of the mesh.
"""

import pytest

from service_mesh.posture.istio.client_tls import client_tls
from tests.posture.istio.meshes import addressed, decided, mesh_settings, peer, rule, service, world

HOST = "web.shop.svc.cluster.local"
WEB = service("shop/web")
NO_AUTOMATIC = mesh_settings("enableAutoMtls: false")


@pytest.mark.parametrize(
    ("source", "server", "more", "expected"),
    [
        (
            "Destination rule TLS sni and SAN override",
            "sidecar",
            [NO_AUTOMATIC, rule(HOST, "tls: {mode: ISTIO_MUTUAL, sni: custom.foo.com}")],
            "mtls by DestinationRule mode",
        ),
        (
            "Auto fill nil settings when mTLS nil for internal service in strict mode",
            "sidecar",
            [peer("shop", "STRICT")],
            "mtls by PeerAuthentication mode",
        ),
        (
            "Auto fill nil settings when mTLS nil for internal service in permissive mode",
            "sidecar",
            [peer("shop", "PERMISSIVE")],
            "mtls by PeerAuthentication mode",
        ),
        (
            "Auto fill nil settings when mTLS nil for internal service in plaintext mode",
            "sidecar",
            [peer("shop", "DISABLE")],
            "plaintext by PeerAuthentication mode",
        ),
        (
            "Auto fill nil settings when mTLS nil for internal service in unknown mode",
            "unmeshed",
            [],
            "plaintext by Namespace istio-injection",
        ),
        (
            "Do not auto fill nil settings if server mTLS is disabled",
            "sidecar",
            [NO_AUTOMATIC, peer("shop", "DISABLE")],
            "plaintext by PeerAuthentication mode",
        ),
        (
            "Simple TLS",
            "sidecar",
            [rule(HOST, "tls: {mode: SIMPLE, caCertificates: /custom/root.pem}")],
            "app_tls by DestinationRule mode",
        ),
        (
            "spiffe IDs with extra trust domains should be appended if there are no custom TLS settings",
            "sidecar",
            [mesh_settings("trustDomainAliases: [west.local, central.local]"), peer("shop", "PERMISSIVE")],
            "mtls by PeerAuthentication mode",
        ),
    ],
)
def test_settings_of_a_cluster(source: str, server: str, more: list[str], expected: str) -> None:
    assert source
    leads = WEB if server == "sidecar" else service("bare/web")
    assert decided(addressed(world(server, leads, *more), "sidecar", server)) == expected


def test_do_not_auto_fill_nil_settings_for_external() -> None:
    external = (
        "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: out, namespace: bare}\n"
        "spec: {hosts: [out.example.com], location: MESH_EXTERNAL, resolution: STATIC, "
        "ports: [{number: 80, name: tcp, protocol: TCP, targetPort: 8080}], "
        "workloadSelector: {labels: {app: web}}}\n"
    )
    assert addressed(world("unmeshed", external), "sidecar", "unmeshed").transport == "plaintext"


# istio/istio: pilot/pkg/xds/endpoints/ep_filters_test.go, TestEndpointsWithMTLSFilter, by the name of the case; their
# endpoint is `app: example` in `ns`. Of what they mark as off we say what travels, which is TLS to nobody in one case.
HERE = "selector: {matchLabels: {app: web}}, "
PORT = f"{HERE}portLevelMtls: {{8080: {{mode: DISABLE}}}}, "
OFF, ON = "tls: {mode: DISABLE}", "tls: {mode: ISTIO_MUTUAL}"
POOL = "connectionPool: {}"


def at_port(policy: str) -> str:
    return f"portLevelSettings: [{{port: {{number: 80}}, {policy}}}]"


@pytest.mark.parametrize(
    ("source", "documents", "expected"),
    [
        ("mtls-off-ineffective", [peer("istio-system", "DISABLE", "selector: {matchLabels: {app: b}}, ")], "mtls"),
        ("mtls-on-strict", [peer("istio-system", "STRICT")], "mtls"),
        ("mtls-off-global", [peer("istio-system", "DISABLE")], "plaintext"),
        ("mtls-off-namespace", [peer("shop", "DISABLE")], "plaintext"),
        ("mtls-off-workload", [peer("shop", "DISABLE", HERE)], "plaintext"),
        ("mtls-off-port", [peer("shop", "UNSET", PORT)], "plaintext"),
        ("mtls-on-override-pa", [peer("shop", "DISABLE"), rule(HOST, ON)], "broken"),
        ("mtls-off-innefective", [rule("other.shop.svc.cluster.local", OFF)], "mtls"),
        ("mtls-on-destination-level", [rule(HOST, ON)], "mtls"),
        ("mtls-on-port-level", [rule(HOST, at_port(ON))], "mtls"),
        ("mtls-off-destination-level", [rule(HOST, OFF)], "plaintext"),
        ("mtls-off-port-level", [rule(HOST, at_port(OFF))], "plaintext"),
    ],
)
def test_marks_of_endpoints(source: str, documents: list[str], expected: str) -> None:
    assert source
    assert addressed(world("sidecar", WEB, *documents), "sidecar", "sidecar").transport == expected


def with_subset(rule_says: str, subset_says: str) -> str:
    """A DestinationRule whose subset `v1` has settings of its own."""
    metadata = "{name: rule, namespace: shop}"
    subset = f"{{name: v1, labels: {{app: web}}, trafficPolicy: {{{subset_says}}}}}"
    spec = f"{{host: {HOST}, trafficPolicy: {{{rule_says}}}, subsets: [{subset}]}}"
    return f"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {metadata}\nspec: {spec}\n"


@pytest.mark.parametrize(
    ("source", "document", "of_subset", "of_host"),
    [
        ("mtls-off-subset-level", with_subset(ON, OFF), "DISABLE", "ISTIO_MUTUAL"),
        ("mtls-on-subset-level", with_subset(OFF, ON), "ISTIO_MUTUAL", "DISABLE"),
    ],
)
def test_marks_of_endpoints_of_a_subset(source: str, document: str, of_subset: str, of_host: str) -> None:
    assert source
    mesh = world("sidecar", WEB, document)
    found = [client_tls(mesh, HOST, 80, "shop", subset=subset).mode for subset in ("v1", "")]
    assert found == [of_subset, of_host]


@pytest.mark.parametrize(
    ("rule_says", "subset_says", "expected"),
    [
        (at_port(OFF), ON, "ISTIO_MUTUAL"),
        (at_port(ON), OFF, "DISABLE"),
        (at_port(OFF), POOL, "DISABLE"),
        (ON, at_port(OFF), "DISABLE"),
        (ON, f"{ON}, {at_port(POOL)}", "MARKED"),
        (ON, at_port(POOL), "AUTO"),
        (f"{ON}, {at_port(POOL)}", POOL, "AUTO"),
        (f"{ON}, {at_port(POOL)}", OFF, "DISABLE"),
    ],
)
def test_what_a_subset_says_itself_comes_before_what_its_rule_says_of_the_port(
    rule_says: str, subset_says: str, expected: str
) -> None:
    """`istio/istio: pilot/pkg/networking/util/util.go`, MergeSubsetTrafficPolicy."""
    mesh = world("sidecar", WEB, with_subset(rule_says, subset_says))
    assert client_tls(mesh, HOST, 80, "shop", subset="v1").mode == expected
