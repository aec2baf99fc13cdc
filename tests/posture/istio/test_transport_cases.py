"""Cases beside the tables: what is not known, gateways as servers, aliases, machines, applications without a proxy."""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.posture.edges import Transport
from service_mesh.posture.istio.transport import accepted, from_waypoint, transport
from tests.posture.istio.meshes import NAMESPACES, addressed, istiod, mesh_settings, peer, rule, service, world
from tests.support.scene import deployment, scene, the

EITHER, UNKNOWN = Transport.EITHER, Transport.UNKNOWN
AMBIENT_MISSING = "whether istiod runs in ambient mode (PILOT_ENABLE_AMBIENT), as its Deployment or values tell"
ZTUNNEL = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ztunnel, namespace: istio-system}
spec:
  template:
    metadata: {labels: {app: ztunnel}}
    spec: {containers: [{name: istio-proxy, args: [proxy, ztunnel]}]}
"""
SAIL = """
apiVersion: sailoperator.io/v1
kind: Istio
metadata: {name: default}
spec: {profile: PROFILE, values: {pilot: {}}}
"""


@pytest.mark.parametrize(
    ("documents", "permissive", "strict"),
    [
        ((), "either", "unknown"),
        ((istiod(),), "plaintext", "broken"),
        ((istiod(PILOT_ENABLE_AMBIENT="true"),), "hbone", "hbone"),
        ((istiod(PILOT_ENABLE_AMBIENT="false"),), "plaintext", "broken"),
        ((istiod(PILOT_ENABLE_AMBIENT="true", PILOT_ENABLE_SENDING_HBONE="false"),), "plaintext", "broken"),
        ((ZTUNNEL,), "hbone", "hbone"),
        ((SAIL.replace("PROFILE", "ambient"),), "hbone", "hbone"),
        ((SAIL.replace("PROFILE", "default"),), "plaintext", "broken"),
        ((mesh_settings("enableAutoMtls: true"),), "either", "unknown"),
    ],
)
def test_sidecars_reach_ambient_workloads_by_tunnels_if_istiod_runs_in_that_mode(
    documents: tuple[str, ...], permissive: str, strict: str
) -> None:
    for mode, expected in (("PERMISSIVE", permissive), ("STRICT", strict)):
        found = addressed(world("ambient", service("calm/web"), peer("calm", mode), *documents), "sidecar", "ambient")
        assert found.transport == expected, mode
        assert found.missing == (AMBIENT_MISSING if expected in ("either", "unknown") else "")


def test_client_may_be_kept_from_sending_tunnels() -> None:
    own = "proxy.istio.io/config: '{proxyMetadata: {ISTIO_META_DISABLE_HBONE_SEND: \"true\"}}'"
    mesh = scene(
        NAMESPACES,
        deployment("shop/cart", annotations=own),
        deployment("calm/web"),
        service("calm/web"),
        istiod(PILOT_ENABLE_AMBIENT="true"),
    )
    assert transport(mesh, the(mesh, "shop/cart"), the(mesh, "calm/web"), 8080).transport == "plaintext"


def test_whether_a_sidecar_takes_tunnels_is_asked_for_where_nothing_tells() -> None:
    missing = "the mesh configuration, which tells whether sidecars take HBONE"
    for mode, expected in (("PERMISSIVE", EITHER), ("STRICT", UNKNOWN)):
        found = addressed(world("sidecar", service("shop/web"), peer("shop", mode)), "ambient", "sidecar")
        assert (found.transport, found.missing, found.is_authenticated) == (expected, missing, None)


def test_running_pods_tell_by_their_label_whether_they_take_tunnels() -> None:
    pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: one, namespace: shop, uid: u, labels: {app: one LABEL}}
    spec: {containers: [{name: app, image: a}, {name: istio-proxy, image: p}]}
    status: {phase: Running}
    """
    asked = mesh_settings("defaultConfig: {proxyMetadata: {ISTIO_META_ENABLE_HBONE: 'true'}}")
    for label, expected in (("", "plaintext"), (", networking.istio.io/tunnel: http", "hbone")):
        mesh = scene(NAMESPACES, deployment("calm/cart"), pod.replace(" LABEL", label), asked)
        assert transport(mesh, the(mesh, "calm/cart"), the(mesh, "shop/one"), 8080).transport == expected


def test_waypoint_sends_tunnels_or_plaintext_and_never_the_meshs_tls() -> None:
    settings = mesh_settings("rootNamespace: istio-system")
    carried = {
        sort: from_waypoint(mesh, the(mesh, title), 8080).transport.value
        for sort, title in (
            ("sidecar", "shop/web"),
            ("tunnel", "shop/web"),
            ("ambient", "calm/web"),
            ("unmeshed", "bare/web"),
        )
        for mesh in [world(sort, settings)]
    }
    assert carried == {"sidecar": "plaintext", "tunnel": "hbone", "ambient": "hbone", "unmeshed": "plaintext"}
    strict = world("sidecar", settings, peer("shop", "STRICT"))
    assert from_waypoint(strict, the(strict, "shop/web"), 8080).transport == "broken"


def gateway(tls: str, protocol: str = "TLS") -> str:
    metadata = "{name: out, namespace: edge}"
    server = f"{{port: {{number: 80, name: p, protocol: {protocol}}}, hosts: ['*']{tls}}}"
    spec = f"{{selector: {{app: egress}}, servers: [{server}]}}"
    return f"apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {metadata}\nspec: {spec}\n"


@pytest.mark.parametrize(
    ("listens", "auto", "mutual", "simple", "outsider"),
    [
        (gateway("", "HTTP"), "plaintext", "broken", "broken", "plaintext"),
        (gateway(", tls: {mode: ISTIO_MUTUAL}"), "broken", "mtls", "broken", "broken"),
        (gateway(", tls: {mode: PASSTHROUGH}"), "app_tls", "unknown", "app_tls", "app_tls"),
        (gateway(", tls: {mode: AUTO_PASSTHROUGH}"), "app_tls", "unknown", "app_tls", "app_tls"),
        (gateway(", tls: {mode: SIMPLE, credentialName: c}", "HTTPS"), "app_tls", "broken", "app_tls", "app_tls"),
        ("", "plaintext", "unknown", "unknown", "unknown"),
    ],
)
def test_servers_of_a_gateway_decide_and_no_peer_authentication(
    listens: str, auto: str, mutual: str, simple: str, outsider: str
) -> None:
    base = (service("edge/egress"), peer("istio-system", "STRICT"), *([listens] if listens else []))
    host = "egress.edge.svc.cluster.local"
    sent = {
        setting: addressed(world("gateway", *base, *more), "sidecar", "gateway").transport.value
        for setting, more in (
            ("auto", ()),
            ("mutual", (rule(host, "tls: {mode: ISTIO_MUTUAL}"),)),
            ("simple", (rule(host, "tls: {mode: SIMPLE}"),)),
        )
    }
    assert sent == {"auto": auto, "mutual": mutual, "simple": simple}
    assert addressed(world("gateway", *base), "unmeshed", "gateway").transport == outsider
    assert addressed(world("gateway", *base), "ambient", "gateway").transport == auto


def test_gateway_whose_servers_are_not_loaded_asks_for_them() -> None:
    found = addressed(world("gateway", service("edge/egress")), "unmeshed", "gateway")
    assert found.missing == "the Gateway that listens on this port of 'Deployment edge/egress'"
    mesh = world("gateway", peer("istio-system", "STRICT"))
    mode = accepted(mesh, the(mesh, "edge/egress"), 8080)
    assert mode is not None
    assert mode.mode == "PERMISSIVE"


def test_listeners_of_the_gateway_api_are_looked_at_too() -> None:
    made = """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: egress, namespace: edge}
    spec: {gatewayClassName: istio, listeners: [{name: a, port: 80, protocol: TLS, tls: {mode: Passthrough}}]}
    """
    name = "gateway.networking.k8s.io/gateway-name: egress"
    mesh = world("gateway", service("edge/egress"), made)
    pods = the(mesh, "edge/egress")
    labelled = scene(
        NAMESPACES,
        made,
        service("edge/egress"),
        deployment("edge/egress", name).replace("name: app, image: app", "name: istio-proxy, image: p"),
    )
    assert transport(mesh, None, pods, 8080).transport == "unknown"
    assert transport(labelled, None, the(labelled, "edge/egress"), 8080).transport == "app_tls"
    handed_on = scene(
        NAMESPACES,
        deployment("shop/cart"),
        made,
        service("edge/egress"),
        deployment("edge/egress", name).replace("name: app, image: app", "name: istio-proxy, image: p"),
        rule("egress.edge.svc.cluster.local", "tls: {mode: ISTIO_MUTUAL}"),
    )
    found = transport(handed_on, the(handed_on, "shop/cart"), the(handed_on, "edge/egress"), 8080)
    missing = "what the routes of 'Deployment edge/egress' lead to, since it hands TLS on as it is"
    assert (found.transport, found.missing) == (UNKNOWN, missing)


def test_gateway_does_not_reach_a_service_that_is_not_exported_to_it() -> None:
    private = service("shop/web").replace("labels: {}", "annotations: {networking.istio.io/exportTo: '.'}")
    found = addressed(world("sidecar", private), "gateway", "sidecar")
    assert (found.transport, found.reason) == (
        "broken",
        "'Service shop/web' is not exported to the gateway's namespace",
    )


def test_label_takes_back_that_a_pod_speaks_the_meshs_tls() -> None:
    label, host = "security.istio.io/tlsMode: disabled", "web.shop.svc.cluster.local"
    for mode, expected in (("STRICT", "broken"), ("PERMISSIVE", "plaintext")):
        mesh = world("sidecar", service("shop/web"), peer("shop", mode), labels=label)
        assert addressed(mesh, "sidecar", "sidecar").transport == expected
    told = world("sidecar", service("shop/web"), rule(host, "tls: {mode: ISTIO_MUTUAL}"), labels=label)
    assert addressed(told, "sidecar", "sidecar").transport == "mtls"
    taker = world("tunnel", service("shop/web"), istiod(PILOT_ENABLE_AMBIENT="true"), labels=label)
    assert addressed(taker, "sidecar", "sidecar").transport == "hbone"


def test_two_services_that_are_reached_otherwise_leave_both_open_until_one_is_named() -> None:
    second = service("shop/other").replace("selector: {app: other}", "selector: {app: web}")
    plain = rule("other.shop.svc.cluster.local", "tls: {mode: DISABLE}")
    mesh = world("sidecar", service("shop/web"), second, plain)
    cart, web = the(mesh, "shop/cart"), the(mesh, "shop/web")
    found = transport(mesh, cart, web, 8080)
    missing = "which of 'Service shop/web', 'Service shop/other' the client addresses"
    assert (found.transport, found.missing) == (EITHER, missing)
    named = {one.name: transport(mesh, cart, web, 8080, one).transport.value for one in mesh.of_kind(SERVICE)}
    assert named == {"web": "mtls", "other": "plaintext"}
    strict = world("sidecar", service("shop/web"), second, plain, peer("shop", "STRICT"))
    refused = transport(strict, the(strict, "shop/cart"), the(strict, "shop/web"), 8080)
    assert (refused.transport, refused.missing) == (UNKNOWN, missing)


def test_port_that_the_addressed_service_lacks_is_not_reached() -> None:
    mesh = world("sidecar", service("shop/web"))
    (web,) = mesh.of_kind(SERVICE)
    found = transport(mesh, the(mesh, "shop/cart"), the(mesh, "shop/web"), 9090, web)
    assert (found.transport, found.reason) == ("broken", "no port of 'Service shop/web' leads to this port")


def test_alias_is_the_service_behind_it_and_rules_for_the_alias_do_not_count() -> None:
    alias = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: alias, namespace: shop}\n"
        "spec: {type: ExternalName, externalName: web.shop.svc.cluster.local}\n"
    )
    off = rule("alias.shop.svc.cluster.local", "tls: {mode: DISABLE}")
    mesh = world("sidecar", service("shop/web"), alias, off, peer("shop", "STRICT"))
    addressed_alias = mesh.find(SERVICE, "shop", "alias")
    assert transport(mesh, the(mesh, "shop/cart"), the(mesh, "shop/web"), 8080, addressed_alias).transport == "mtls"


def test_pod_address_that_a_headless_service_has_too_may_meet_its_listener() -> None:
    same_port = service("shop/web", ", clusterIP: None").replace("port: 80,", "port: 8080,")
    mesh = world("sidecar", same_port)
    found = addressed(mesh, "sidecar", "sidecar", by_pod=True)
    missing = "whether the client addresses the pod or a headless service, which have the same address"
    assert (found.transport, found.missing) == (EITHER, missing)
    assert (
        addressed(
            world("sidecar", service("shop/web", ", clusterIP: None")), "sidecar", "sidecar", by_pod=True
        ).transport
        == "plaintext"
    )


def test_headless_service_may_be_given_endpoints() -> None:
    unmeshed = deployment("shop/other", "set: all, sidecar.istio.io/inject: 'false'")
    headless = service("shop/web", ", clusterIP: None").replace("selector: {app: web}", "selector: {set: all}")
    told = istiod(PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES="true")
    documents = (headless, unmeshed, peer("shop", "STRICT"))
    assert addressed(world("sidecar", *documents, labels="set: all"), "sidecar", "sidecar").transport == "broken"
    assert addressed(world("sidecar", *documents, told, labels="set: all"), "sidecar", "sidecar").transport == "mtls"


def machine(account: str = "vm", location: str = "MESH_INTERNAL", ports: str = "") -> str:
    return (
        "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: vm, namespace: shop}\n"
        f"spec: {{hosts: [vm.example.com], location: {location}, resolution: STATIC,\n"
        "  workloadSelector: {labels: {app: vm}},\n"
        "  ports: [{number: 80, name: tcp, protocol: TCP, targetPort: 8080}]}\n---\n"
        "apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata: {name: vm, namespace: shop}\n"
        f"spec: {{address: 10.1.1.1, labels: {{app: vm}}{f', serviceAccount: {account}' if account else ''}{ports}}}\n"
    )


@pytest.mark.parametrize(
    ("entry", "port", "expected"),
    [
        (machine(), 8080, "mtls"),
        (machine(account=""), 8080, "unknown"),
        (machine(account="", location="MESH_EXTERNAL"), 8080, "plaintext"),
        (machine(location="MESH_EXTERNAL"), 8080, "broken"),
        (machine(ports=", ports: {tcp: 9090}"), 9090, "mtls"),
        (machine(ports=", ports: {tcp: 9090}"), 8080, "broken"),
    ],
)
def test_machine_behind_an_entry_is_reached_as_behind_a_service(entry: str, port: int, expected: str) -> None:
    mesh = scene(NAMESPACES, deployment("shop/cart"), entry, peer("shop", "STRICT"))
    (found,) = mesh.of_kind(SERVICE_ENTRY)
    assert transport(mesh, the(mesh, "shop/cart"), the(mesh, "shop/vm"), port).transport == expected
    named = transport(mesh, the(mesh, "shop/cart"), the(mesh, "shop/vm"), port, found).transport
    assert named == expected


@pytest.mark.parametrize(("mode", "expected"), [("PERMISSIVE", "either"), ("STRICT", "unknown")])
def test_client_of_which_the_mesh_is_not_known_leaves_the_edge_open(mode: str, expected: str) -> None:
    mesh = scene(
        NAMESPACES,
        deployment("new/cart"),
        deployment("shop/web"),
        service("shop/web"),
        peer("shop", mode),
        mesh_settings("rootNamespace: istio-system"),
        complete=Complete.NO,
    )
    found = transport(mesh, the(mesh, "new/cart"), the(mesh, "shop/web"), 8080)
    assert (found.transport, found.missing) == (expected, "the labels of namespace 'new'")


def test_objects_of_one_level_without_dates_matter_only_where_they_change_what_travels() -> None:
    two = peer("calm", "STRICT"), peer("calm", "PERMISSIVE", name="other")
    mesh = world("ambient", service("calm/web"), *two)
    assert addressed(mesh, "ambient", "ambient").transport == "hbone"
    found = addressed(mesh, "unmeshed", "ambient")
    missing = (
        "which of 'PeerAuthentication calm/default', 'PeerAuthentication calm/other' is the oldest, "
        "since that one counts alone"
    )
    assert (found.transport, found.missing) == (UNKNOWN, missing)


@pytest.mark.parametrize(
    ("modes", "outsider", "own"),
    [
        (("STRICT", "UNSET"), "unknown", "mtls"),
        (("DISABLE", "UNSET"), "plaintext", "either"),
        (("PERMISSIVE", "DISABLE"), "plaintext", "either"),
        (("STRICT", "DISABLE"), "unknown", "either"),
    ],
)
def test_of_objects_without_dates_only_their_own_modes_are_possible(
    modes: tuple[str, str], outsider: str, own: str
) -> None:
    two = [peer("shop", mode, name=f"pa-{number}") for number, mode in enumerate(modes)]
    for form in ("", ", clusterIP: None"):
        mesh = world("sidecar", service("shop/web", form), *two)
        assert addressed(mesh, "unmeshed", "sidecar").transport == outsider
        assert addressed(mesh, "sidecar", "sidecar").transport == own


@pytest.mark.parametrize("end", ["shop/cart", "shop/web"])
def test_application_without_a_proxy_chooses_for_itself(end: str) -> None:
    own = "inject.istio.io/templates: grpc-agent"
    pods = (deployment(title, annotations=own if title == end else "") for title in ("shop/cart", "shop/web"))
    mesh = scene(NAMESPACES, *pods, service("shop/web"))
    found = transport(mesh, the(mesh, "shop/cart"), the(mesh, "shop/web"), 8080)
    missing = f"which credentials the gRPC application of 'Deployment {end}' takes, since no proxy speaks for it"
    assert (found.transport, found.missing) == (UNKNOWN, missing)


KEEPS, CHOOSES = "loadBalancer: {simple: PASSTHROUGH}", "loadBalancer: {simple: RANDOM}"


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([KEEPS], "broken"),
        ([CHOOSES], "mtls"),
        ([f"{KEEPS}, portLevelSettings: [{{port: {{number: 80}}, {CHOOSES}}}]"], "mtls"),
        ([f"{CHOOSES}, portLevelSettings: [{{port: {{number: 80}}, {KEEPS}}}]"], "broken"),
        ([f"portLevelSettings: [{{port: {{number: 81}}, {KEEPS}}}]"], "mtls"),
        ([KEEPS, CHOOSES], "unknown"),
    ],
)
def test_rule_that_keeps_addresses_makes_automatic_mtls_all_or_nothing(policies: list[str], expected: str) -> None:
    host = "web.shop.svc.cluster.local"
    rules = [rule(host, one).replace("name: rule", f"name: rule-{number}") for number, one in enumerate(policies)]
    shared = service("shop/web").replace("selector: {app: web}", "selector: {set: all}")
    unmeshed = deployment("shop/other", "set: all, sidecar.istio.io/inject: 'false'")
    mesh = world("sidecar", shared, unmeshed, peer("shop", "STRICT"), *rules, labels="set: all")
    found = addressed(mesh, "sidecar", "sidecar")
    assert found.transport == expected
    missing = f"which DestinationRule for '{host}' is the oldest, since one of them passes addresses through"
    assert found.missing == (missing if expected == "unknown" else "")


def test_clients_that_nothing_tells_apart_share_an_answer_and_others_have_their_own() -> None:
    chosen = rule("web.shop.svc.cluster.local", "tls: {mode: DISABLE}")
    chosen = chosen.replace("spec: {", "spec: {workloadSelector: {matchLabels: {app: other}}, ")
    titles = {"cart": "", "third": "", "other": "", "bare": "traffic.sidecar.istio.io/excludeOutboundPorts: '80'"}
    pods = [deployment(f"shop/{name}", annotations=own) for name, own in titles.items()]
    mesh = scene(NAMESPACES, *pods, deployment("shop/web"), service("shop/web"), chosen)
    carried = {n: transport(mesh, the(mesh, f"shop/{n}"), the(mesh, "shop/web"), 8080).transport.value for n in titles}
    assert carried == {"cart": "mtls", "third": "mtls", "other": "plaintext", "bare": "plaintext"}
