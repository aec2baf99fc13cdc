"""Identities at Envoy and at ztunnel: columns of one table."""

import pytest

from service_mesh.posture.istio.authorization.identities import (
    account_matches,
    identity_of,
    namespace_matches,
    principal_matches,
    with_aliases,
)

CART = "cluster.local/ns/shop/sa/cart"


@pytest.mark.parametrize(
    ("pattern", "principal", "envoy", "ztunnel"),
    [
        (CART, CART, True, True),
        (CART, "", False, False),
        ("*", CART, True, True),
        ("*", "", False, False),
        ("cluster.local/*", CART, True, True),
        ("*/sa/cart", CART, True, True),
        ("*/sa/c.rt", CART, True, False),
        ("cluster.local/ns/shop/sa/c.rt", CART, False, False),
        ("*/shop/*", CART, None, False),
        ("*(cart)", CART, None, False),
        (f"spiffe://{CART}", CART, False, False),
    ],
)
def test_principals(pattern: str, principal: str, envoy: bool | None, ztunnel: bool) -> None:
    assert principal_matches(pattern, principal, at_ztunnel=False) is envoy
    assert principal_matches(pattern, principal, at_ztunnel=True) is ztunnel


@pytest.mark.parametrize(
    ("pattern", "principal", "envoy", "ztunnel"),
    [
        ("shop", CART, True, True),
        ("sho", CART, False, False),
        ("sh*", CART, True, True),
        ("*op", CART, True, True),
        ("s*p", CART, True, False),
        ("*h*", CART, True, False),
        ("*", CART, True, True),
        ("*", "", False, False),
        ("shop", "", False, False),
        ("s.op", CART, True, False),
        ("sa", "cluster.local/ns/ns/sa/x", True, False),
        ("(shop)", CART, None, False),
    ],
)
def test_namespaces(pattern: str, principal: str, envoy: bool | None, ztunnel: bool) -> None:
    assert namespace_matches(pattern, principal, at_ztunnel=False) is envoy
    assert namespace_matches(pattern, principal, at_ztunnel=True) is ztunnel


@pytest.mark.parametrize(
    ("pattern", "principal", "home", "envoy", "ztunnel"),
    [
        ("shop/cart", CART, "bank", True, True),
        ("cart", CART, "shop", True, True),
        ("cart", CART, "bank", False, False),
        ("cart", "other.example/ns/shop/sa/cart", "shop", True, True),
        ("cart", "", "shop", False, False),
        ("car", CART, "shop", False, False),
        ("c.rt", CART, "shop", True, False),
        ("c+", CART, "shop", None, False),
        ("cart", "odd", "shop", False, None),
    ],
)
def test_accounts(pattern: str, principal: str, home: str, envoy: bool | None, ztunnel: bool | None) -> None:
    assert account_matches(pattern, principal, home, at_ztunnel=False) is envoy
    assert account_matches(pattern, principal, home, at_ztunnel=True) is ztunnel


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (CART, ("cluster.local", "shop", "cart")),
        (f"spiffe://{CART}", ("cluster.local", "shop", "cart")),
        ("", ("", "", "")),
        ("a/ns/b", None),
        ("a/b/c/d/e", None),
    ],
)
def test_principal_is_taken_apart(principal: str, expected: tuple[str, str, str] | None) -> None:
    assert identity_of(principal) == expected


@pytest.mark.parametrize(
    ("domains", "written", "expected"),
    [
        (["cluster.local"], [CART], [CART]),
        (["td1"], [CART], ["td1/ns/shop/sa/cart"]),
        (["td1"], ["other/ns/shop/sa/cart"], ["other/ns/shop/sa/cart"]),
        (
            ["td1", "td2"],
            ["/ns/shop/sa/cart", "*/ns/shop/sa/cart", "sa/x"],
            ["/ns/shop/sa/cart", "*/ns/shop/sa/cart", "sa/x"],
        ),
    ],
)
def test_trust_domains_of_the_mesh_replace_their_pointer(
    domains: list[str], written: list[str], expected: list[str]
) -> None:
    assert list(with_aliases(written, tuple(domains))) == expected
