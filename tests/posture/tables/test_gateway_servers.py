"""Where Istio's Gateways send what comes to them: servers at a port, what is bound to them, TLS and connections."""

import pytest

from service_mesh.mesh.view import Complete
from tests.posture.istio.meshes import istiod
from tests.posture.kubernetes.objects import namespace
from tests.posture.tables.asking import manifest
from tests.posture.tables.gateways import Sent, istio_gateway, missing, sent, virtual_service
from tests.posture.tables.servers import (
    FORWARDED,
    GATE,
    GATEWAY,
    GET,
    INGRESS,
    NOTHING,
    OPEN,
    REFUSED,
    SERVICE,
    SHOP,
    SIMPLE,
    WEB,
    WILD,
    aged,
    at,
    by,
    http,
    matched,
    route,
    server,
)
from tests.support.scene import deployment, scene

MADE = manifest(
    "gateway.networking.k8s.io/v1/Gateway",
    "edge/own",
    "gatewayClassName: istio, addresses: [{type: Hostname, value: ingress}], "
    "listeners: [{name: http, port: 80, protocol: HTTP}]",
)

BINDING: list[tuple[str, list[str], str, Sent]] = [
    ("a route", [GATEWAY, WEB], GET, by()),
    ("no route", [GATEWAY], GET, NOTHING),
    (
        "no server at the port",
        [GATEWAY, WEB],
        f"{SHOP}:81 GET /",
        Sent(REFUSED, ["Gateway edge/public /spec/servers"], []),
    ),
    ("a route for sidecars alone", [GATEWAY, WEB.replace("[edge/public]", "[mesh]")], GET, NOTHING),
    ("a gateway of that name elsewhere", [GATEWAY, WEB.replace("[edge/public]", "[public]")], GET, NOTHING),
    (
        "a short name in the Gateway's namespace",
        [
            GATEWAY,
            WEB.replace("[edge/public]", "[mesh, public]")
            .replace("shop,", "edge,")
            .replace("namespace: shop", "namespace: edge"),
        ],
        GET,
        by("edge/web"),
    ),
    ("another host", [GATEWAY, virtual_service("shop/web", "other.example.com", http(route("web")))], GET, NOTHING),
    ("a server for other hosts", [istio_gateway(server(hosts="'*.example.org'")), WEB], GET, NOTHING),
    ("routes of a namespace that the server names", [istio_gateway(server(hosts="shop/*")), WEB], GET, by()),
    ("and of another one", [istio_gateway(server(hosts="bank/*")), WEB], GET, NOTHING),
    ("of the Gateway's own namespace", [istio_gateway(server(hosts="./*")), WEB], GET, NOTHING),
    ("of every namespace", [istio_gateway(server(hosts="'*/*.example.com'")), WEB], GET, by()),
    (
        "private to another namespace",
        [INGRESS, GATEWAY, virtual_service("shop/web", SHOP, http(route("web")), more="exportTo: ['.']")],
        GET,
        NOTHING,
    ),
    (
        "exported to the namespace of the pods",
        [INGRESS, GATEWAY, virtual_service("shop/web", SHOP, http(route("web")), more="exportTo: [edge]")],
        GET,
        by(),
    ),
    (
        "Gateways of unknown age with one host, whose routes apply together",
        [
            GATEWAY,
            istio_gateway(server(), "bank/more"),
            WEB,
            WEB.replace("edge/public", "bank/more").replace("name: web", "name: more"),
        ],
        GET,
        Sent(
            "forwarded | forwarded",
            ["VirtualService shop/web /spec/http/0", at(), "VirtualService shop/more /spec/http/0"],
            ["web.shop", "web.shop"],
        ),
    ),
    (
        "servers at different addresses",
        [istio_gateway(f"{server()}, {server().replace('{port: {', '{bind: 10.0.0.1, port: {')}"), WEB],
        GET,
        Sent(OPEN, [at()], []),
    ),
    (
        "pods that a Gateway of the Gateway API has too",
        [INGRESS, SERVICE, MADE, GATEWAY, WEB],
        GET,
        Sent(OPEN, by().chain, []),
    ),
    (
        "servers name the port of the Service or of the pod",
        [INGRESS, SERVICE, istio_gateway(server(number=8080)), WEB],
        GET,
        by(),
    ),
    (
        "a Gateway for the same pods",
        [
            INGRESS,
            istio_gateway(server(hosts="other.example.com"), metadata=aged(1)),
            istio_gateway(server(), "bank/more", aged(2)),
            WEB.replace("edge/public", "bank/more"),
        ],
        GET,
        by(server=at(0, "bank/more")),
    ),
    (
        "a Gateway with the same selector, where no pod is loaded",
        [
            istio_gateway(server(hosts="other.example.com")),
            istio_gateway(server(), "bank/more"),
            WEB.replace("edge/public", "bank/more"),
        ],
        GET,
        by(server=at(0, "bank/more")),
    ),
    (
        "a Gateway for the same pods that may look in its namespace alone",
        [
            istiod(PILOT_SCOPE_GATEWAY_TO_NAMESPACE="true"),
            INGRESS,
            GATEWAY,
            istio_gateway(server(), "bank/more"),
            WEB.replace("edge/public", "bank/more"),
        ],
        GET,
        NOTHING,
    ),
]

WEIGHTED = (
    "{route: [{destination: {host: web.shop.svc.cluster.local, subset: v1, port: {number: 8080}}, weight: 95}, "
    "{destination: {host: web.shop.svc.cluster.local, subset: v2}, weight: 5}]}"
)
HTTPS = istio_gateway(f"{server(tls='httpsRedirect: true')}, {server('HTTPS', number=443, tls=SIMPLE)}")
TWO = istio_gateway(
    f"{server('HTTPS', SHOP, 443, SIMPLE)}, {server('HTTPS', WILD, 443, SIMPLE).replace('https-443', 'all')}"
)
TO_HTTPS = Sent(REFUSED, ["Gateway edge/public /spec/servers/0/tls/httpsRedirect"], [])
ACTIONS: list[tuple[str, list[str], str, Sent]] = [
    (
        "weights and subsets",
        [GATEWAY, virtual_service("shop/web", SHOP, http(WEIGHTED))],
        GET,
        Sent(FORWARDED, by().chain, ["web.shop:8080/v1 95", "web.shop/v2 5"]),
    ),
    (
        "a redirect",
        [GATEWAY, virtual_service("shop/web", SHOP, http("{redirect: {uri: /new}}"))],
        GET,
        Sent(REFUSED, ["VirtualService shop/web /spec/http/0/redirect", *by().chain], []),
    ),
    (
        "a rewrite",
        [
            GATEWAY,
            virtual_service("shop/web", SHOP, http(route("web", "match: [{uri: {prefix: /v1}}], rewrite: {uri: /v2}"))),
        ],
        f"{SHOP}:80 GET /v1/items",
        by(match=0)._replace(backends=["web.shop /v2/items"]),
    ),
    ("a redirect of the server", [HTTPS, WEB], GET, TO_HTTPS),
    ("a redirect without a route", [HTTPS], GET, TO_HTTPS),
    ("the same by TLS", [HTTPS, WEB], f"{SHOP}:443 GET /", by(server=at(1))),
    (
        "whoever ended TLS before the gateway",
        [HTTPS, WEB],
        f"{GET} x-forwarded-proto=https",
        Sent("refused | forwarded", [*TO_HTTPS.chain, *by().chain], ["web.shop"]),
    ),
    ("a client with TLS at a server for HTTP", [GATEWAY, WEB], f"tls://{SHOP}:80 GET /", NOTHING),
    ("a client without TLS at one for HTTPS", [HTTPS, WEB], f"clear://{SHOP}:443 GET /", Sent(REFUSED, [at(1)], [])),
    (
        "the scheme that a client used",
        [
            HTTPS,
            virtual_service(
                "shop/web", SHOP, http(matched("v2", "scheme: {exact: http}"), matched("web", "scheme: {exact: https}"))
            ),
        ],
        f"{SHOP}:443 GET /",
        by(rule=1, match=0, server=at(1)),
    ),
    ("the server with the most special host takes TLS", [TWO, WEB], f"{SHOP}:443 GET /", by()),
    (
        "and the other one the others",
        [TWO, virtual_service("shop/all", WILD, http(route("all")))],
        "a.example.com:443 GET /",
        by("shop/all", to="all", server=at(1)),
    ),
    ("no server for the name", [TWO, WEB], "shop.example.org:443 GET /", NOTHING),
    (
        "a server with a host that an earlier one has is dropped",
        [
            istio_gateway(
                f"{server('HTTPS', SHOP, 443, SIMPLE)}, {server('HTTPS', SHOP + ', a.example.com', 443, SIMPLE)}"
            ),
            virtual_service("shop/web", "a.example.com", http(route("web"))),
        ],
        "a.example.com:443 GET /",
        NOTHING,
    ),
    (
        "Gateways of unknown age with one host",
        [
            INGRESS,
            istio_gateway(server("HTTPS", SHOP, 443, SIMPLE)),
            istio_gateway(server("HTTPS", SHOP, 443, SIMPLE), "bank/more"),
            WEB,
        ],
        f"{SHOP}:443 GET /",
        Sent(OPEN, [at()], []),
    ),
    (
        "protocols that do not go together",
        [istio_gateway(f"{server()}, {server('TCP')}"), WEB],
        GET,
        Sent(OPEN, [at()], []),
    ),
]

PASSED_ON = istio_gateway(server("TLS", number=443, tls="mode: PASSTHROUGH"))


def tls(name: str, host: str) -> str:
    return route(name, f"match: [{{port: 443, sniHosts: [{host}]}}]")


SNI = virtual_service("shop/web", SHOP, f"tls: [{tls('web', SHOP)}]")
TCP = istio_gateway(server("TCP", number=5432))
CONNECTIONS: list[tuple[str, list[str], str, Sent]] = [
    ("TLS that is passed on", [PASSED_ON, SNI], f"{SHOP}:443", by(match=0, part="tls")),
    ("which no rule for requests takes", [PASSED_ON, WEB], f"{SHOP}:443 GET /", NOTHING),
    (
        "the most special name",
        [
            PASSED_ON,
            virtual_service(
                "shop/web",
                WILD,
                f"tls: [{tls('all', WILD)}, {tls('web', SHOP)}]",
            ),
        ],
        f"{SHOP}:443",
        by(rule=1, match=0, part="tls"),
    ),
    (
        "two of unknown age",
        [
            PASSED_ON,
            virtual_service("shop/a", SHOP, f"tls: [{tls('a', SHOP)}]"),
            virtual_service("shop/b", SHOP, f"tls: [{tls('b', SHOP)}]"),
        ],
        f"{SHOP}:443",
        Sent(
            "forwarded | forwarded",
            ["VirtualService shop/a /spec/tls/0/match/0", at(), "VirtualService shop/b /spec/tls/0/match/0"],
            ["a.shop", "b.shop"],
        ),
    ),
    (
        "a rule with a name that a rule of unknown age has too",
        [
            PASSED_ON,
            virtual_service("shop/a", SHOP, f"tls: [{tls('a', 'a.example.com, b.example.com')}]").replace(
                f"[{SHOP}]", "['*.example.com']"
            ),
            virtual_service("shop/b", "b.example.com", f"tls: [{tls('b', 'b.example.com')}]"),
        ],
        "a.example.com:443",
        Sent("forwarded | refused", ["VirtualService shop/a /spec/tls/0/match/0", at()], ["a.shop"]),
    ),
    (
        "the oldest of two with one name",
        [
            PASSED_ON,
            virtual_service("shop/a", SHOP, f"tls: [{tls('a', SHOP)}]", metadata=aged(2)),
            virtual_service("shop/b", SHOP, f"tls: [{tls('b', SHOP)}]", metadata=aged(1)),
        ],
        f"{SHOP}:443",
        by("shop/b", match=0, to="b", part="tls"),
    ),
    (
        "connections",
        [TCP, virtual_service("shop/db", "'*'", f"tcp: [{route('db')}]")],
        f"{SHOP}:5432",
        by("shop/db", to="db", part="tcp"),
    ),
    (
        "the oldest route for connections",
        [
            TCP,
            virtual_service("shop/a", "'*'", f"tcp: [{route('a')}]", metadata=aged(2)),
            virtual_service("shop/b", "'*'", f"tcp: [{route('b')}]", metadata=aged(1)),
        ],
        f"{SHOP}:5432",
        by("shop/b", to="b", part="tcp"),
    ),
    ("connections without a route", [TCP, WEB], f"{SHOP}:5432", NOTHING),
]
ROWS = [*BINDING, *ACTIONS, *CONNECTIONS]


@pytest.mark.parametrize(("documents", "question", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_servers(documents: list[str], question: str, expected: Sent) -> None:
    assert sent(scene(*documents), GATE, question) == expected


def test_what_is_missing_is_told() -> None:
    twice = [virtual_service(f"shop/{name}", SHOP, http(route(name))) for name in ("a", "b")]
    assert missing(scene(GATEWAY, *twice), GATE, SHOP, 80) == ["which of the routes is the oldest"]
    bare = scene(namespace("edge"), GATEWAY, complete=Complete.AUTO)
    assert missing(bare, GATE, SHOP, 80) == ["every VirtualService and Gateway of the cluster"]
    own = scene(namespace("edge"), istio_gateway(server(hosts="./*")), complete=Complete.AUTO)
    assert missing(own, GATE, SHOP, 80) == []
    half = scene(namespace("edge"), GATEWAY, WEB, complete=Complete.AUTO)
    assert missing(half, GATE, SHOP, 80) == ["every VirtualService and Gateway of namespace 'shop'"]
    whole = scene(namespace("edge"), namespace("shop"), GATEWAY, WEB, complete=Complete.AUTO)
    assert missing(whole, GATE, SHOP, 80) == []


def test_where_the_pods_run_decides_what_is_not_for_all() -> None:
    hidden = virtual_service("shop/web", SHOP, http(route("web")), more="exportTo: [edge]")
    reason = "in which namespace the gateway's pods run, since 'VirtualService shop/web' is not for all"
    assert missing(scene(GATEWAY, hidden), GATE, SHOP, 80) == [reason]
    assert missing(scene(INGRESS, GATEWAY, hidden), GATE, SHOP, 80) == []


def test_workloads_of_one_gateway_may_do_different_things() -> None:
    two = INGRESS, deployment("bank/ingress")
    own = virtual_service("edge/own", SHOP, http(route("own")), more="exportTo: ['.']")
    found = sent(scene(*two, GATEWAY, own, WEB), GATE, GET)
    assert (found.fates, found.backends) == ("forwarded | forwarded", ["own.shop", "web.shop"])
