"""What an edge carries: who is in the mesh, what the client is told to send, and what the server accepts."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.istio.transport import Edge, Transport, transport
from tests.support.scene import deployment, scene, the

MTLS, HBONE, PLAIN, TLS, EITHER, FAIL, UNKNOWN = (
    Transport.MTLS,
    Transport.HBONE,
    Transport.PLAINTEXT,
    Transport.APP_TLS,
    Transport.EITHER,
    Transport.BROKEN,
    Transport.UNKNOWN,
)

NAMESPACES = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: calm, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Namespace
metadata: {name: bare}
"""


def service(title: str, name: str = "tcp", more: str = "") -> str:
    namespace, _, own = title.partition("/")
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {own}, namespace: {namespace}}}\n"
        f"spec: {{selector: {{app: {own}}}, ports: [{{name: {name}, port: 80, targetPort: 8080}}]{more}}}\n"
    )


def mode(namespace: str, text: str) -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n"
        f"metadata: {{name: default, namespace: {namespace}}}\nspec: {{mtls: {{mode: {text}}}}}\n"
    )


def rule(policy: str, host: str = "web.shop.svc.cluster.local", namespace: str = "shop") -> str:
    return (
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"
        f"metadata: {{name: web, namespace: {namespace}}}\nspec: {{host: {host}, trafficPolicy: {{{policy}}}}}\n"
    )


def town(*more: str) -> MeshView:
    places = ("shop/web", "shop/cart", "calm/web", "calm/cart", "bare/web", "bare/cart")
    return scene(NAMESPACES, *(deployment(place) for place in places), *(service(place) for place in places), *more)


def edge(mesh: MeshView, client: str, server: str, port: int = 8080) -> Edge:
    return transport(mesh, the(mesh, client) if client else None, the(mesh, server), port)


@pytest.mark.parametrize(
    ("client", "server", "permissive", "strict"),
    [
        ("shop/cart", "shop/web", MTLS, MTLS),
        ("shop/cart", "bare/web", PLAIN, PLAIN),
        ("shop/cart", "calm/web", EITHER, UNKNOWN),
        ("bare/cart", "shop/web", PLAIN, FAIL),
        ("bare/cart", "bare/web", PLAIN, PLAIN),
        ("bare/cart", "calm/web", PLAIN, FAIL),
        ("calm/cart", "calm/web", HBONE, HBONE),
        ("calm/cart", "bare/web", PLAIN, PLAIN),
        ("calm/cart", "shop/web", EITHER, UNKNOWN),
        ("", "shop/web", PLAIN, FAIL),
        ("", "calm/web", PLAIN, FAIL),
    ],
)
def test_without_rules_the_data_planes_and_the_mode_decide(
    client: str, server: str, permissive: Transport, strict: Transport
) -> None:
    assert edge(town(), client, server).transport is permissive
    assert edge(town(mode("istio-system", "STRICT")), client, server).transport is strict


@pytest.mark.parametrize(
    ("policy", "permissive", "strict", "disabled"),
    [
        ("tls: {mode: ISTIO_MUTUAL}", MTLS, MTLS, FAIL),
        ("tls: {mode: DISABLE}", PLAIN, FAIL, PLAIN),
        ("tls: {}", PLAIN, FAIL, PLAIN),
        ("tls: {mode: SIMPLE}", TLS, FAIL, TLS),
        ("tls: {mode: MUTUAL}", TLS, FAIL, TLS),
        ("loadBalancer: {simple: RANDOM}", MTLS, MTLS, PLAIN),
        (
            "tls: {mode: DISABLE}, portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}]",
            MTLS,
            MTLS,
            FAIL,
        ),
        ("tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 80}}]", PLAIN, FAIL, PLAIN),
        ("tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 80}}]", MTLS, MTLS, PLAIN),
        ("tls: {mode: DISABLE}, portLevelSettings: [{port: {number: 81}}]", PLAIN, FAIL, PLAIN),
    ],
)
def test_client_settings_against_the_mode_of_the_server(
    policy: str, permissive: Transport, strict: Transport, disabled: Transport
) -> None:
    for text, expected in (("PERMISSIVE", permissive), ("STRICT", strict), ("DISABLE", disabled)):
        mesh = town(rule(policy), mode("shop", text))
        assert edge(mesh, "shop/cart", "shop/web").transport is expected, text


def test_client_that_insists_on_mtls_fails_where_the_server_is_outside() -> None:
    mesh = town(rule("tls: {mode: ISTIO_MUTUAL}", "web.bare.svc.cluster.local"))
    found = edge(mesh, "shop/cart", "bare/web")
    assert (found.transport, found.reason) == (FAIL, "the client insists on mTLS, and the server is not in the mesh")


def test_foreign_tls_fails_on_a_port_declared_as_http() -> None:
    mesh = scene(
        NAMESPACES,
        deployment("shop/web"),
        deployment("shop/cart"),
        service("shop/web", "http-web"),
        rule("tls: {mode: SIMPLE}"),
    )
    assert edge(mesh, "shop/cart", "shop/web").transport is FAIL


def test_disabled_namespace_hides_a_stricter_workload_from_automatic_mtls() -> None:
    stricter = (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web, namespace: shop}\n"
        "spec: {selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}\n"
    )
    found = edge(town(mode("shop", "DISABLE"), stricter), "shop/cart", "shop/web")
    assert (found.transport, found.reason) == (
        FAIL,
        "mTLS is disabled for the service's namespace, and clients look at nothing narrower,"
        " and the server accepts only mTLS",
    )


def test_automatic_mtls_that_is_switched_off_leaves_plaintext() -> None:
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
        "data: {mesh: 'enableAutoMtls: false'}\n"
    )
    assert edge(town(config), "shop/cart", "shop/web").transport is PLAIN
    assert edge(town(config, rule("tls: {mode: ISTIO_MUTUAL}")), "shop/cart", "shop/web").transport is MTLS


def test_rules_without_dates_that_differ_leave_the_edge_open() -> None:
    two = rule("tls: {mode: DISABLE}").replace("name: web,", "name: other,")
    found = edge(town(rule("tls: {mode: ISTIO_MUTUAL}"), two), "shop/cart", "shop/web")
    assert found.transport is EITHER
    assert found.missing.startswith("which of 'DestinationRule shop/web', 'DestinationRule shop/other' is the oldest")
    strict = edge(town(rule("tls: {mode: ISTIO_MUTUAL}"), two, mode("shop", "STRICT")), "shop/cart", "shop/web")
    assert (strict.transport, strict.missing) == (UNKNOWN, found.missing)


def test_rule_for_chosen_clients_comes_first() -> None:
    chosen = rule("tls: {mode: DISABLE}").replace("spec: {", "spec: {workloadSelector: {matchLabels: {app: cart}}, ")
    mesh = town(chosen)
    assert edge(mesh, "shop/cart", "shop/web").transport is PLAIN
    assert edge(mesh, "shop/web", "shop/web").transport is MTLS


@pytest.mark.parametrize(
    ("neighbour", "expected"), [("", MTLS), ('sidecar.istio.io/inject: "false"', FAIL)], ids=["all meshed", "one not"]
)
def test_headless_service_is_mtls_for_all_or_for_none(neighbour: str, expected: Transport) -> None:
    mesh = scene(
        NAMESPACES,
        deployment("shop/web", "set: db"),
        deployment("shop/other", f"set: db{', ' + neighbour if neighbour else ''}"),
        deployment("shop/cart"),
        service("shop/web", more=", clusterIP: None").replace("app: web", "set: db"),
        mode("shop", "STRICT"),
    )
    assert edge(mesh, "shop/cart", "shop/web").transport is expected


def test_port_without_a_service_is_addressed_directly() -> None:
    assert edge(town(), "shop/cart", "shop/web", 9000).transport is PLAIN
    assert edge(town(mode("shop", "STRICT")), "shop/cart", "shop/web", 9000).transport is FAIL
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
        "data: {mesh: 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}'}\n"
    )
    assert edge(town(config), "shop/cart", "shop/web", 9000).transport is FAIL


@pytest.mark.parametrize(
    ("config", "label", "expected"),
    [
        ("defaultConfig: {proxyMetadata: {ISTIO_META_ENABLE_HBONE: 'true'}}", "", HBONE),
        ("defaultConfig: {}", "", FAIL),
        ("defaultConfig: {}", "networking.istio.io/tunnel: http", HBONE),
    ],
)
def test_ambient_client_reaches_a_sidecar_by_mtls_only_if_that_takes_hbone(
    config: str, label: str, expected: Transport
) -> None:
    made = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
        f'data: {{mesh: "{config}"}}\n'
    )
    mesh = scene(NAMESPACES, deployment("shop/web", label), deployment("calm/cart"), mode("shop", "STRICT"), made)
    assert edge(mesh, "calm/cart", "shop/web").transport is expected
