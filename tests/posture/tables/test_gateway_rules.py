"""Which rule of HTTPRoutes and GRPCRoutes takes a request at a Gateway, and what it does with it."""

import pytest

from service_mesh.mesh.view import Complete
from tests.posture.kubernetes.objects import namespace
from tests.posture.tables.asking import manifest
from tests.posture.tables.gateways import Sent, gateway, http_route, sent
from tests.posture.tables.listeners import (
    AT_HTTP,
    EDGE,
    FORWARDED,
    GET,
    HTTP,
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
    to,
)
from tests.support.scene import scene

WEIGHTS = f"{{backendRefs: [{to('web', 90)}, {to('web-v2', 10)}, {to('old', 0)}]}}"
REDIRECT = "{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}"
REWRITE = "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}}}"
FAR = f"{{backendRefs: [{to('web', more='namespace: bank')}]}}"
GRANTED = (
    "spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], "
    "to: [{group: '', kind: Service}]}"
)
GRANT = manifest("gateway.networking.k8s.io/v1beta1/ReferenceGrant", "bank/shop", "").replace("spec: {}", GRANTED)


def several(*rules: str) -> list[str]:
    return [EDGE, http_route("shop/web", ", ".join(rules))]


RULES: list[tuple[str, list[str], str, Sent]] = [
    (
        "exact before the longest prefix",
        several(rule("prefix", path("/a/b")), rule("exact", path("/a/b", "Exact"))),
        f"{SHOP}:80 GET /a/b",
        Sent(FORWARDED, by("shop/web", rule=1, match=0), ["exact.shop:80"]),
    ),
    (
        "the longest prefix",
        several(rule("short", path("/a")), rule("long", path("/a/b"))),
        f"{SHOP}:80 GET /a/b/c",
        Sent(FORWARDED, by("shop/web", rule=1, match=0), ["long.shop:80"]),
    ),
    (
        "prefixes end at slashes",
        several(rule("short", path("/a"))),
        f"{SHOP}:80 GET /ab",
        not_taken("shop/web"),
    ),
    (
        "a method before headers",
        several(
            rule("headers", f"{path('/')}, headers: [{{name: a, value: b}}, {{name: c, value: d}}]"),
            rule("method", f"{path('/')}, method: GET"),
        ),
        f"{GET} a=b c=d",
        Sent(FORWARDED, by("shop/web", rule=1, match=0), ["method.shop:80"]),
    ),
    (
        "more headers before parameters",
        several(
            rule("query", f"{path('/')}, queryParams: [{{name: q, value: x}}]"),
            rule("header", f"{path('/')}, headers: [{{name: A, value: b}}]"),
        ),
        f"{SHOP}:80 GET /?q=x a=b",
        Sent(FORWARDED, by("shop/web", rule=1, match=0), ["header.shop:80"]),
    ),
    (
        "the first rule of two alike",
        several(rule("first", path("/a")), rule("second", path("/a"))),
        f"{SHOP}:80 GET /a",
        Sent(FORWARDED, by("shop/web", match=0), ["first.shop:80"]),
    ),
    (
        "the oldest route of two alike",
        [
            EDGE,
            http_route("shop/new", rule("new"), metadata=aged(2)),
            http_route("shop/old", rule("old"), metadata=aged(1)),
        ],
        GET,
        Sent(FORWARDED, by("shop/old"), ["old.shop:80"]),
    ),
    (
        "two alike of unknown age",
        [EDGE, http_route("shop/a", rule("a")), http_route("shop/b", rule("b"))],
        GET,
        Sent("forwarded | forwarded", [*by("shop/a"), *by("shop/b")[:1]], ["a.shop:80", "b.shop:80"]),
    ),
    (
        "Istio tries expressions last",
        several(rule("regex", path("/a.*", "RegularExpression")), rule("prefix", path("/a"))),
        f"{SHOP}:80 GET /a",
        Sent(FORWARDED, by("shop/web", rule=1, match=0), ["prefix.shop:80"]),
    ),
    (
        "Cilium tries them before prefixes",
        [
            gateway(HTTP, served="cilium"),
            several(rule("prefix", path("/a")), rule("regex", path("/a.*", "RegularExpression")))[1],
        ],
        f"{SHOP}:80 GET /a",
        Sent(FORWARDED, by("shop/web", rule=1, match=0), ["regex.shop:80"]),
    ),
    (
        "others either way",
        [
            gateway(HTTP, served="other"),
            several(rule("regex", path("/a.*", "RegularExpression")), rule("prefix", path("/a")))[1],
        ],
        f"{SHOP}:80 GET /a",
        Sent(
            "forwarded | forwarded",
            ["HTTPRoute shop/web /spec/rules/1/matches/0", AT_HTTP, "HTTPRoute shop/web /spec/rules/0/matches/0"],
            ["prefix.shop:80", "regex.shop:80"],
        ),
    ),
    (
        "a header that is not there",
        several(rule("canary", f"{path('/')}, headers: [{{name: x-canary, value: always}}]"), rule("web")),
        GET,
        Sent(FORWARDED, by("shop/web", rule=1), ["web.shop:80"]),
    ),
    (
        "a path that is not told",
        several(rule("a", path("/a")), rule("web")),
        f"{SHOP}:80",
        Sent(
            "forwarded | forwarded",
            [*by("shop/web", match=0), "HTTPRoute shop/web /spec/rules/1"],
            ["a.shop:80", "web.shop:80"],
        ),
    ),
    (
        "weights",
        [EDGE, http_route("shop/web", WEIGHTS)],
        GET,
        Sent(FORWARDED, by("shop/web"), ["web.shop:80 90", "web-v2.shop:80 10"]),
    ),
    (
        "a redirect to https",
        [EDGE, http_route("shop/web", f"{{filters: [{REDIRECT}]}}")],
        GET,
        Sent(REFUSED, ["HTTPRoute shop/web /spec/rules/0/filters/0", *by("shop/web")], []),
    ),
    (
        "a rewritten prefix",
        several(rule("web", path("/v1"), filters=REWRITE)),
        f"{SHOP}:80 GET /v1/items",
        Sent(FORWARDED, by("shop/web", match=0), ["web.shop:80 /v2/items"]),
    ),
    ("no backend", [EDGE, http_route("shop/web", "{matches: []}")], GET, Sent(REFUSED, by("shop/web"), [])),
    (
        "a backend elsewhere without a grant",
        [EDGE, http_route("shop/web", FAR)],
        GET,
        Sent(FORWARDED, by("shop/web"), ["web.bank:80 !"]),
    ),
    (
        "a backend elsewhere with a grant",
        [EDGE, GRANT, http_route("shop/web", FAR)],
        GET,
        Sent(FORWARDED, by("shop/web"), ["web.bank:80"]),
    ),
    (
        "istiod drops a route with a filter that it does not know",
        several(rule("web", filters="{type: ExtensionRef, extensionRef: {group: example.com, kind: Auth, name: own}}")),
        GET,
        NOTHING,
    ),
    (
        "or for a backend",
        [
            EDGE,
            http_route(
                "shop/web",
                "{backendRefs: [{name: web, port: 80, filters: [{type: URLRewrite, urlRewrite: {hostname: far}}]}]}",
            ),
        ],
        GET,
        NOTHING,
    ),
    (
        "which takes changes of headers",
        [
            EDGE,
            http_route(
                "shop/web",
                "{backendRefs: [{name: web, port: 80, filters: [{type: RequestHeaderModifier, "
                "requestHeaderModifier: {set: [{name: a, value: b}]}}]}]}",
            ),
        ],
        GET,
        TO_WEB,
    ),
    (
        "another implementation may know the filter",
        [
            gateway(HTTP, served="other"),
            several(
                rule("web", filters="{type: ExtensionRef, extensionRef: {group: example.com, kind: Auth, name: own}}")
            )[1],
        ],
        GET,
        Sent(OPEN, ["HTTPRoute shop/web /spec/rules/0", "HTTPRoute shop/web /spec/rules/0/filters/0", AT_HTTP], []),
    ),
    (
        "a GRPCRoute",
        [EDGE, http_route("shop/web", rule("web", "method: {service: shop.Cart}"), kind="v1/GRPCRoute")],
        f"{SHOP}:80 POST /shop.Cart/Get",
        Sent(FORWARDED, by("shop/web", match=0, kind="GRPCRoute"), ["web.shop:80"]),
    ),
    (
        "Istio puts both kinds together",
        [EDGE, WEB, http_route("shop/grpc", rule("grpc", "method: {service: shop.Cart}"), kind="v1/GRPCRoute")],
        f"{SHOP}:80 POST /shop.Cart/Get",
        Sent(FORWARDED, by("shop/grpc", match=0, kind="GRPCRoute"), ["grpc.shop:80"]),
    ),
    (
        "which others need not do",
        [
            gateway(HTTP, served="cilium"),
            WEB,
            http_route("shop/grpc", rule("grpc", "method: {service: shop.Cart}"), kind="v1/GRPCRoute"),
        ],
        f"{SHOP}:80 POST /shop.Cart/Get",
        Sent(
            "forwarded | forwarded",
            [*by("shop/grpc", match=0, kind="GRPCRoute"), *by("shop/web")[:1]],
            ["grpc.shop:80", "web.shop:80"],
        ),
    ),
]


@pytest.mark.parametrize(
    ("documents", "question", "expected"), [row[1:] for row in RULES], ids=[row[0] for row in RULES]
)
def test_rules(documents: list[str], question: str, expected: Sent) -> None:
    assert sent(scene(*documents), "edge/public", question) == expected


def test_a_grant_that_may_exist_leaves_open_whether_a_backend_is_sent_to() -> None:
    mesh = scene(namespace("edge"), namespace("shop"), EDGE, http_route("shop/web", FAR), complete=Complete.AUTO)
    assert sent(mesh, "edge/public", GET) == Sent(FORWARDED, by("shop/web"), ["web.bank:80 !"])


def test_older_releases_of_istio_serve_one_of_both_kinds() -> None:
    grpc = http_route("shop/grpc", rule("grpc", "method: {service: shop.Cart}"), kind="v1/GRPCRoute")
    mesh = scene(EDGE, WEB, grpc, releases={"istio": (1, 28)})
    assert sent(mesh, "edge/public", f"{SHOP}:80 POST /shop.Cart/Get").fates == "forwarded | forwarded"
