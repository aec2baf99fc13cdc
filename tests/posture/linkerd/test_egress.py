"""Calls out of the cluster: which EgressNetwork decides, and what routes on it let through."""

from ipaddress import ip_address

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.linkerd.egress import OutsideCall, outbound_decision
from tests.posture.linkerd.calls import links, request, running, town
from tests.posture.linkerd.objects import namespace, route, service
from tests.support.scene import scene, the

GATEWAY_API = "gateway.networking.k8s.io/v1"
PARENT = "group: policy.linkerd.io, kind: EgressNetwork, name: out"
GET = "{matches: [{path: {type: Exact, value: /get}}]}"
FAR = "192.0.2.4"


def egress(title: str, policy: str, networks: str = "", metadata: str = "") -> str:
    home, _, name = title.partition("/")
    listed = f", networks: [{networks}]" if networks else ""
    return (
        "apiVersion: policy.linkerd.io/v1alpha1\nkind: EgressNetwork\n"
        f"metadata: {{name: {name}, namespace: {home}{metadata}}}\nspec: {{trafficPolicy: {policy}{listed}}}\n"
    )


def decide(
    mesh: MeshView, what: str = "", *, who: str = "shop/cart", to: str = FAR, port: int = 80, is_tls: bool = False
) -> Decision:
    return outbound_decision(mesh, the(mesh, who), OutsideCall(ip_address(to), port, request(what), is_tls))


def verdict(mesh: MeshView, what: str = "", *, port: int = 80, is_tls: bool = False) -> str:
    return decide(mesh, what, port=port, is_tls=is_tls).verdict.value


DENY, ALLOW = egress("shop/out", "Deny"), egress("shop/out", "Allow")
HTTP = route("shop/get", f"{PARENT}, port: 80", GET, api=GATEWAY_API)
TLS = route("shop/tls", f"{PARENT}, port: 443", api="gateway.networking.k8s.io/v1alpha2", kind="TLSRoute")
NAMED = TLS.replace("parentRefs", "hostnames: [httpbin.org], parentRefs")
TCP = route("shop/tcp", f"{PARENT}, port: 443", api="gateway.networking.k8s.io/v1alpha2", kind="TCPRoute")


def test_traffic_policy_decides_where_no_route_is() -> None:
    """Source: policy-test/tests/e2e_egress_network.rs, default_traffic_policy_http, default_traffic_policy_opaque."""
    for is_tls in (False, True):
        assert verdict(town(ALLOW), "GET /get httpbin.org", is_tls=is_tls) == "allowed"
        assert verdict(town(DENY), "GET /get httpbin.org", is_tls=is_tls) == "denied"
    assert links(decide(town(DENY))) == ["EgressNetwork out /spec/trafficPolicy"]


def test_http_route_lets_its_requests_through() -> None:
    """Source: policy-test/tests/e2e_egress_network.rs, explicit_allow_http_route."""
    mesh = town(DENY, HTTP)
    found = decide(mesh, "GET /get httpbin.org")
    assert (found.verdict, links(found)) == (
        Verdict.ALLOWED,
        ["EgressNetwork out", "HTTPRoute get /spec/rules/0/matches/0"],
    )
    assert verdict(mesh, "GET /ip httpbin.org") == "denied"
    assert verdict(mesh, "GET /get httpbin.org", port=8080) == "denied"
    assert verdict(mesh, "GET /get httpbin.org", is_tls=True) == "denied"
    assert verdict(mesh) == "unknown"
    assert verdict(town(ALLOW, HTTP)) == "allowed"


def test_tls_route_lets_its_server_names_through() -> None:
    """Source: policy-test/tests/e2e_egress_network.rs, explicit_allow_tls_route."""
    mesh = town(DENY, NAMED)
    assert verdict(mesh, "GET / httpbin.org", port=443, is_tls=True) == "allowed"
    assert verdict(mesh, "GET / google.com", port=443, is_tls=True) == "denied"
    assert verdict(mesh, port=443, is_tls=True) == "unknown"
    assert verdict(mesh, "GET / httpbin.org", port=443) == "unknown"
    assert verdict(town(DENY, TLS), port=443, is_tls=True) == "allowed"


def test_tcp_route_lets_its_port_through() -> None:
    """Source: policy-test/tests/e2e_egress_network.rs, explicit_allow_tcp_route."""
    mesh = town(DENY, TCP)
    assert verdict(mesh, "GET / httpbin.org", port=443, is_tls=True) == "allowed"
    assert verdict(mesh, "GET / google.com", port=80) == "denied"


@pytest.mark.parametrize(
    ("source", "documents", "expected"),
    [
        (
            "test_picks_smallest_cidr",
            [egress("shop/a", "Deny", "{cidr: 192.0.0.0/16}"), egress("shop/b", "Allow", "{cidr: 192.0.2.0/24}")],
            ("allowed", ["EgressNetwork b /spec/trafficPolicy"]),
        ),
        (
            "test_picks_local_ns",
            [
                egress("shop/a", "Allow", "{cidr: 192.0.0.0/16}"),
                egress("linkerd-egress/b", "Deny", "{cidr: 192.0.2.0/24}"),
            ],
            ("allowed", ["EgressNetwork a /spec/trafficPolicy"]),
        ),
        ("does_not_pick_network_in_unralated_ns", [egress("far/a", "Deny")], ("allowed", [])),
        (
            "test_picks_older_resource",
            [
                egress("shop/a", "Deny", metadata=", creationTimestamp: '2026-01-02T00:00:00Z'"),
                egress("shop/b", "Allow", metadata=", creationTimestamp: '2026-01-01T00:00:00Z'"),
            ],
            ("allowed", ["EgressNetwork b /spec/trafficPolicy"]),
        ),
        (
            "test_picks_alphabetical_order",
            [
                egress(f"shop/{name}", policy, metadata=", creationTimestamp: '2026-01-01T00:00:00Z'")
                for name, policy in (("b", "Allow"), ("a", "Deny"))
            ],
            ("denied", ["EgressNetwork a /spec/trafficPolicy"]),
        ),
        (
            "test_respects_exception",
            [
                egress("shop/b", "Deny", f"{{cidr: 192.0.0.0/16, except: [{FAR}]}}"),
                egress("shop/d", "Allow", "{cidr: 192.0.0.0/16}"),
            ],
            ("allowed", ["EgressNetwork d /spec/trafficPolicy"]),
        ),
        (
            "the global namespace",
            [egress("linkerd-egress/b", "Deny")],
            ("denied", ["EgressNetwork b /spec/trafficPolicy"]),
        ),
    ],
)
def test_one_egress_network_decides(source: str, documents: list[str], expected: tuple[str, list[str]]) -> None:
    """Source: index/src/outbound/index/egress_network.rs, by the name of the test."""
    assert source
    found = decide(town(*documents))
    assert (found.verdict.value, links(found)) == expected


def test_networks_of_one_age_differ_without_a_time() -> None:
    found = decide(town(egress("shop/a", "Deny"), egress("shop/b", "Allow")))
    assert found.verdict is Verdict.UNKNOWN
    assert found.missing == ("which of 'EgressNetwork shop/a', 'EgressNetwork shop/b' is the oldest",)
    assert decide(town(egress("shop/a", "Deny"), egress("shop/b", "Deny"))).verdict is Verdict.DENIED


def test_addresses_of_the_cluster_and_of_services_are_left_alone() -> None:
    assert decide(town(DENY), to="10.1.2.3").verdict is Verdict.ALLOWED
    web = service("shop/web", "{port: 80}", more=f", clusterIP: {FAR}")
    found = decide(town(DENY, web))
    assert (found.verdict, links(found)) == (Verdict.ALLOWED, ["Service web"])


def test_clients_without_a_proxy_in_between_are_not_held() -> None:
    skipping = "config.linkerd.io/skip-outbound-ports: '80'"
    assert decide(town(egress("bare/out", "Deny")), who="bare/cart").verdict is Verdict.ALLOWED
    mesh = town(DENY, web=skipping)
    assert [decide(mesh, who="shop/web", port=port).verdict.value for port in (80, 81)] == ["allowed", "denied"]


def test_routes_of_the_clients_namespace_count_for_it_alone() -> None:
    away = HTTP.replace("namespace: shop", "namespace: far").replace(
        "name: out", "name: out, namespace: linkerd-egress"
    )
    mesh = town(egress("linkerd-egress/out", "Deny"), away)
    asked = [decide(mesh, "GET /get h", who=who).verdict.value for who in ("far/cart", "shop/cart")]
    assert asked == ["allowed", "denied"]


def test_other_namespaces_may_hold_more() -> None:
    found = decide(town(DENY, complete=Complete.NO))
    assert (found.verdict, found.loaded) == (Verdict.UNKNOWN, Verdict.DENIED)
    assert found.missing == ("the EgressNetworks of namespace 'shop'",)
    elsewhere = decide(town(egress("linkerd-egress/out", "Deny"), complete=Complete.NO))
    assert elsewhere.missing == ("the EgressNetworks of namespace 'shop' and 'linkerd-egress'",)


def test_policy_that_does_not_exist_tells_nothing() -> None:
    found = decide(town(egress("shop/out", "Perhaps")))
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, ("the 'trafficPolicy' of EgressNetwork shop/out",))


CALLS = "{matches: [{method: {service: a.B}}]}"
GRPC = route("shop/call", f"{PARENT}, port: 80", CALLS, api=GATEWAY_API, kind="GRPCRoute")


def test_grpc_routes_make_the_port_one_of_grpc() -> None:
    mesh = town(DENY, GRPC, HTTP)
    asked = [verdict(mesh, what) for what in ("POST /a.B/C", "POST /a.C/D", "GET /get")]
    assert asked == ["allowed", "denied", "denied"]
    assert verdict(mesh, "POST /a.B/C", is_tls=True) == "unknown"


def test_routes_of_both_namespaces_are_not_weighed_against_each_other() -> None:
    near = HTTP.replace("namespace: shop", "namespace: linkerd-egress")
    away = HTTP.replace("namespace: shop", "namespace: far").replace(
        "name: out", "name: out, namespace: linkerd-egress"
    )
    mesh = town(egress("linkerd-egress/out", "Deny"), near, away.replace("/get", "/put"))
    found = decide(mesh, "GET /get h", who="far/cart")
    assert found.verdict is Verdict.UNKNOWN
    assert found.missing == ("which routes count where both namespaces have some",)
    assert decide(mesh, "GET /ip h", who="far/cart").verdict is Verdict.DENIED


def test_route_that_the_controller_does_not_accept_lets_nothing_through() -> None:
    parent = "parentRef: {kind: EgressNetwork, name: out}, controllerName: linkerd.io/policy-controller"
    refused = f"status: {{parents: [{{{parent}, conditions: [{{type: Accepted, status: 'False'}}]}}]}}\n"
    assert verdict(town(DENY, HTTP), "GET /get h") == "allowed"
    assert verdict(town(DENY, HTTP + refused), "GET /get h") == "denied"


def test_networks_of_the_cluster_that_are_not_known_are_named() -> None:
    mesh = scene(namespace(), running("shop/cart"), DENY, namespace("linkerd-egress", ""), complete=Complete.AUTO)
    found = decide(mesh)
    assert found.verdict is Verdict.UNKNOWN
    assert found.missing == ("the networks of the cluster (ConfigMap 'linkerd-config')",)


def test_client_whose_namespace_is_not_loaded_may_have_no_proxy() -> None:
    mesh = town(egress("gone/out", "Deny"), running("gone/cart"))
    found = decide(mesh, who="gone/cart")
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, ("the annotations of namespace 'gone'",))
