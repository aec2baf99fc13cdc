"""Who may call a port, restated from what Linkerd's own code and tests say; each case names where.

The sources are files of `linkerd/linkerd2` (`*_api.rs` and `e2e_*.rs` of `policy-test/tests/`, `grpc/` of
`policy-controller/`, all else of `policy-controller/k8s/index/src/inbound/`) and of `linkerd/linkerd2-proxy` (those
that start with `policy`, of `linkerd/app/inbound/src/`), by the name of the test or function in them.
"""

import pytest

from tests.posture.linkerd.calls import NETS, WEB, answer, asked, mesh_ref, net_ref, running, town, verdict
from tests.posture.linkerd.objects import authorization, mesh_tls, networks, route, server, server_authorization

SERVER = server("shop/web", WEB)
ALL = mesh_tls("shop/all", "identities: ['*']")
OWN = mesh_tls("shop/all", "identityRefs: [{kind: Namespace, name: shop}]")
BLESSED = networks("shop/near", "{cidr: 10.0.0.2}, {cidr: 10.0.2.2}")
EVERYWHERE = networks("shop/near", "{cidr: 0.0.0.0/0}, {cidr: '::/0'}")
PARENT = "group: policy.linkerd.io, kind: Server, name: web"
GATEWAY_API = "gateway.networking.k8s.io/v1"
DEFAULT = "config.linkerd.io/default-inbound-policy: "
IDENTITY = "config.linkerd.io/proxy-require-identity-inbound-ports: '80'"
CLIENTS = "shop/cart", "far/cart", "bare/cart"
ADDRESSES = "shop/cart", "shop/other", "bare/cart", "bare/late"


def policy(*references: str, name: str = "p") -> str:
    return authorization(f"shop/{name}", "Server/web", ", ".join(references))


def older(client: str, name: str = "p") -> str:
    return server_authorization(f"shop/{name}", "name: web", client)


def by_path(name: str, path: str, kind: str = "Exact", method: str = "") -> str:
    more = f", method: {method}" if method else ""
    return route(f"shop/{name}", PARENT, f"{{matches: [{{path: {{type: {kind}, value: {path}}}{more}}}]}}")


ALLOWED, DENIED, UNKNOWN = "allowed", "denied", "unknown"
EVERYBODY, NOBODY, MESHED = (ALLOWED,) * 3, (DENIED,) * 3, (ALLOWED, ALLOWED, DENIED)
ACCOUNT = "{kind: ServiceAccount, name: cart, namespace: shop}"
LABELS = "selector: {matchLabels: {app: nobody}}"
SUFFIX = "serviceaccount.identity.linkerd.cluster.local"
ANY_MESHED = "meshTLS: {identities: ['*']}"
FROM_BLESSED = "networks: [{cidr: 10.0.0.2/32}, {cidr: 10.0.2.2/32}]"


@pytest.mark.parametrize(
    ("source", "documents", "expected"),
    [
        ("e2e_authorization_policy.rs: meshtls", [ALL, policy(mesh_ref("all"))], MESHED),
        (
            "e2e_authorization_policy.rs: targets_namespace",
            [ALL, authorization("shop/p", "Namespace/shop", mesh_ref("all"), group="")],
            MESHED,
        ),
        ("e2e_authorization_policy.rs: meshtls_namespace", [OWN, policy(mesh_ref("all"))], (ALLOWED, DENIED, DENIED)),
        ("e2e_authorization_policy.rs: empty_authentications", [policy()], EVERYBODY),
        ("e2e_server_authorization.rs: meshtls", [older(ANY_MESHED)], MESHED),
        ("inbound_api.rs: server_with_server_authorization, before it", [], NOBODY),
        ("inbound_api.rs: server_with_server_authorization", [older("unauthenticated: true")], EVERYBODY),
        ("inbound_api.rs: server_with_authorization_policy", [EVERYWHERE, policy(net_ref("near"))], EVERYBODY),
        ("e2e_audit.rs: server_audit, before it", [], NOBODY),
        (
            "tests/server_authorization.rs: links_server_authz_by_label",
            [server_authorization("shop/p", LABELS, ANY_MESHED)],
            NOBODY,
        ),
        ("index.rs: policy_client_authz, no such MeshTLSAuthentication", [policy(mesh_ref("all"))], NOBODY),
        ("index.rs: policy_client_authz, no such NetworkAuthentication", [policy(net_ref("near"))], NOBODY),
        (
            "index.rs: policy_client_authz, two MeshTLSAuthentications",
            [ALL, policy(mesh_ref("all"), mesh_ref("all"))],
            NOBODY,
        ),
        (
            "index.rs: client_authzs, a policy on a route is none of the Server",
            [by_path("r", "/other"), authorization("shop/p", "HTTPRoute/r")],
            NOBODY,
        ),
        (
            "tests/authorization_policy.rs: links_authorization_policy_with_service_account",
            [policy(ACCOUNT)],
            (ALLOWED, DENIED, DENIED),
        ),
        (
            "tests/authorization_policy.rs: links_authorization_policy_with_mtls_name",
            [mesh_tls("far/all", f"identities: [cart.far.{SUFFIX}]"), policy(mesh_ref("all, namespace: far"))],
            (DENIED, ALLOWED, DENIED),
        ),
        (
            "policy/tests.rs: authenticated_suffix",
            [mesh_tls("shop/all", "identities: ['*.cluster.local']"), policy(mesh_ref("all"))],
            MESHED,
        ),
        (
            "policy/tests.rs: authenticated_suffix, another",
            [mesh_tls("shop/all", "identities: ['*.example.com']"), policy(mesh_ref("all"))],
            NOBODY,
        ),
        (
            "policy/tests.rs: authenticated_identity",
            [mesh_tls("shop/all", f"identities: [cart.shop.{SUFFIX}]"), policy(mesh_ref("all"))],
            (ALLOWED, DENIED, DENIED),
        ),
        ("policy/tests.rs: tls_unauthenticated", [older("meshTLS: {unauthenticatedTLS: true}")], MESHED),
        (
            "policy.rs: is_not_authorized_for_suffixes_and_spiffe_id",
            [mesh_tls("shop/all", "identities: ['spiffe://mesh.local/cart']"), policy(mesh_ref("all"))],
            NOBODY,
        ),
    ],
)
def test_clients_by_identity(source: str, documents: list[str], expected: tuple[str, ...]) -> None:
    assert source
    assert tuple(asked(town(SERVER, *documents), *CLIENTS)) == expected


@pytest.mark.parametrize(
    ("source", "documents", "expected"),
    [
        (
            "e2e_authorization_policy.rs: network",
            [BLESSED, policy(net_ref("near"))],
            (ALLOWED, DENIED, ALLOWED, UNKNOWN),
        ),
        (
            "e2e_authorization_policy.rs: both",
            [BLESSED, ALL, policy(net_ref("near"), mesh_ref("all"))],
            (ALLOWED, DENIED, DENIED, DENIED),
        ),
        (
            "e2e_authorization_policy.rs: either",
            [BLESSED, ALL, policy(net_ref("near")), policy(mesh_ref("all"), name="q")],
            (ALLOWED, ALLOWED, ALLOWED, UNKNOWN),
        ),
        (
            "e2e_server_authorization.rs: network",
            [older(f"{FROM_BLESSED}, unauthenticated: true")],
            (ALLOWED, DENIED, ALLOWED, UNKNOWN),
        ),
        (
            "e2e_server_authorization.rs: both",
            [older(f"{FROM_BLESSED}, {ANY_MESHED}")],
            (ALLOWED, DENIED, DENIED, DENIED),
        ),
        (
            "e2e_server_authorization.rs: either",
            [older(f"{FROM_BLESSED}, unauthenticated: true"), older(ANY_MESHED, "q")],
            (ALLOWED, ALLOWED, ALLOWED, UNKNOWN),
        ),
        (
            "grpc/src/inbound.rs: to_authz, networks of the cluster",
            [older("unauthenticated: true")],
            (ALLOWED, ALLOWED, ALLOWED, ALLOWED),
        ),
        (
            "policy.rs: is_authorized, a network with exceptions",
            [networks("shop/near", "{cidr: 10.0.0.0/8, except: [10.0.2.0/24]}"), policy(net_ref("near"))],
            (ALLOWED, ALLOWED, DENIED, UNKNOWN),
        ),
    ],
)
def test_clients_by_address(source: str, documents: list[str], expected: tuple[str, ...]) -> None:
    assert source
    assert tuple(asked(town(SERVER, *documents), *ADDRESSES)) == expected


@pytest.mark.parametrize(
    ("source", "web", "value", "expected"),
    [
        (
            "tests/annotation.rs: default_policy_annotated, deny over the cluster's",
            f"{DEFAULT}deny",
            "all-unauthenticated",
            NOBODY,
        ),
        (
            "tests/annotation.rs: default_policy_annotated, all over deny",
            f"{DEFAULT}all-unauthenticated",
            "deny",
            EVERYBODY,
        ),
        (
            "tests/annotation.rs: default_policy_annotated, cluster-authenticated",
            f"{DEFAULT}cluster-authenticated",
            "deny",
            MESHED,
        ),
        ("tests/annotation.rs: default_policy_annotated_invalid", f"{DEFAULT}bogus", "deny", NOBODY),
        ("tests/annotation.rs: authenticated_annotated, all-unauthenticated", IDENTITY, "all-unauthenticated", MESHED),
        ("tests/annotation.rs: authenticated_annotated, deny", IDENTITY, "deny", NOBODY),
        ("tests/annotation.rs: authenticated_annotated, audit", IDENTITY, "audit", EVERYBODY),
        ("e2e_audit.rs: ns_audit, before it", "", "cluster-authenticated", MESHED),
        ("e2e_audit.rs: ns_audit", "", "audit", EVERYBODY),
    ],
)
def test_default_policies(source: str, web: str, value: str, expected: tuple[str, ...]) -> None:
    assert source
    mesh = town(web=web, values=f"{NETS}, proxy: {{defaultInboundPolicy: {value}}}")
    assert tuple(asked(mesh, *CLIENTS)) == expected


def test_audit_on_a_server_lets_everybody_in() -> None:
    """Source: e2e_audit.rs, server_audit; inbound_api.rs, server_with_audit_policy."""
    mesh = town(server("shop/web", f"{WEB}, accessPolicy: audit"))
    assert asked(mesh, *CLIENTS) == [ALLOWED, ALLOWED, ALLOWED]


def test_policies_on_routes_and_on_their_server() -> None:
    """Source: e2e_authorization_policy.rs, targets_route."""
    documents = [SERVER, ALL, by_path("root", "/"), by_path("roux", "/roux")]
    documents.append(authorization("shop/root-authz", "HTTPRoute/root", mesh_ref("all")))
    mesh = town(*documents)
    assert verdict(mesh, "shop/cart", "GET /") == ALLOWED
    missed = answer(mesh, "shop/cart", "GET /noroute")
    assert missed == (DENIED, ["Server web", "HTTPRoute root", "HTTPRoute roux"])
    assert verdict(mesh, "bare/cart", "GET /") == DENIED
    assert verdict(mesh, "shop/cart", "GET /roux") == DENIED
    assert verdict(town(*documents, policy(mesh_ref("all"))), "shop/cart", "GET /roux") == ALLOWED


def test_route_without_authorizations_and_with_one_on_all_networks() -> None:
    """Source: inbound_api.rs, server_with_http_route."""
    documents = [SERVER, by_path("metrics", "/metrics", method="GET")]
    assert verdict(town(*documents), "bare/cart", "GET /metrics") == DENIED
    documents += [EVERYWHERE, authorization("shop/p", "HTTPRoute/metrics", net_ref("near"))]
    assert verdict(town(*documents), "bare/cart", "GET /metrics") == ALLOWED
    assert verdict(town(*documents), "bare/cart", "GET /ready") == DENIED


def test_methods_of_one_http_route() -> None:
    """Source: policy/http/tests.rs, http_route."""
    mesh = town(
        SERVER,
        route("shop/get", PARENT, "{matches: [{method: GET}]}", api=GATEWAY_API),
        route("shop/post", PARENT, "{matches: [{method: POST}]}", api=GATEWAY_API),
        networks("shop/near", "{cidr: 10.0.0.2}"),
        authorization("shop/p", "HTTPRoute/get", net_ref("near"), group="gateway.networking.k8s.io"),
    )
    found = [answer(mesh, "shop/cart", f"{method} /") for method in ("GET", "POST", "DELETE")]
    assert [one for one, _ in found] == [ALLOWED, DENIED, DENIED]
    assert found[1][1] == ["Server web", "HTTPRoute post /spec/rules/0/matches/0"]
    assert found[2][1] == ["Server web", "HTTPRoute get", "HTTPRoute post"]


def test_methods_of_grpc_routes() -> None:
    """Source: policy/http/tests.rs, grpc_route."""
    mesh = town(
        server("shop/web", f"{WEB}, proxyProtocol: gRPC"),
        *(
            route(
                f"shop/{name}",
                PARENT,
                f"{{matches: [{{method: {{service: foo.bar.bah, method: {name}}}}}]}}",
                api=GATEWAY_API,
                kind="GRPCRoute",
            )
            for name in ("baz", "qux")
        ),
        authorization("shop/p", "GRPCRoute/baz", group="gateway.networking.k8s.io"),
    )
    calls = "POST /foo.bar.bah/baz", "POST /foo.bar.bah/qux", "POST /boo.bar.bah/bah", "GET /foo.bar.bah/baz"
    assert [verdict(mesh, "shop/cart", call) for call in calls] == [ALLOWED, DENIED, DENIED, DENIED]


def test_probes_of_a_pod_until_a_route_is_attached() -> None:
    """Source: tests/routes/http.rs, routes_created_for_probes."""
    get = "Probe: {httpGet: {port: 80, path: /"
    spec = f"containers: [{{name: app, image: a, liveness{get}live}}}}, readiness{get}ready}}}}}}]"
    values = f'{NETS}, policyController: {{probeNetworks: ["192.0.2.0/24"]}}, proxy: {{defaultInboundPolicy: deny}}'
    before, under, behind = (
        town(*documents, values=values, spec=spec) for documents in ([], [SERVER], [SERVER, by_path("foo", "/foo")])
    )
    for path, expected in (("/live", ALLOWED), ("/ready", ALLOWED), ("/", DENIED)):
        assert [verdict(mesh, "192.0.2.1", f"GET {path}") for mesh in (before, under)] == [expected, expected]
        assert verdict(behind, "192.0.2.1", f"GET {path}") == DENIED


def test_servers_in_the_order_of_their_creation() -> None:
    """Source: inbound_api.rs, servers_ordered_by_creation."""
    stamps = ["creationTimestamp: '2026-01-01T00:00:01Z'", "creationTimestamp: '2026-01-01T00:00:02Z'"]
    first = server("shop/z", f"{WEB}, accessPolicy: all-unauthenticated", stamps[0])
    second = server("shop/a", WEB, stamps[1])
    assert answer(town(first, second), "bare/cart") == (ALLOWED, ["Server z", "Server z /spec/accessPolicy"])
    assert answer(town(second), "bare/cart") == (DENIED, ["Server a"])


def test_servers_select_ports_by_name_and_number_and_their_own_pods() -> None:
    """Source: tests/server.rs, links_named_server_port, links_unnamed_server_port,
    server_update_deselects_pod."""
    named, numbered = server("shop/web", WEB.replace("80", "http")), server("shop/web", WEB.replace("80", "8080"))
    assert [verdict(town(one), "bare/cart", port=port) for one, port in ((named, 80), (numbered, 8080))] == [DENIED] * 2
    assert verdict(town(numbered), "bare/cart", port=80) == ALLOWED
    assert verdict(town(server("shop/web", WEB.replace("app: web", "app: other"))), "bare/cart") == ALLOWED


def test_opaque_port_keeps_the_default_policy() -> None:
    """Source: tests/annotation.rs, opaque_annotated."""
    for value, expected in (("all-authenticated", [ALLOWED, DENIED]), ("all-unauthenticated", [ALLOWED, ALLOWED])):
        web = f"config.linkerd.io/opaque-ports: '80', {DEFAULT}{value}"
        assert asked(town(web=web), "shop/cart", "bare/cart") == expected


def test_route_that_names_its_servers_port_is_dropped() -> None:
    """Source: routes.rs, ParentRef."""
    dropped = route("shop/r", f"{PARENT}, port: 80", "{matches: [{path: {value: /x}}]}")
    assert verdict(town(SERVER, dropped, policy()), "bare/cart", "GET /") == ALLOWED
    assert verdict(town(SERVER, by_path("r", "/x"), policy()), "bare/cart", "GET /") == DENIED


def test_names_of_routes_are_compared_without_letter_case() -> None:
    """Source: index.rs, route_client_authzs."""
    mesh = town(SERVER, by_path("root", "/"), authorization("shop/p", "httproute/ROOT"))
    assert verdict(mesh, "bare/cart", "GET /") == ALLOWED


def test_pod_without_a_proxy_is_open_whatever_its_servers_say() -> None:
    """Source: pkg/inject/report.go, disabledByAnnotation."""
    mesh = town(SERVER, running("shop/web", "10.0.0.1", "linkerd.io/inject: disabled"))
    assert asked(mesh, *CLIENTS) == [ALLOWED, ALLOWED, ALLOWED]
