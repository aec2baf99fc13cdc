"""Which VirtualService at an Istio Gateway takes a request: by hosts, by age and by order."""

import pytest

from tests.posture.tables.asking import manifest
from tests.posture.tables.gateways import Sent, sent, virtual_service
from tests.posture.tables.servers import (
    FORWARDED,
    GATE,
    GATEWAY,
    GET,
    INGRESS,
    OPEN,
    REFUSED,
    SHOP,
    WILD,
    aged,
    at,
    by,
    http,
    matched,
    route,
)
from tests.support.scene import scene

CANARY = "headers: {x-canary: {exact: always}}"
WINNING: list[tuple[str, list[str], str, Sent]] = [
    (
        "a match",
        [GATEWAY, virtual_service("shop/web", SHOP, http(matched("v2", CANARY), route("web")))],
        f"{GET} x-canary=always",
        by(match=0, to="v2"),
    ),
    (
        "and without it",
        [GATEWAY, virtual_service("shop/web", SHOP, http(matched("v2", CANARY), route("web")))],
        GET,
        by(rule=1),
    ),
    (
        "prefixes do not end at slashes",
        [GATEWAY, virtual_service("shop/web", SHOP, http(matched("web", "uri: {prefix: /a}")))],
        f"{SHOP}:80 GET /ab",
        by(match=0),
    ),
    (
        "the order of the object, not the length of paths",
        [
            GATEWAY,
            virtual_service(
                "shop/web", SHOP, http(matched("a", "uri: {prefix: /a}"), matched("b", "uri: {prefix: /a/b}"))
            ),
        ],
        f"{SHOP}:80 GET /a/b",
        by(match=0, to="a"),
    ),
    (
        "no rule takes it",
        [GATEWAY, virtual_service("shop/web", SHOP, http(matched("a", "uri: {prefix: /a}")))],
        GET,
        Sent(REFUSED, ["VirtualService shop/web /spec/http", at()], []),
    ),
    (
        "the most special host alone",
        [
            GATEWAY,
            virtual_service("shop/all", WILD, http(route("all"))),
            virtual_service("shop/web", SHOP, http(matched("a", "uri: {prefix: /a}"))),
        ],
        GET,
        Sent(REFUSED, ["VirtualService shop/web /spec/http", at()], []),
    ),
    (
        "a wildcard",
        [GATEWAY, virtual_service("shop/all", WILD, http(route("all")))],
        GET,
        by("shop/all", to="all"),
    ),
    (
        "several for one host are put together",
        [
            GATEWAY,
            virtual_service("shop/a", SHOP, http(matched("a", "uri: {prefix: /a}"))),
            virtual_service("shop/b", SHOP, http(matched("b", "uri: {prefix: /b}"))),
        ],
        f"{SHOP}:80 GET /b",
        by("shop/b", match=0, to="b"),
    ),
    (
        "the oldest of them first",
        [
            GATEWAY,
            virtual_service("shop/a", SHOP, http(matched("a", "uri: {prefix: /a}")), metadata=aged(2)),
            virtual_service(
                "shop/b", SHOP, http(matched("b", "uri: {prefix: /}, method: {exact: GET}")), metadata=aged(1)
            ),
        ],
        f"{SHOP}:80 GET /a",
        by("shop/b", match=0, to="b"),
    ),
    (
        "but matches of every request last",
        [
            GATEWAY,
            virtual_service("shop/a", SHOP, http(matched("a", "uri: {prefix: /a}")), metadata=aged(2)),
            virtual_service("shop/b", SHOP, http(route("b")), metadata=aged(1)),
        ],
        f"{SHOP}:80 GET /a",
        by("shop/a", match=0, to="a"),
    ),
    (
        "of which the oldest counts",
        [
            GATEWAY,
            virtual_service("shop/a", SHOP, http(route("a")), metadata=aged(2)),
            virtual_service("shop/b", SHOP, http(route("b")), metadata=aged(1)),
        ],
        GET,
        by("shop/b", to="b"),
    ),
    (
        "and behind which an object has nothing",
        [
            GATEWAY,
            virtual_service(
                "shop/a",
                SHOP,
                http(matched("a", "uri: {prefix: /}"), matched("b", "uri: {prefix: /b}")),
                metadata=aged(1),
            ),
            virtual_service("shop/c", SHOP, http(matched("c", "uri: {prefix: /b}")), metadata=aged(2)),
        ],
        f"{SHOP}:80 GET /b",
        by("shop/c", match=0, to="c"),
    ),
    (
        "two of unknown age",
        [GATEWAY, virtual_service("shop/a", SHOP, http(route("a"))), virtual_service("shop/b", SHOP, http(route("b")))],
        GET,
        Sent(
            "forwarded | forwarded",
            ["VirtualService shop/a /spec/http/0", at(), "VirtualService shop/b /spec/http/0"],
            ["a.shop", "b.shop"],
        ),
    ),
    (
        "private ones before older public ones",
        [
            INGRESS,
            GATEWAY,
            virtual_service("edge/own", SHOP, http(route("own")), more="exportTo: ['.']", metadata=aged(2)),
            virtual_service("shop/web", SHOP, http(route("web")), metadata=aged(1)),
        ],
        GET,
        by("edge/own", to="own"),
    ),
    (
        "matches for another gateway",
        [
            GATEWAY,
            virtual_service(
                "shop/web", SHOP, http(matched("v2", "gateways: [mesh]"), matched("web", "gateways: [edge/public]"))
            ),
        ],
        GET,
        by(rule=1, match=0),
    ),
    (
        "matches for another port",
        [GATEWAY, virtual_service("shop/web", SHOP, http(matched("v2", "port: 443"), matched("web", "port: 80")))],
        GET,
        by(rule=1, match=0),
    ),
    (
        "an object without a match for the gateway makes no host",
        [
            GATEWAY,
            virtual_service("shop/all", WILD, http(route("all"))),
            virtual_service("shop/web", SHOP, http(matched("a", "gateways: [mesh]"))),
        ],
        GET,
        by("shop/all", to="all"),
    ),
    (
        "labels of clients are held against the gateway's pods",
        [
            INGRESS,
            GATEWAY,
            virtual_service("shop/web", SHOP, http(matched("v2", "sourceLabels: {app: web}"), route("web"))),
        ],
        GET,
        by(rule=1),
    ),
    (
        "which may have them where they are not loaded",
        [GATEWAY, virtual_service("shop/web", SHOP, http(matched("v2", "sourceLabels: {tier: front}"), route("web")))],
        GET,
        Sent(OPEN, ["VirtualService shop/web /spec/http/0/match/0", at()], []),
    ),
    (
        "a delegate",
        [
            GATEWAY,
            virtual_service("shop/web", SHOP, http("{match: [{uri: {prefix: /a}}], delegate: {name: inner}}")),
            manifest("networking.istio.io/v1/VirtualService", "shop/inner", http(route("inner"))),
        ],
        f"{SHOP}:80 GET /a",
        Sent(FORWARDED, ["VirtualService shop/web /spec/http/0/match/0", at()], ["inner.shop"]),
    ),
]


@pytest.mark.parametrize(
    ("documents", "question", "expected"), [row[1:] for row in WINNING], ids=[row[0] for row in WINNING]
)
def test_virtual_services(documents: list[str], question: str, expected: Sent) -> None:
    assert sent(scene(*documents), GATE, question) == expected
