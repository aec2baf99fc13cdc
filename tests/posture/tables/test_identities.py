"""Who a client is for the server: trust domain, namespace and account of its certificate, or nobody."""

import pytest

from tests.posture.tables.asking import said
from tests.posture.tables.istio import ALLOW_CART, authorization, mesh, settings
from tests.support.scene import deployment

CALL = "shop/cart > shop/web:8080"
SHOP_P, SHOP_RULE = "AuthorizationPolicy shop/p /spec", "AuthorizationPolicy shop/p /spec/rules/0"
CALM_P, CALM_RULE = "AuthorizationPolicy calm/p /spec", "AuthorizationPolicy calm/p /spec/rules/0"
ROWS: list[tuple[list[str], str, str, list[str]]] = [
    ([authorization("shop/p", ALLOW_CART)], "shop/cart > shop/web:8080", "allowed mtls authorization", [SHOP_RULE]),
    (
        [authorization("shop/p", ALLOW_CART), settings("trustDomain: td1")],
        "shop/cart > shop/web:8080",
        "allowed mtls authorization",
        [SHOP_RULE],
    ),
    (
        [authorization("shop/p", ALLOW_CART.replace("cluster.local", "td1")), settings("trustDomain: td1")],
        "shop/cart > shop/web:8080",
        "allowed mtls authorization",
        [SHOP_RULE],
    ),
    (
        [
            authorization("shop/p", ALLOW_CART.replace("cluster.local", "old")),
            settings("trustDomain: td1, trustDomainAliases: [old]"),
        ],
        "shop/cart > shop/web:8080",
        "allowed mtls authorization",
        [SHOP_RULE],
    ),
    (
        [authorization("shop/p", ALLOW_CART.replace("cluster.local", "old"))],
        "shop/cart > shop/web:8080",
        "denied mtls authorization",
        [SHOP_P],
    ),
    (
        [deployment("shop/plain"), authorization("shop/p", ALLOW_CART.replace("sa/cart", "sa/default"))],
        "shop/plain > shop/web:8080",
        "allowed mtls authorization",
        [SHOP_RULE],
    ),
    ([authorization("shop/p", ALLOW_CART)], "bare/cart > shop/web:8080", "denied plaintext authorization", [SHOP_P]),
    (
        [authorization("calm/p", ALLOW_CART.replace("ns/shop", "ns/calm"))],
        "calm/cart > calm/web:8080",
        "allowed hbone authorization",
        [CALM_RULE],
    ),
    (
        [authorization("calm/p", ALLOW_CART.replace("ns/shop", "ns/calm"))],
        "calm/web > calm/web:8080",
        "denied hbone authorization",
        [CALM_P],
    ),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_identity_of_a_client(documents: list[str], call: str, expected: str, chain: list[str]) -> None:
    assert said(mesh(*documents), call) == (expected, chain)
