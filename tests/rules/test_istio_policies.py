"""What fixtures cannot show of the rules about security policies: patterns, rules that cover each other, clusters."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, SERVICE_ACCOUNT
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import covers_value, matches_anywhere
from service_mesh.rules.istio._policy_scopes import covers_rule, own_rules
from service_mesh.rules.registry import load_rules
from tests.mesh.objects import made
from tests.support.scene import deployment, scene


def drafts(code: str, *resources: Resource, complete: Complete = Complete.YES) -> list[Draft]:
    (rule,) = (rule for rule in load_rules() if rule.code == code)
    assert rule.check is not None
    mesh = MeshView(resources, complete)
    return [draft for r in resources if r.kind in rule.about for draft in rule.check(r, mesh)]


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/b", False),
        ("*", "/a*", True),
        ("/a*", "/ab", True),
        ("/a*", "/ab*", True),
        ("/ab*", "/a*", False),
        ("/a*", "*/ab", False),
        ("*/b", "/a/b", True),
        ("*b", "*/b", True),
        ("*b", "b*", False),
        ("/a", "/a*", False),
    ],
)
def test_pattern_covers_what_it_certainly_matches(outer: str, inner: str, *, expected: bool) -> None:
    assert covers_value(outer, inner) is expected


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("shop", "shop", True),
        ("shop", "shops", False),
        ("sh*", "shop", True),
        ("*op", "shop", True),
        ("*ho*", "shop", True),
        ("s*p", "shop", True),
        ("s*p", "sp", True),
        ("sp*p", "sp", False),
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("a*bc*bc", "abc", False),
        ("*", "", True),
    ],
)
def test_star_stands_anywhere_in_a_namespace(pattern: str, name: str, *, expected: bool) -> None:
    assert matches_anywhere(pattern, name) is expected


SHOP = {"source": {"namespaces": ["shop"]}}
WEB = {"source": {"namespaces": ["web"]}}
NOT_SHOP = {"source": {"notNamespaces": ["shop"]}}
NOT_BOTH = {"source": {"notNamespaces": ["shop", "web"]}}
GET = {"operation": {"methods": ["GET"]}}
READ = {"operation": {"methods": ["GET", "HEAD"]}}
GET_A = {"operation": {"methods": ["GET"], "paths": ["/a"]}}
HEADER = {"key": "request.headers[x]", "values": ["a"]}
HEADERS = {"key": "request.headers[x]", "values": ["a", "b"]}


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ({}, {"from": [SHOP]}, True),
        ({"from": [SHOP]}, {}, False),
        ({"from": [SHOP, WEB]}, {"from": [WEB]}, True),
        ({"from": [SHOP]}, {"from": [SHOP, WEB]}, False),
        ({"from": [NOT_SHOP]}, {"from": [NOT_BOTH]}, True),
        ({"from": [NOT_BOTH]}, {"from": [NOT_SHOP]}, False),
        ({"to": [READ]}, {"to": [GET_A]}, True),
        ({"to": [GET_A]}, {"to": [GET]}, False),
        ({"when": [HEADERS]}, {"when": [HEADER]}, True),
        ({"when": [HEADER]}, {"when": [HEADERS]}, False),
        ({"when": [HEADER]}, {}, False),
        ({"from": "odd"}, {"from": "odd"}, True),
    ],
)
def test_rule_covers_another_only_where_that_is_certain(outer: object, inner: object, *, expected: bool) -> None:
    policy = made(AUTHORIZATION_POLICY, "shop/cart", {"rules": [outer, inner]})
    first, second = own_rules(MeshView([policy]), policy)
    assert covers_rule(first, second) is expected


def in_cluster(resource: Resource, cluster: str) -> Resource:
    return Resource(resource.data, cluster=cluster)


def test_account_of_another_cluster_is_told_mildly() -> None:
    source = {"source": {"principals": ["cluster.local/ns/shop/sa/front"]}}
    policy = in_cluster(made(AUTHORIZATION_POLICY, "shop/cart", {"rules": [{"from": [source]}]}), "east")
    account = in_cluster(made(SERVICE_ACCOUNT, "shop/front", None), "west")
    (draft,) = drafts("IS205", policy, account)
    assert draft.message == "namespace 'shop' has the service account 'front' in another cluster only"
    assert (draft.severity, draft.partial) == (Severity.INFO, False)


def test_rules_of_another_cluster_shadow_nothing() -> None:
    open_east = in_cluster(made(AUTHORIZATION_POLICY, "shop/open", {"rules": [{}]}), "east")
    careful_west = in_cluster(made(AUTHORIZATION_POLICY, "shop/careful", {"rules": [{"to": [GET]}]}), "west")
    careful_east = in_cluster(made(AUTHORIZATION_POLICY, "shop/careful", {"rules": [{"to": [GET]}]}), "east")
    assert drafts("IS212", open_east, careful_west) == []
    (draft,) = drafts("IS212", open_east, careful_east)
    assert (
        draft.message == "'AuthorizationPolicy shop/open' allows all that this rule allows, so the rule changes nothing"
    )


def test_of_two_equal_rules_the_later_one_is_reported() -> None:
    one = made(AUTHORIZATION_POLICY, "shop/one", {"rules": [{"to": [GET]}]})
    two = made(AUTHORIZATION_POLICY, "shop/two", {"rules": [{"to": [GET]}]})
    (draft,) = drafts("IS212", one, two)
    assert draft.node is not None
    assert (draft.node.resource.name, draft.severity) == ("two", Severity.INFO)


@pytest.mark.parametrize(
    ("label", "expected"), [("istio-injection: enabled", 1), ("istio.io/dataplane-mode: ambient", 0)]
)
def test_rule_with_http_fields_is_not_compared_where_ztunnel_changes_it(label: str, expected: int) -> None:
    policy = (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: NAME, namespace: shop}\n"
        "spec: {action: DENY, rules: [{to: [{operation: {methods: [GET] PORTS}}]}]}\n"
    )
    mesh = scene(
        f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{{label}}}}}\n",
        deployment("shop/cart"),
        policy.replace("NAME", "all").replace(" PORTS", ""),
        policy.replace("NAME", "port").replace(" PORTS", ", ports: ['8080']"),
    )
    (rule,) = (rule for rule in load_rules() if rule.code == "IS212")
    assert rule.check is not None
    found = [draft for policy in mesh.of_kind(AUTHORIZATION_POLICY) for draft in rule.check(policy, mesh)]
    assert len(found) == expected
