"""Linkerd: which connections are mTLS, whom a port lets in by default, as whom a client is known, what surprises."""

import pytest

from service_mesh.mesh.view import MeshView
from tests.posture.linkerd.calls import mesh_ref, net_ref
from tests.posture.linkerd.objects import authorization, config, mesh_tls, namespace, networks, route, server, service
from tests.posture.tables.asking import manifest, said
from tests.support.scene import deployment, scene

Setting = dict[str, str]
"""Annotations of the server (`web`) or of the client (`cart`), or more of the server's pod (`pod`)."""

CALL, OTHER, FAR = (f"{client} > shop/web:8080" for client in ("shop/cart", "bare/cart", "192.0.2.1"))
SKIP_IN, SKIP_OUT = "config.linkerd.io/skip-inbound-ports: '8080'", "config.linkerd.io/skip-outbound-ports: '80'"
IDENTITY = "config.linkerd.io/proxy-require-identity-inbound-ports: '8080'"
OPAQUE, INJECT, WRONG = (
    "config.linkerd.io/opaque-ports: '8080'",
    "linkerd.io/inject: enabled",
    "linkerd.io/inject: 'true'",
)
LATE = deployment("bare/late").replace("{name: late,", f"{{annotations: {{{INJECT}}}, name: late,", 1)
"""Its annotation stands at the Deployment, where the injector does not look."""
OPEN = "podSelector: {matchLabels: {app: web}}, port: 8080, accessPolicy: all-unauthenticated"
WEB = server("shop/web", "podSelector: {matchLabels: {app: web}}, port: 8080")
ALL = mesh_tls("shop/all", "identities: ['*']")
ACCOUNT = mesh_tls("shop/all", "identityRefs: [{kind: ServiceAccount, name: default}]")
GRANT = authorization("shop/p", "Server/web", mesh_ref("all"))
NET, NEAR = authorization("shop/p", "Server/web", net_ref("near")), networks("shop/near", "{cidr: 0.0.0.0/0}")

SERVER, BARE_CART, BARE_WEB = "Deployment shop/web", "Deployment bare/cart", "Deployment bare/web"
SHOP = "Namespace shop /metadata/annotations/linkerd.io~1inject"
NOTES = f"{SERVER} /spec/template/metadata/annotations"
OF_POD, SKIPPED = (f"{NOTES}/config.linkerd.io~1{name}" for name in ("default-inbound-policy", "skip-inbound-ports"))
ASKS = f"{NOTES}/config.linkerd.io~1proxy-require-identity-inbound-ports"
INJECTS = f"{NOTES}/linkerd.io~1inject"
SENT_PAST = "Deployment shop/cart /spec/template/metadata/annotations/config.linkerd.io~1skip-outbound-ports"
OF_SERVER, BY_P, BY_ALL = "Server shop/web", "AuthorizationPolicy shop/p", "MeshTLSAuthentication shop/all"
NETWORK = "NetworkPolicy shop/np"


def w(annotations: str) -> Setting:
    return {"web": annotations}


def c(annotations: str) -> Setting:
    return {"cart": annotations}


def policy(value: str) -> Setting:
    """The default inbound policy of the server."""
    return w(f"config.linkerd.io/default-inbound-policy: {value}")


def on_node() -> Setting:
    return {"pod": "hostNetwork: true"}


def named(who: str) -> str:
    """An authentication of one account, as `NAME.NAMESPACE`."""
    return mesh_tls("shop/all", f"identities: [{who}.serviceaccount.identity.linkerd.cluster.local]")


def open_at(port: int) -> str:
    spec = f"podSelector: {{}}, ingress: [{{ports: [{{port: {port}}}]}}]"
    return manifest("networking.k8s.io/v1/NetworkPolicy", "shop/np", spec)


def town(*parts: str | Setting) -> MeshView:
    """`cart` and `web` in `shop` (in the mesh) and `bare` (not), and more."""
    set_: Setting = {}
    for part in parts:
        set_ |= part if isinstance(part, dict) else {}
    return scene(
        config("clusterNetworks: 10.0.0.0/8"),
        namespace(),
        namespace("bare", ""),
        deployment("shop/web", annotations=set_.get("web", ""), pod=set_.get("pod", "")),
        deployment("shop/cart", annotations=set_.get("cart", "")),
        deployment("bare/cart"),
        deployment("bare/web"),
        service("shop/web", "{port: 80, targetPort: 8080}"),
        *(part for part in parts if isinstance(part, str)),
        releases={"linkerd": (26, 10, 1)},
    )


Row = tuple[list[str | Setting], str, str, list[str]]

CARRIED: list[Row] = [
    ([], CALL, "allowed mtls authorization", [SERVER]),
    ([], OTHER, "allowed plaintext authorization", [SERVER]),
    ([], "shop/cart > bare/web:8080", "allowed plaintext", [SHOP, BARE_WEB]),
    ([], "bare/cart > bare/web:8080", "allowed plaintext", []),
    (
        [namespace("quiet", "linkerd.io/inject: disabled"), deployment("quiet/cart", annotations=INJECT)],
        "quiet/cart > shop/web:8080",
        "allowed mtls authorization",
        [SERVER],
    ),
    ([w("linkerd.io/inject: disabled")], CALL, "allowed plaintext", [SHOP, INJECTS]),
    ([w("linkerd.io/inject: ingress")], CALL, "allowed mtls authorization", [SERVER]),
    ([w(WRONG)], CALL, "allowed plaintext", [SHOP, INJECTS]),
    ([on_node()], CALL, "allowed plaintext", [SHOP, "Deployment shop/web /spec/template/spec/hostNetwork"]),
    ([w(SKIP_IN)], CALL, "allowed plaintext authorization", [SKIPPED]),
    ([w(SKIP_IN)], OTHER, "allowed plaintext authorization", [SKIPPED]),
    ([c(SKIP_OUT)], CALL, "allowed plaintext authorization", [SERVER]),
    ([c(SKIP_OUT), policy("all-authenticated")], CALL, "denied broken transport", [SHOP, SHOP, SENT_PAST, OF_POD]),
    ([w(OPAQUE)], CALL, "allowed mtls authorization", [SERVER]),
    ([], "shop/cart > shop/web:4567", "allowed plaintext", [SHOP, SHOP]),
    ([], "shop/cart > shop/web:8080/udp", "allowed plaintext", []),
    ([], "shop/cart > 192.0.2.1:443", "allowed outside", []),
]
BY_DEFAULT: list[Row] = [
    ([policy("all-unauthenticated")], CALL, "allowed mtls authorization", [OF_POD, OF_POD]),
    ([policy("all-unauthenticated")], OTHER, "allowed plaintext authorization", [OF_POD, OF_POD]),
    ([policy("all-unauthenticated")], FAR, "allowed plaintext authorization", [OF_POD, OF_POD]),
    ([policy("all-authenticated")], CALL, "allowed mtls authorization", [OF_POD, OF_POD]),
    ([policy("all-authenticated")], OTHER, "denied broken transport", [BARE_CART, SHOP, OF_POD]),
    ([policy("all-authenticated")], FAR, "denied broken transport", [SHOP, OF_POD]),
    ([policy("cluster-unauthenticated")], CALL, "allowed mtls authorization", [OF_POD, OF_POD]),
    ([policy("cluster-unauthenticated")], OTHER, "allowed plaintext authorization", [OF_POD, OF_POD]),
    ([policy("cluster-unauthenticated")], FAR, "denied plaintext authorization", [OF_POD, OF_POD]),
    ([policy("cluster-authenticated")], CALL, "allowed mtls authorization", [OF_POD, OF_POD]),
    ([policy("cluster-authenticated")], OTHER, "denied broken transport", [BARE_CART, SHOP, OF_POD]),
    ([policy("cluster-authenticated")], FAR, "denied broken transport", [SHOP, OF_POD]),
    ([policy("deny")], CALL, "denied mtls authorization", [OF_POD]),
    ([policy("deny")], OTHER, "denied broken transport", [BARE_CART, SHOP, OF_POD]),
    ([policy("deny")], FAR, "denied broken transport", [SHOP, OF_POD]),
    ([policy("audit")], CALL, "allowed mtls authorization", [OF_POD, OF_POD]),
    ([policy("audit")], OTHER, "allowed plaintext authorization", [OF_POD, OF_POD]),
    ([policy("audit")], FAR, "allowed plaintext authorization", [OF_POD, OF_POD]),
    ([w(IDENTITY)], CALL, "allowed mtls authorization", [ASKS, ASKS]),
    ([w(IDENTITY)], OTHER, "denied broken transport", [BARE_CART, SHOP, ASKS]),
    (
        [w(IDENTITY), server("shop/web", OPEN)],
        OTHER,
        "allowed plaintext authorization",
        [OF_SERVER, "Server shop/web /spec/accessPolicy"],
    ),
    ([WEB, NET, NEAR], OTHER, "allowed plaintext authorization", [OF_SERVER, BY_P, "NetworkAuthentication shop/near"]),
]
IDENTIFIED: list[Row] = [
    ([WEB, GRANT, named("default.shop")], CALL, "allowed mtls authorization", [OF_SERVER, BY_P, BY_ALL]),
    ([WEB, GRANT, named("default.bank")], CALL, "denied mtls authorization", [OF_SERVER, BY_P]),
    ([WEB, GRANT, ACCOUNT], CALL, "allowed mtls authorization", [OF_SERVER, BY_P, BY_ALL]),
    ([WEB, GRANT, ALL], CALL, "allowed mtls authorization", [OF_SERVER, BY_P, BY_ALL]),
    ([WEB, GRANT, ALL], OTHER, "denied broken transport", [BARE_CART, SHOP, OF_SERVER, BY_P]),
    ([WEB, GRANT, ALL, c(SKIP_OUT)], CALL, "denied broken transport", [SHOP, SHOP, SENT_PAST, OF_SERVER, BY_P]),
]
SURPRISING: list[Row] = [
    ([], OTHER, "allowed plaintext authorization", [SERVER]),
    ([WEB], OTHER, "denied broken transport", [BARE_CART, SHOP, OF_SERVER]),
    (
        [LATE, WEB, GRANT, ALL],
        "bare/late > shop/web:8080",
        "denied broken transport",
        ["Deployment bare/late", SHOP, OF_SERVER, BY_P],
    ),
    ([open_at(8080)], CALL, "denied mtls network-ingress", [NETWORK]),
    ([open_at(4143)], CALL, "allowed mtls authorization", [SERVER]),
    ([open_at(4143)], OTHER, "denied plaintext network-ingress", [NETWORK]),
]


PARENT = "group: policy.linkerd.io, kind: Server, name: web"
FIRST = "/spec/rules/0/matches/0"
ALLOWED, DENIED = "allowed plaintext authorization", "denied plaintext authorization"


def to(name: str, match: str, day: int = 0) -> str:
    """A route on the Server; `open` lets everybody in, `shut` nobody."""
    made = route(f"shop/{name}", PARENT, f"{{matches: [{{{match}}}]}}")
    stamp = f"creationTimestamp: '2026-01-0{day}T00:00:00Z'"
    return made.replace(f"name: {name},", f"name: {name}, {stamp},", 1) if day else made


@pytest.mark.parametrize(
    ("routes", "request_", "expected", "winner"),
    [
        ([to("open", "path: {type: Exact, value: /a}"), to("shut", "path: {value: /}")], "GET /a", ALLOWED, "open"),
        ([to("open", "path: {type: Exact, value: /a}"), to("shut", "path: {value: /}")], "GET /b", DENIED, "shut"),
        ([to("open", "path: {value: /a/b}"), to("shut", "path: {value: /a}")], "GET /a/b/c", ALLOWED, "open"),
        ([to("open", "path: {value: /}, method: GET"), to("shut", "path: {value: /}")], "GET /a", ALLOWED, "open"),
        (
            [to("open", "path: {value: /}, headers: [{name: x-a, value: '1'}]"), to("shut", "path: {value: /}")],
            "GET /a h x-a=1",
            ALLOWED,
            "open",
        ),
        ([to("open", "path: {value: /a}", 1), to("shut", "path: {value: /a}", 2)], "GET /a", ALLOWED, "open"),
        ([to("open", "path: {value: /a}", 2), to("shut", "path: {value: /a}", 1)], "GET /a", DENIED, "shut"),
        ([to("open", "path: {value: /a}", 1), to("a-shut", "path: {value: /a}", 1)], "GET /a", DENIED, "a-shut"),
    ],
)
def test_most_specific_route_wins_then_the_oldest_then_the_first_by_name(
    routes: list[str], request_: str, expected: str, winner: str
) -> None:
    found = said(town(WEB, authorization("shop/p", "HTTPRoute/open"), *routes), f"{OTHER} {request_}")
    granted = [BY_P] if winner == "open" else []
    assert found == (expected, [OF_SERVER, f"HTTPRoute shop/{winner} {FIRST}", *granted])


@pytest.mark.parametrize(("parts", "call", "expected", "chain"), [*CARRIED, *BY_DEFAULT, *IDENTIFIED, *SURPRISING])
def test_call_in_linkerds_mesh(parts: list[str | Setting], call: str, expected: str, chain: list[str]) -> None:
    assert said(town(*parts), call) == (expected, chain)
