"""Who may call a port: one decision table for each section of the semantics, with verdict and chain of every row."""

from collections.abc import Sequence

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.requests import HttpRequest
from tests.posture.linkerd.calls import NETS, WEB, answer, ask_web, client, links, mesh_ref, net_ref, running, town
from tests.posture.linkerd.objects import authorization, mesh_tls, networks, route, server, server_authorization
from tests.support.scene import the

DEFAULT = "config.linkerd.io/default-inbound-policy: "
IDENTITY = "config.linkerd.io/proxy-require-identity-inbound-ports: '80'"
SKIP = "config.linkerd.io/skip-inbound-ports: '80'"
OPAQUE = "config.linkerd.io/opaque-ports: '80'"
SERVER = server("shop/web", WEB)
PARENT = "group: policy.linkerd.io, kind: Server, name: web"
GATEWAY_API = "gateway.networking.k8s.io/v1"
ALL = mesh_tls("shop/all", "identities: ['*']")
CART = mesh_tls("shop/cart", "identityRefs: [{kind: ServiceAccount, name: cart}]")
NEAR = networks("shop/near", "{cidr: 10.0.0.0/16, except: [10.0.0.3]}")
POD = "Pod web /metadata/annotations"

Row = tuple[str, Sequence[str], str, str, str, list[str]]
"""Annotations of the server, more objects, client, request, verdict, chain."""

SELECTION: list[Row] = [
    ("linkerd.io/inject: disabled", [SERVER], "bare/cart", "GET /", "allowed", [f"{POD}/linkerd.io~1inject"]),
    (SKIP, [SERVER], "bare/cart", "GET /", "allowed", [f"{POD}/config.linkerd.io~1skip-inbound-ports"]),
    (SKIP, [SERVER], "shop/cart", "GET /", "allowed", [f"{POD}/config.linkerd.io~1skip-inbound-ports"]),
    ("", [], "bare/cart", "GET /", "allowed", ["Pod web"]),
    (f"{DEFAULT}deny", [], "shop/cart", "GET /", "denied", [f"{POD}/config.linkerd.io~1default-inbound-policy"]),
    (
        f"{DEFAULT}all-authenticated",
        [],
        "shop/cart",
        "GET /",
        "allowed",
        [f"{POD}/config.linkerd.io~1default-inbound-policy"] * 2,
    ),
    (
        f"{DEFAULT}all-authenticated",
        [],
        "bare/cart",
        "GET /",
        "denied",
        [f"{POD}/config.linkerd.io~1default-inbound-policy"] * 2 + ["Pod cart"],
    ),
    (
        f"{DEFAULT}cluster-unauthenticated",
        [],
        "bare/cart",
        "GET /",
        "allowed",
        [f"{POD}/config.linkerd.io~1default-inbound-policy"] * 2,
    ),
    (
        f"{DEFAULT}cluster-unauthenticated",
        [],
        "192.0.2.1",
        "GET /",
        "denied",
        [f"{POD}/config.linkerd.io~1default-inbound-policy"] * 2,
    ),
    (
        f"{DEFAULT}audit",
        [],
        "192.0.2.1",
        "GET /",
        "allowed",
        [f"{POD}/config.linkerd.io~1default-inbound-policy"] * 2,
    ),
    (
        IDENTITY,
        [],
        "bare/cart",
        "GET /",
        "denied",
        [f"{POD}/config.linkerd.io~1proxy-require-identity-inbound-ports"] * 2 + ["Pod cart"],
    ),
    ("", [SERVER], "shop/cart", "GET /", "denied", ["Server web"]),
    (IDENTITY, [server("shop/web", f"{WEB}, accessPolicy: all-unauthenticated")], "bare/cart", "GET /", "allowed", [
        "Server web", "Server web /spec/accessPolicy"
    ]),
    ("", [server("shop/web", f"{WEB}, accessPolicy: audit")], "bare/cart", "GET /", "allowed", [
        "Server web", "Server web /spec/accessPolicy"
    ]),
    ("", [server("shop/web", WEB.replace("80", "8080"))], "bare/cart", "GET /", "allowed", ["Pod web"]),
    ("", [server("shop/web", WEB.replace("80", "http"))], "bare/cart", "GET /", "denied", ["Server web"]),
    ("", [server("far/web", WEB)], "bare/cart", "GET /", "allowed", ["Pod web"]),
    ("", [SERVER, server("shop/two", WEB)], "bare/cart", "GET /", "unknown", ["Server web", "Server two"]),
]  # fmt: skip

POLICY = "AuthorizationPolicy p"


def granted(references: str, *more: str) -> list[str]:
    return [SERVER, authorization("shop/p", "Server/web", references), *more]


AUTHORIZED: list[Row] = [
    ("", granted(""), "192.0.2.1", "", "allowed", ["Server web", POLICY]),
    ("", granted(mesh_ref("all"), ALL), "far/cart", "", "allowed", ["Server web", POLICY, "MeshTLSAuthentication all"]),
    ("", granted(mesh_ref("all"), ALL), "bare/cart", "", "denied", ["Server web", POLICY, "Pod cart"]),
    ("", granted(mesh_ref("cart"), CART), "shop/cart", "", "allowed", [
        "Server web", POLICY, "MeshTLSAuthentication cart"
    ]),
    ("", granted(mesh_ref("cart"), CART), "far/cart", "", "denied", ["Server web", POLICY]),
    ("", granted("{kind: ServiceAccount, name: cart, namespace: far}"), "far/cart", "", "allowed", [
        "Server web", POLICY, f"{POLICY} /spec/requiredAuthenticationRefs/0"
    ]),
    ("", granted(net_ref("near"), NEAR), "bare/cart", "", "allowed", [
        "Server web", POLICY, "NetworkAuthentication near"
    ]),
    ("", granted(net_ref("near"), NEAR), "shop/other", "", "denied", ["Server web", POLICY]),
    ("", granted(net_ref("near"), NEAR), "shop/late", "", "unknown", [
        "Server web", POLICY, "NetworkAuthentication near"
    ]),
    ("", granted(f"{net_ref('near')}, {mesh_ref('all')}", NEAR, ALL), "shop/cart", "", "allowed", [
        "Server web", POLICY, "NetworkAuthentication near", "MeshTLSAuthentication all"
    ]),
    ("", granted(f"{net_ref('near')}, {mesh_ref('all')}", NEAR, ALL), "shop/other", "", "denied", [
        "Server web", POLICY
    ]),
    ("", granted(mesh_ref("all")), "shop/cart", "", "denied", [
        "Server web", f"{POLICY} /spec/requiredAuthenticationRefs/0"
    ]),
    ("", granted(net_ref("near"), NEAR, authorization("shop/q", "Server/web")), "shop/other", "", "allowed", [
        "Server web", "AuthorizationPolicy q"
    ]),
    ("", [SERVER, authorization("shop/p", "Namespace/shop", "", group="core")], "bare/cart", "", "allowed", [
        "Server web", POLICY
    ]),
    (f"{DEFAULT}deny", [authorization("shop/p", "Namespace/shop", "", group="core")], "shop/cart", "", "denied", [
        f"{POD}/config.linkerd.io~1default-inbound-policy"
    ]),
    ("", [SERVER, server_authorization("shop/p", "name: web", "unauthenticated: true")], "bare/cart", "", "allowed", [
        "Server web", "ServerAuthorization p"
    ]),
    ("", [SERVER, server_authorization("shop/p", "name: web", "unauthenticated: true")], "192.0.2.1", "", "denied", [
        "Server web", "ServerAuthorization p"
    ]),
    ("", [SERVER, server_authorization("shop/p", "name: web", "unauthenticated: true")], "bare/late", "", "allowed", [
        "Server web", "ServerAuthorization p"
    ]),
]  # fmt: skip

READ = route("shop/read", PARENT, "{matches: [{path: {value: /api}, method: GET}]}")
WRITE = route("shop/write", PARENT, "{matches: [{path: {value: /api}, method: POST}]}", api=GATEWAY_API)
GRPC = route("shop/call", PARENT, "{matches: [{method: {service: a.B, method: C}}]}", api=GATEWAY_API, kind="GRPCRoute")
READERS = authorization("shop/p", "HTTPRoute/read")
MATCH = "/spec/rules/0/matches/0"
PROBED = "containers: [{name: app, image: a, livenessProbe: {httpGet: {port: 80, path: '/live?x=1'}}}]"


def speaking(protocol: str) -> str:
    return server("shop/web", f"{WEB}, proxyProtocol: {protocol}")


ROUTED: list[Row] = [
    ("", [SERVER, READ, READERS], "bare/cart", "GET /api/x", "allowed", [
        "Server web", f"HTTPRoute read {MATCH}", POLICY
    ]),
    ("", [SERVER, READ, READERS], "bare/cart", "GET /", "denied", ["Server web", "HTTPRoute read"]),
    ("", [SERVER, READ, WRITE, READERS], "bare/cart", "POST /api", "denied", [
        "Server web", f"HTTPRoute write {MATCH}"
    ]),
    ("", [SERVER, READ, WRITE, READERS, authorization("shop/q", "Server/web")], "bare/cart", "POST /api", "allowed", [
        "Server web", f"HTTPRoute write {MATCH}", "AuthorizationPolicy q"
    ]),
    ("", [SERVER, READ, authorization("shop/q", "Server/web")], "bare/cart", "GET /", "denied", [
        "Server web", "HTTPRoute read"
    ]),
    ("", [SERVER, READ, READERS], "bare/cart", "", "unknown", [
        "Server web", f"HTTPRoute read {MATCH}", POLICY, "HTTPRoute read"
    ]),
    ("", [speaking("opaque"), READ, READERS], "bare/cart", "GET /api", "denied", ["Server web"]),
    ("", [speaking("TLS"), READ, authorization("shop/q", "Server/web")], "bare/cart", "GET /", "allowed", [
        "Server web", "AuthorizationPolicy q"
    ]),
    ("", [speaking("gRPC"), READ, GRPC, READERS], "bare/cart", "GET /api", "denied", ["Server web", "GRPCRoute call"]),
    ("", [speaking("gRPC"), GRPC, authorization("shop/q", "Server/web")], "bare/cart", "POST /a.B/C", "allowed", [
        "Server web", f"GRPCRoute call {MATCH}", "AuthorizationPolicy q"
    ]),
    ("", [speaking("HTTP/2"), GRPC, authorization("shop/q", "Server/web")], "bare/cart", "POST /x/y", "allowed", [
        "Server web", "AuthorizationPolicy q"
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("web", "documents", "who", "what", "verdict", "chain"), [*SELECTION, *AUTHORIZED, *ROUTED])
def test_table_of_servers_authorizations_and_routes(
    web: str, documents: Sequence[str], who: str, what: str, verdict: str, chain: list[str]
) -> None:
    assert answer(town(*documents, web=web), who, what) == (verdict, chain)


PROBE = ["Pod web /spec/containers/0/livenessProbe/httpGet"]


@pytest.mark.parametrize(
    ("documents", "web", "who", "what", "verdict", "chain"),
    [
        ([SERVER], "", "192.0.2.1", "GET /live", "allowed", PROBE),
        ([SERVER], "", "192.0.2.1", "GET /live?y=2", "allowed", PROBE),
        ([SERVER], "", "192.0.2.1", "POST /live", "denied", ["Server web"]),
        ([SERVER], "", "192.0.2.1", "GET /live/x", "denied", ["Server web"]),
        ([SERVER], "", "192.0.2.1", "", "denied", ["Server web", *PROBE]),
        ([SERVER, READ], "", "192.0.2.1", "GET /live", "denied", ["Server web", "HTTPRoute read"]),
        ([speaking("opaque")], "", "192.0.2.1", "GET /live", "denied", ["Server web"]),
        ([speaking("gRPC")], "", "192.0.2.1", "GET /live", "denied", ["Server web"]),
        ([], f"{DEFAULT}deny", "192.0.2.1", "GET /live", "allowed", PROBE),
        ([], f"{DEFAULT}deny, {OPAQUE}", "192.0.2.1", "GET /live", "denied", [
            f"{POD}/config.linkerd.io~1default-inbound-policy"
        ]),
    ],
)  # fmt: skip
def test_table_of_probes(
    documents: Sequence[str], web: str, who: str, what: str, verdict: str, chain: list[str]
) -> None:
    assert answer(town(*documents, web=web, spec=PROBED), who, what) == (verdict, chain)


def test_probes_come_from_their_networks_alone() -> None:
    values = f'{NETS}, policyController: {{probeNetworks: ["10.9.0.0/16"]}}'
    mesh = town(SERVER, values=values, spec=PROBED)
    assert [answer(mesh, who, "GET /live")[0] for who in ("10.9.0.1", "10.8.0.1")] == ["allowed", "denied"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "denied"),
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "allowed"),
    ],
)
def test_of_two_servers_the_oldest_decides_and_of_two_equal_matches_that_of_the_oldest_route(
    first: str, second: str, expected: str
) -> None:
    stamps = [f"creationTimestamp: '{stamp}'" for stamp in (first, second)]
    closed, opened = server("shop/web", WEB, stamps[0]), server("shop/b", f"{WEB}, accessPolicy: audit", stamps[1])
    assert answer(town(closed, opened), "bare/cart")[0] == expected
    one, other = (
        route(f"shop/{name}", PARENT).replace(f"name: {name},", f"name: {name}, {stamp},", 1)
        for name, stamp in zip(("read", "write"), stamps, strict=True)
    )
    mesh = town(SERVER, one, other, authorization("shop/p", "HTTPRoute/write"))
    assert answer(mesh, "bare/cart")[0] == expected


TWIN = READ.replace("name: read", "name: twin", 1)
OLDEST = "which of 'Server shop/web', 'Server shop/b' is the oldest, since that one counts alone"


@pytest.mark.parametrize(
    ("who", "documents", "missing"),
    [
        ("bare/cart", [SERVER, server("shop/b", WEB)], OLDEST),
        ("shop/late", granted(net_ref("near"), NEAR), "the address of Pod shop/late"),
        ("bare/cart", [SERVER, READ, READERS, TWIN], "which of the routes is older"),
    ],
)
def test_unknown_names_what_would_settle_it(who: str, documents: Sequence[str], missing: str) -> None:
    found = ask_web(town(*documents), who, "GET /api")
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, (missing,))


def test_request_that_is_known_in_part_names_the_parts_that_are_not() -> None:
    found = ask_web(town(SERVER, READ, READERS), "bare/cart", "")
    expected = [
        "the method of the request",
        "the path of the request",
        "the host of the request",
        "the headers of the request",
    ]
    assert (found.verdict, list(found.missing)) == (Verdict.UNKNOWN, expected)  # fmt: skip


def test_request_of_which_nothing_is_told_is_none() -> None:
    for documents, spec in (([SERVER, READ, READERS], ""), ([SERVER], PROBED), ([SERVER], "")):
        mesh = town(*documents, spec=spec)
        ends = client(mesh, "bare/cart"), the(mesh, "shop/web")
        told = [inbound_decision(mesh, *ends, 80, asked) for asked in (None, HttpRequest(host="web.shop"))]
        assert [one.verdict for one in told] == [told[0].verdict] * 2
        assert links(told[0]) == links(told[1])


def test_unknown_release_of_the_proxy_matters_where_a_method_and_a_header_are_weighed() -> None:
    by_method = route("shop/read", PARENT, "{matches: [{method: GET}]}")
    by_header = route("shop/write", PARENT, "{matches: [{headers: [{name: x-a, value: '1'}]}]}")
    documents = (SERVER, by_method, by_header, READERS)
    found = ask_web(town(*documents), "bare/cart", "GET /", x_a="1")
    told = "whether the server's proxy is of August 2026 or later, when methods began to count first"
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, (told,))
    assert ask_web(town(*documents, release=(25, 8, 1)), "bare/cart", "GET /", x_a="1").verdict is Verdict.DENIED
    assert ask_web(town(*documents), "bare/cart", "GET /").verdict is Verdict.ALLOWED


def test_what_is_not_loaded_leaves_it_open_and_the_loaded_objects_are_judged_beside() -> None:
    found = ask_web(town(SERVER, READ, READERS, complete=Complete.NO), "bare/cart", "GET /api")
    missing = ("the Servers, routes and authorizations of namespace 'shop'",)
    assert (found.verdict, found.loaded, found.missing) == (Verdict.UNKNOWN, Verdict.ALLOWED, missing)
    absent = ask_web(town(*granted(mesh_ref("gone")), complete=Complete.NO), "shop/cart", "GET /api")
    assert (absent.verdict, absent.loaded) == (Verdict.UNKNOWN, Verdict.DENIED)
    assert absent.missing == ("MeshTLSAuthentication shop/gone", *missing)
    whole = ask_web(town(SERVER), "bare/cart")
    assert (whole.verdict, whole.loaded) == (Verdict.DENIED, Verdict.DENIED)


@pytest.mark.parametrize(
    ("web", "documents", "who", "reason"),
    [
        ("linkerd.io/inject: disabled", [], "bare/cart", "the server is not in the mesh, so no proxy decides"),
        (SKIP, [], "bare/cart", "port 80 passes the server's proxy by"),
        ("", [], "bare/cart", "the default policy 'all-unauthenticated' lets the client in"),
        (f"{DEFAULT}audit", [], "bare/cart", "the default policy 'audit' lets everybody in and logs whom it would not"),
        (f"{DEFAULT}deny", [], "bare/cart", "the default policy 'deny' does not let the client in"),
        ("", [SERVER], "bare/cart", "nothing is authorized on the port"),
        ("", granted(mesh_ref("all"), ALL), "bare/cart", "no authorization lets the client in"),
        ("", granted(mesh_ref("all"), ALL), "shop/cart", "AuthorizationPolicy shop/p authorizes the client"),
        ("", [SERVER, READ], "bare/cart", "no route takes the request, so it is answered with 404"),
        ("", [SERVER, server("shop/b", WEB)], "bare/cart", "several Servers select the port"),
    ],
)
def test_reason_says_in_one_sentence_what_decided(web: str, documents: Sequence[str], who: str, reason: str) -> None:
    assert ask_web(town(*documents, web=web), who, "GET /").reason == reason


def test_rate_limit_is_a_remark_and_no_refusal() -> None:
    limit = (
        "apiVersion: policy.linkerd.io/v1alpha1\nkind: HTTPLocalRateLimitPolicy\nmetadata: {name: l, namespace: shop}\n"
        "spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web}, total: {requestsPerSecond: 1}}\n"
    )
    found = ask_web(town(*granted(""), limit), "bare/cart")
    assert (found.verdict, links(found)) == (
        Verdict.ALLOWED,
        ["Server web", POLICY, "HTTPLocalRateLimitPolicy l"],
    )


def test_machine_outside_has_the_identity_of_its_external_workload() -> None:
    machine = (
        "apiVersion: workload.linkerd.io/v1beta1\nkind: ExternalWorkload\nmetadata: {name: vm, namespace: shop}\n"
        "spec: {meshTLS: {identity: 'spiffe://mesh.local/vm', serverName: vm}, workloadIPs: [{ip: 192.0.2.7}]}\n"
    )
    exact, any_one = mesh_tls("shop/all", "identities: ['spiffe://mesh.local/vm']"), ALL
    for authentication, expected in ((exact, Verdict.ALLOWED), (any_one, Verdict.DENIED)):
        mesh = town(*granted(mesh_ref("all"), authentication), machine)
        assert ask_web(mesh, "192.0.2.7").verdict is expected


def test_client_past_its_own_proxy_has_no_identity() -> None:
    past = running("shop/past", "10.0.0.9", "config.linkerd.io/skip-outbound-ports: '80'")
    found = answer(town(*granted(mesh_ref("all"), ALL), past), "shop/past")
    skip = "Pod past /metadata/annotations/config.linkerd.io~1skip-outbound-ports"
    assert found[0] == "denied"
    assert skip in found[1]
    assert answer(town(*granted(""), past), "shop/past")[0] == "allowed"


def test_networks_that_pass_the_proxy_by_are_not_asked() -> None:
    web = "config.linkerd.io/skip-subnets: 10.0.2.0/24"
    mesh = town(SERVER, web=web)
    assert [answer(mesh, who)[0] for who in ("bare/cart", "192.0.2.1", "bare/late", "shop/cart")] == [
        "allowed",
        "denied",
        "unknown",
        "denied",
    ]
