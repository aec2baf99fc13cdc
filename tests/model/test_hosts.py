"""How Istio reads host names, as a table."""

import pytest

from service_mesh.model.hosts import (
    ScopedHost,
    ServiceName,
    covers,
    is_wildcard,
    overlaps,
    resolve_host,
    service_host,
    service_name,
    split_scope,
    wildcards_over,
)

RESOLVED = [
    # written, namespace, full host
    ("reviews", "shop", "reviews.shop.svc.cluster.local"),
    ("reviews", "default", "reviews.default.svc.cluster.local"),
    ("reviews-v2", "shop", "reviews-v2.shop.svc.cluster.local"),
    ("r", "n", "r.n.svc.cluster.local"),
    ("0reviews", "shop", "0reviews.shop.svc.cluster.local"),
    ("123", "shop", "123.shop.svc.cluster.local"),
    ("Reviews", "shop", "Reviews.shop.svc.cluster.local"),
    ("reviews_v2", "shop", "reviews_v2.shop.svc.cluster.local"),
    ("localhost", "shop", "localhost.shop.svc.cluster.local"),
    ("mesh", "shop", "mesh.shop.svc.cluster.local"),
    ("*reviews", "shop", "*reviews.shop.svc.cluster.local"),
    ("a:b", "shop", "a:b.shop.svc.cluster.local"),
    (" ", "shop", " .shop.svc.cluster.local"),
    ("reviews", "", "reviews.svc.cluster.local"),
    ("reviews.shop", "shop", "reviews.shop"),
    ("reviews.prod", "shop", "reviews.prod"),
    ("reviews.prod.svc", "shop", "reviews.prod.svc"),
    ("reviews.prod.svc.cluster", "shop", "reviews.prod.svc.cluster"),
    ("reviews.prod.svc.cluster.local", "shop", "reviews.prod.svc.cluster.local"),
    ("reviews.prod.svc.cluster.local.", "shop", "reviews.prod.svc.cluster.local."),
    ("reviews.", "shop", "reviews."),
    (".reviews", "shop", ".reviews"),
    (".", "shop", "."),
    ("Reviews.Prod", "shop", "Reviews.Prod"),
    ("api.example.com", "shop", "api.example.com"),
    ("API.Example.COM", "shop", "API.Example.COM"),
    ("*.example.com", "shop", "*.example.com"),
    ("*.local", "shop", "*.local"),
    ("*.shop.svc.cluster.local", "shop", "*.shop.svc.cluster.local"),
    ("*", "shop", "*"),
    ("", "shop", ""),
    ("10.0.0.1", "shop", "10.0.0.1"),
    ("10.0.0.0/8", "shop", "10.0.0.0/8"),
    ("1.2.3", "shop", "1.2.3"),
    ("::1", "shop", "::1"),
    ("2001:db8::1", "shop", "2001:db8::1"),
    ("fe80::1%eth0", "shop", "fe80::1%eth0"),
    ("2001:db8::zz", "shop", "2001:db8::zz.shop.svc.cluster.local"),
    ("db.global", "shop", "db.global"),
    ("xn--bcher-kva", "shop", "xn--bcher-kva.shop.svc.cluster.local"),
    ("bücher", "shop", "bücher.shop.svc.cluster.local"),
    ("reviews-", "shop", "reviews-.shop.svc.cluster.local"),
    ("-", "shop", "-.shop.svc.cluster.local"),
    ("a/b", "shop", "a/b.shop.svc.cluster.local"),
    ("shop/reviews.shop", "shop", "shop/reviews.shop"),
    ("reviews:80", "shop", "reviews:80.shop.svc.cluster.local"),
    ("svc", "shop", "svc.shop.svc.cluster.local"),
    ("cluster", "local", "cluster.local.svc.cluster.local"),
    ("reviews", "svc", "reviews.svc.svc.cluster.local"),
    ("reviews", "shop.team", "reviews.shop.team.svc.cluster.local"),
    ("**", "shop", "**.shop.svc.cluster.local"),
    ("*.", "shop", "*."),
    ("*.*", "shop", "*.*"),
    ("a.*.b", "shop", "a.*.b"),
    ("*-v1.shop.svc.cluster.local", "shop", "*-v1.shop.svc.cluster.local"),
    ("outbound|80||reviews", "shop", "outbound|80||reviews.shop.svc.cluster.local"),
    ("http://reviews", "shop", "http://reviews.shop.svc.cluster.local"),
    ("127.0.0.1", "", "127.0.0.1"),
    ("999.0.0.1", "shop", "999.0.0.1"),
    ("::ffff:10.0.0.1", "shop", "::ffff:10.0.0.1"),
    ("::", "shop", "::"),
    ("[::1]", "shop", "[::1].shop.svc.cluster.local"),
    ("", "", ""),
    ("*", "", "*"),
]


@pytest.mark.parametrize(("host", "namespace", "full"), RESOLVED)
def test_short_names_are_completed_and_all_others_stay(host: str, namespace: str, full: str) -> None:
    assert resolve_host(host, namespace) == full


def test_another_domain_of_the_cluster_is_used() -> None:
    assert resolve_host("reviews", "shop", "mesh.example") == "reviews.shop.svc.mesh.example"


def test_without_a_domain_only_the_namespace_is_added() -> None:
    assert resolve_host("reviews", "shop", "") == "reviews.shop"


COVERED = [
    # pattern, host, covered
    ("foo.com", "foo.com", True),
    ("foo.com", "bar.com", False),
    ("foo.com", "FOO.com", False),
    ("foo.com", "foo.com.", False),
    ("foo.com", "*.com", False),
    ("*.com", "foo.com", True),
    ("*.com", "a.b.foo.com", True),
    ("*.foo.com", "foo.com", False),
    ("*.foo.com", "a.foo.com", True),
    ("*.foo.com", "afoo.com", False),
    ("*", "foo.com", True),
    ("*", "*.com", True),
    ("*", "*", True),
    ("*.com", "*", False),
    ("*.com", "*.foo.com", True),
    ("*.foo.com", "*.com", False),
    ("*.foo.com", "*.foo.com", True),
    ("*-v1.foo.com", "a-v1.foo.com", True),
    ("*-v1.foo.com", "a-v2.foo.com", False),
    ("*.local", "reviews.shop.svc.cluster.local", True),
    ("a*.com", "ab.com", False),
    ("a*.com", "a*.com", True),
    ("", "", True),
    ("", "foo.com", False),
    ("*", "", True),
]


@pytest.mark.parametrize(("pattern", "host", "expected"), COVERED)
def test_pattern_covers_a_host(pattern: str, host: str, *, expected: bool) -> None:
    assert covers(pattern, host) is expected


@pytest.mark.parametrize(("pattern", "host", "expected"), COVERED)
def test_wildcards_over_a_host_are_those_that_cover_it(pattern: str, host: str, *, expected: bool) -> None:
    if is_wildcard(pattern):
        assert (pattern in wildcards_over(host)) is expected


OVERLAPPING = [
    ("foo.com", "foo.com", True),
    ("foo.com", "bar.com", False),
    ("*.com", "foo.com", True),
    ("*.foo.com", "foo.com", False),
    ("*", "foo.com", True),
    ("*", "*.com", True),
    ("*.foo.com", "*.com", True),
    ("*.foo.com", "*.bar.com", False),
    ("*.b.foo.com", "*.foo.com", True),
]


@pytest.mark.parametrize(("left", "right", "expected"), OVERLAPPING)
def test_hosts_overlap_in_either_direction(left: str, right: str, *, expected: bool) -> None:
    assert overlaps(left, right) is expected
    assert overlaps(right, left) is expected


def test_wildcards_over_a_host_begin_with_the_most_specific() -> None:
    assert wildcards_over("a.bc") == ("*a.bc", "*.bc", "*bc", "*c", "*")
    assert wildcards_over("*.b") == ("*.b", "*b", "*")


SCOPED = [
    ("shop.example.com", ScopedHost("*", "shop.example.com")),
    ("*", ScopedHost("*", "*")),
    ("*/*", ScopedHost("*", "*")),
    ("*/shop.example.com", ScopedHost("*", "shop.example.com")),
    ("./*", ScopedHost("web", "*")),
    ("./*.example.com", ScopedHost("web", "*.example.com")),
    ("prod/*.example.com", ScopedHost("prod", "*.example.com")),
    ("~/*", ScopedHost("~", "*")),
    ("prod/", ScopedHost("prod", "")),
    ("/host", ScopedHost("", "host")),
    ("", ScopedHost("*", "")),
]


@pytest.mark.parametrize(("text", "expected"), SCOPED)
def test_scoped_hosts_are_split(text: str, expected: ScopedHost) -> None:
    assert split_scope(text, "web") == expected


NAMED = [
    ("reviews.shop.svc.cluster.local", ServiceName("shop", "reviews")),
    ("r.s.svc.cluster.local", ServiceName("s", "r")),
    ("reviews.shop.svc.cluster.local.", None),
    ("reviews.shop.svc", None),
    ("reviews.shop", None),
    ("reviews", None),
    ("*.shop.svc.cluster.local", None),
    ("a.reviews.shop.svc.cluster.local", None),
    (".svc.cluster.local", None),
    ("shop.svc.cluster.local", None),
    ("svc.cluster.local", None),
    ("", None),
]


@pytest.mark.parametrize(("host", "expected"), NAMED)
def test_full_host_names_its_service(host: str, expected: ServiceName | None) -> None:
    assert service_name(host) == expected
    assert expected is None or service_host(expected.name, expected.namespace) == host
