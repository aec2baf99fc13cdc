"""Where Gateways of the Gateway API send what comes to them: which listener takes it, which host, which connection."""

import pytest

from service_mesh.mesh.view import Complete
from tests.posture.kubernetes.objects import namespace
from tests.posture.tables.asking import manifest
from tests.posture.tables.gateways import Sent, gateway, http_route, istio_gateway, missing, sent, virtual_service
from tests.posture.tables.listeners import (
    ALL,
    AT_HTTP,
    AT_HTTPS,
    EDGE,
    FORWARDED,
    GET,
    HTTP,
    HTTPS,
    NOTHING,
    OPEN,
    REFUSED,
    SHOP,
    TO_WEB,
    WEB,
    aged,
    by,
    not_taken,
    path,
    rule,
)
from tests.support.scene import deployment, scene

TAKES = "allowedListeners: {namespaces: {from: All}}"
MORE = manifest(
    "gateway.networking.k8s.io/v1/ListenerSet",
    "shop/more",
    "parentRef: {name: public, namespace: edge}, listeners: [{name: own, port: 8080, protocol: HTTP}]",
)
AT_MORE = manifest(
    "gateway.networking.k8s.io/v1/HTTPRoute",
    "shop/web",
    f"parentRefs: [{{kind: ListenerSet, name: more}}], rules: [{rule()}]",
)

LISTENERS: list[tuple[str, list[str], str, Sent]] = [
    ("a route for every host", [EDGE, WEB], GET, TO_WEB),
    ("no route", [EDGE], GET, NOTHING),
    (
        "no listener for the port",
        [EDGE, WEB],
        f"{SHOP}:8080 GET /",
        Sent(REFUSED, ["Gateway edge/public /spec/listeners"], []),
    ),
    (
        "a route at a section",
        [EDGE, http_route("shop/web", rule(), parent="sectionName: https")],
        GET,
        NOTHING,
    ),
    (
        "a route at a port, by TLS",
        [EDGE, http_route("shop/web", rule(), parent="port: 443")],
        f"{SHOP}:443 GET /",
        Sent(FORWARDED, by("shop/web", AT_HTTPS), ["web.shop:80"]),
    ),
    ("a client with TLS at a listener for HTTP", [EDGE, WEB], f"tls://{SHOP}:80 GET /", NOTHING),
    ("a client without TLS at one for HTTPS", [EDGE, WEB], f"clear://{SHOP}:443 GET /", Sent(REFUSED, [AT_HTTPS], [])),
    (
        "routes of the Gateway's namespace alone",
        [gateway("{name: http, port: 80, protocol: HTTP}"), WEB],
        GET,
        NOTHING,
    ),
    (
        "a namespace with the label",
        [
            gateway(HTTP.replace("from: All", "from: Selector, selector: {matchLabels: {team: shop}}")),
            WEB,
            namespace("shop", "team: shop"),
        ],
        GET,
        TO_WEB,
    ),
    (
        "a namespace of unknown labels",
        [gateway(HTTP.replace("from: All", "from: Selector, selector: {matchLabels: {team: shop}}")), WEB],
        GET,
        Sent("forwarded | refused", by("shop/web"), ["web.shop:80"]),
    ),
    (
        "kinds that are allowed",
        [gateway(HTTP.replace("All}", "All}, kinds: [{kind: GRPCRoute}]")), WEB],
        GET,
        NOTHING,
    ),
    (
        "the listener with the most special hostname takes it alone",
        [
            gateway(f"{HTTP}, {HTTP.replace('name: http', f'name: own, hostname: {SHOP}')}"),
            http_route("shop/all", rule("all"), parent="sectionName: http"),
            http_route("shop/own", rule("own", path("/a")), parent="sectionName: own"),
        ],
        GET,
        not_taken("shop/own", at=AT_HTTPS),
    ),
    (
        "a more special listener without a route",
        [
            gateway(f"{HTTP}, {HTTP.replace('name: http', f'name: own, hostname: {SHOP}')}"),
            http_route("shop/all", rule("all"), parent="sectionName: http"),
        ],
        GET,
        Sent("refused | forwarded", [AT_HTTPS, *by("shop/all")], ["all.shop:80"]),
    ),
    (
        "a route for the host that the more special listener has is kept from the other one",
        [
            gateway(f"{HTTP}, {HTTP.replace('name: http', f'name: own, hostname: {SHOP}')}"),
            http_route("shop/all", rule("all"), SHOP, parent="sectionName: http"),
        ],
        GET,
        Sent(REFUSED, [AT_HTTPS], []),
    ),
    (
        "no listener for the host",
        [gateway(HTTP.replace("name: http", "name: http, hostname: '*.example.org'")), WEB],
        GET,
        NOTHING,
    ),
    (
        "protocols that do not go together",
        [gateway(f"{HTTP}, {{name: tcp, port: 80, protocol: TCP}}"), WEB],
        GET,
        Sent(OPEN, [AT_HTTP], []),
    ),
    (
        "HTTPS that is passed on",
        [gateway(HTTPS.replace("tls: {", "tls: {mode: Passthrough, ")), WEB],
        f"{SHOP}:443 GET /",
        Sent(OPEN, [AT_HTTP], []),
    ),
    (
        "ListenerSets of unknown age with one host",
        [gateway("{name: http, port: 81, protocol: HTTP}", more=TAKES), MORE, MORE.replace("more", "less"), AT_MORE],
        f"{SHOP}:8080 GET /",
        Sent(OPEN, ["ListenerSet shop/less /spec/listeners/0"], []),
    ),
    (
        "a ListenerSet that the Gateway takes",
        [gateway("{name: http, port: 81, protocol: HTTP}", more=TAKES), MORE, AT_MORE],
        f"{SHOP}:8080 GET /",
        Sent(FORWARDED, by("shop/web", "ListenerSet shop/more /spec/listeners/0"), ["web.shop:80"]),
    ),
]

HOSTS: list[tuple[str, list[str], str, Sent]] = [
    ("another host", [EDGE, http_route("shop/web", rule(), "other.example.com")], GET, NOTHING),
    ("a wildcard", [EDGE, http_route("shop/web", rule(), "'*.example.com'")], GET, TO_WEB),
    (
        "letter case and a port in the host",
        [EDGE, http_route("shop/web", rule(), SHOP)],
        "Shop.Example.com:80 GET / SHOP.example.com:80",
        TO_WEB,
    ),
    (
        "the host of the request counts, not the address",
        [EDGE, http_route("shop/web", rule(), SHOP)],
        f"{SHOP}:80 GET / other.example.com",
        NOTHING,
    ),
    (
        "the most special host alone, although another has a rule",
        [
            EDGE,
            http_route("shop/all", rule("all"), "'*.example.com'"),
            http_route("shop/web", rule("web", path("/a")), SHOP),
        ],
        GET,
        not_taken("shop/web"),
    ),
    (
        "which an implementation that is not known may do otherwise",
        [
            gateway(HTTP, served="other"),
            http_route("shop/all", rule("all"), "'*.example.com'"),
            http_route("shop/web", rule("web", path("/a")), SHOP),
        ],
        GET,
        Sent(
            "refused | forwarded",
            ["HTTPRoute shop/web /spec/rules", AT_HTTP, "HTTPRoute shop/all /spec/rules/0"],
            ["all.shop:80"],
        ),
    ),
    (
        "routes for one host are put together",
        [EDGE, http_route("shop/a", rule("a", path("/a")), SHOP), http_route("bank/b", rule("b", path("/a/b")), SHOP)],
        f"{SHOP}:80 GET /a/b/c",
        Sent(FORWARDED, by("bank/b", match=0), ["b.bank:80"]),
    ),
]

PASSED_ON = gateway(f"{{name: tls, port: 443, protocol: TLS, tls: {{mode: Passthrough}}, {ALL}}}")
ENDED = gateway(f"{{name: tls, port: 443, protocol: TLS, tls: {{mode: Terminate}}, {ALL}}}")
TCP = gateway(f"{{name: tcp, port: 5432, protocol: TCP, {ALL}}}")
BY_NAME = http_route("shop/web", rule(), SHOP, kind="v1/TLSRoute")
STREAM = "v1alpha2/TCPRoute"
EITHER = gateway(HTTP.replace("name: http", f"name: http, hostname: {SHOP}"))
NAMED = http_route("shop/named", rule("named", path("/a")), SHOP, metadata=aged(2))
UNNAMED = http_route("shop/all", rule("all", path("/a/b"), path("/")), metadata=aged(1))
BOTH = [NAMED, UNNAMED]
AS_WRITTEN: list[tuple[str, list[str], str, Sent]] = [
    (
        "Istio keeps routes apart that write the host and that do not: the oldest comes first",
        [EITHER, *BOTH],
        f"{SHOP}:80 GET /a/b",
        Sent(FORWARDED, by("shop/all", match=0), ["all.shop:80"]),
    ),
    (
        "but for matches of every request",
        [EITHER, *BOTH],
        f"{SHOP}:80 GET /a/c",
        Sent(FORWARDED, by("shop/named", match=0), ["named.shop:80"]),
    ),
    (
        "of unknown age",
        [EITHER, NAMED.replace(", creationTimestamp: '2026-01-02T00:00:00Z'", ""), UNNAMED],
        f"{SHOP}:80 GET /a/b",
        Sent(
            "forwarded | forwarded",
            [*by("shop/named", match=0), "HTTPRoute shop/all /spec/rules/0/matches/0"],
            ["named.shop:80", "all.shop:80"],
        ),
    ),
    (
        "Cilium puts them together",
        [EITHER.replace("istio", "cilium"), http_route("shop/old", rule("old"), metadata=aged(1)), NAMED],
        f"{SHOP}:80 GET /a",
        Sent(FORWARDED, by("shop/named", match=0), ["named.shop:80"]),
    ),
    (
        "others do what they do",
        [EITHER.replace("istio", "other"), *BOTH],
        f"{SHOP}:80 GET /a/b",
        Sent(
            "forwarded | forwarded",
            [*by("shop/all", match=0), "HTTPRoute shop/named /spec/rules/0/matches/0"],
            ["all.shop:80", "named.shop:80"],
        ),
    ),
    (
        "and answer where a rule redirects, not where another host's rule would",
        [
            gateway(HTTP, served="other"),
            http_route("shop/all", rule("all"), "'*.example.com'"),
            http_route("shop/web", "{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}", SHOP),
        ],
        GET,
        Sent(REFUSED, ["HTTPRoute shop/web /spec/rules/0/filters/0", *by("shop/web")], []),
    ),
]

INGRESS = deployment("edge/ingress")
FRONT = manifest("v1/Service", "edge/ingress", "selector: {app: ingress}, ports: [{port: 80}]")
BY_HAND = gateway(HTTP, more="addresses: [{type: Hostname, value: ingress}]")
AGAIN = gateway(HTTP, "edge/more", more="addresses: [{type: Hostname, value: ingress.edge.svc.cluster.local}]")
ISTIOS = istio_gateway("{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}", "edge/old")
MADE = deployment("edge/public-istio", "gateway.networking.k8s.io/gateway-name: public")
SHARED: list[tuple[str, list[str], str, Sent]] = [
    ("pods of a Service", [BY_HAND, FRONT, INGRESS, WEB], GET, TO_WEB),
    ("which another Gateway has too", [BY_HAND, AGAIN, WEB], GET, Sent(OPEN, TO_WEB.chain, [])),
    ("at another port", [BY_HAND, AGAIN.replace("port: 80", "port: 81"), WEB], GET, TO_WEB),
    ("or one of Istio", [BY_HAND, FRONT, INGRESS, ISTIOS, WEB], GET, Sent(OPEN, TO_WEB.chain, [])),
    (
        "a Gateway of Istio for pods that istiod made",
        [gateway(HTTP), MADE, ISTIOS.replace("app: ingress", "app: public-istio"), WEB],
        GET,
        Sent(OPEN, TO_WEB.chain, []),
    ),
    (
        "a VirtualService for what istiod makes of a listener",
        [
            EDGE,
            WEB,
            virtual_service("shop/old", SHOP, "http: []").replace(
                "public", "public-istio-autogenerated-k8s-gateway-http"
            ),
        ],
        GET,
        Sent(OPEN, TO_WEB.chain, []),
    ),
]

CONNECTIONS: list[tuple[str, list[str], str, Sent]] = [
    (
        "TLS that is passed on",
        [PASSED_ON, BY_NAME],
        f"{SHOP}:443",
        Sent(FORWARDED, by("shop/web", kind="TLSRoute"), ["web.shop:80"]),
    ),
    (
        "a name that no listener has",
        [PASSED_ON.replace("name: tls,", "name: tls, hostname: '*.example.org',"), BY_NAME],
        f"{SHOP}:443",
        NOTHING,
    ),
    (
        "a namespace of unknown labels, by TLS",
        [PASSED_ON.replace("from: All", "from: Selector, selector: {matchLabels: {team: shop}}"), BY_NAME],
        f"{SHOP}:443",
        Sent(OPEN, by("shop/web", kind="TLSRoute"), []),
    ),
    ("a name that no route has", [PASSED_ON, BY_NAME], "other.example.com:443", NOTHING),
    (
        "the most special name",
        [PASSED_ON, http_route("shop/all", rule("all"), "'*.example.com'", kind="v1/TLSRoute"), BY_NAME],
        f"{SHOP}:443",
        Sent(FORWARDED, by("shop/web", kind="TLSRoute"), ["web.shop:80"]),
    ),
    (
        "TLS that is ended before connections",
        [ENDED, http_route("shop/web", rule(), kind=STREAM)],
        f"{SHOP}:443",
        Sent(FORWARDED, by("shop/web", kind="TCPRoute"), ["web.shop:80"]),
    ),
    (
        "a TLSRoute where TLS is ended",
        [ENDED, BY_NAME],
        f"{SHOP}:443",
        Sent("forwarded | refused", by("shop/web", kind="TLSRoute"), ["web.shop:80"]),
    ),
    (
        "connections",
        [TCP, http_route("shop/db", rule("db"), kind=STREAM)],
        f"{SHOP}:5432",
        Sent(FORWARDED, by("shop/db", kind="TCPRoute"), ["db.shop:80"]),
    ),
    ("connections without a route", [TCP], f"{SHOP}:5432", NOTHING),
    (
        "the oldest route for connections",
        [
            TCP,
            http_route("shop/a", rule("a"), kind=STREAM, metadata=aged(2)),
            http_route("shop/b", rule("b"), kind=STREAM, metadata=aged(1)),
        ],
        f"{SHOP}:5432",
        Sent(FORWARDED, by("shop/b", kind="TCPRoute"), ["b.shop:80"]),
    ),
    (
        "two of unknown age",
        [TCP, http_route("shop/a", rule("a"), kind=STREAM), http_route("shop/b", rule("b"), kind=STREAM)],
        f"{SHOP}:5432",
        Sent(
            "forwarded | forwarded",
            [*by("shop/a", kind="TCPRoute"), *by("shop/b", kind="TCPRoute")[:1]],
            ["a.shop:80", "b.shop:80"],
        ),
    ),
]
ROWS = [*LISTENERS, *HOSTS, *AS_WRITTEN, *SHARED, *CONNECTIONS]


@pytest.mark.parametrize(("documents", "question", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_gateways(documents: list[str], question: str, expected: Sent) -> None:
    assert sent(scene(*documents), "edge/public", question) == expected


def test_what_is_missing_is_told() -> None:
    twice = [EDGE, http_route("shop/a", rule("a")), http_route("shop/b", rule("b"))]
    assert missing(scene(*twice), "edge/public", SHOP, 80) == ["which of the routes is the oldest"]
    part = scene(EDGE, complete=Complete.NO)
    assert missing(part, "edge/public", SHOP, 80) == ["every route of the cluster"]
    far = scene(EDGE, WEB, complete=Complete.NO)
    assert missing(far, "edge/public", SHOP, 80) == ["every route of namespace 'edge' and 'shop'"]


def test_releases_of_cilium_that_read_no_listener_set_open_none_of_its_listeners() -> None:
    documents = (gateway("{name: http, port: 81, protocol: HTTP}", more=TAKES, served="cilium"), MORE, AT_MORE)
    question = f"{SHOP}:8080 GET /"
    assert sent(scene(*documents, releases={"cilium": (1, 19)}), "edge/public", question).fates == REFUSED
    assert sent(scene(*documents, releases={"cilium": (1, 20)}), "edge/public", question).fates == FORWARDED
