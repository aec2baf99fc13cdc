"""Rules for requests: what remains to be met, and whether a request meets it."""

import pytest

from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.cilium.names import pattern_matches
from service_mesh.posture.cilium.requests import admits, admits_name
from service_mesh.posture.decisions import Decision
from service_mesh.posture.expressions import matches_whole
from service_mesh.posture.requests import HttpRequest
from tests.posture.cilium.objects import WEB, cnp, end, shop


def ports(rules: str, peers: str = "fromEntities: [all]") -> str:
    return f"{{{peers}, toPorts: [{{ports: [{{port: '8080', protocol: TCP}}], {rules}}}]}}"


def into_web(
    *items: str, more: str = "", release: tuple[int, ...] | None = None, client: str = "shop/cart"
) -> Decision:
    mesh = shop(cnp("shop/p", f"{WEB}, ingress: [{', '.join(items)}]{more}"), release=release)
    return ingress_decision(mesh, end(mesh, client), end(mesh, "shop/web"), 8080)


def pointers(found: Decision) -> list[str]:
    return [rules.pointer for rules in found.rules]


GET = ports("rules: {http: [{method: GET}]}")
AT_0 = "/spec/ingress/0/toPorts/0/rules"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([GET], [AT_0]),
        ([GET, ports("rules: {http: [{path: /x}]}")], [AT_0, "/spec/ingress/1/toPorts/0/rules"]),
        ([GET, "{fromEndpoints: [{}]}"], []),
        ([GET, ports("listener: {}")], []),
        ([ports("rules: {}")], []),
        ([ports("rules: {http: []}")], []),
        ([ports("serverNames: [a.example.com]")], ["/spec/ingress/0/toPorts/0/serverNames"]),
        ([ports("rules: {l7proto: x, l7: [{a: b}]}")], [AT_0]),
    ],
)
def test_rules_remain_unless_one_lets_everything_pass(items: list[str], expected: list[str]) -> None:
    found = into_web(*items)
    assert (found.verdict, pointers(found)) == ("allowed", expected)


def test_node_of_the_server_is_bound_by_no_rule() -> None:
    assert pointers(into_web(GET, client="host")) == []


def test_rule_that_may_let_more_pass_is_named_beside_those_that_remain() -> None:
    found = into_web(GET, "{fromGroups: [{aws: {securityGroupsIds: [sg-1]}}]}", client="203.0.113.9")
    missing = ("whether CiliumNetworkPolicy shop/p is about it at /spec/ingress/1",)
    assert (found.verdict, pointers(found), found.missing) == ("allowed", [AT_0], missing)


def test_rules_without_default_deny_refuse_requests_before_1_18() -> None:
    switch = ", enableDefaultDeny: {ingress: false}"
    assert pointers(into_web(GET, more=switch, release=(1, 17))) == [AT_0]
    assert pointers(into_web(GET, more=switch, release=(1, 18))) == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{}", True),
        ("{method: GET}", True),
        ("{method: POST}", False),
        ("{method: 'GET|HEAD'}", True),
        ("{path: /api}", False),
        ("{path: '/api/.*'}", True),
        ("{path: '/api/v1', method: GET}", False),
        (r"{path: '/api/v1(\?.*)?'}", True),
        ("{host: shop.example.com}", None),
        ("{headers: ['X-Team: blue']}", True),
        ("{headers: ['x-team blue']}", True),
        ("{headers: ['X-Team: red']}", False),
        ("{headers: ['X-Team']}", True),
        ("{headers: ['X-Other']}", False),
        ("{headerMatches: [{name: X-Team, value: blue}]}", True),
        ("{headerMatches: [{name: X-Team, value: red}]}", False),
        ("{headerMatches: [{name: X-Team, value: red, mismatch: LOG}]}", True),
        ("{headerMatches: [{name: X-Team, secret: {name: s}}]}", None),
        ("{headerMatches: [{name: X-Other, secret: {name: s}}]}", False),
    ],
)
def test_request_has_to_meet_every_field_of_an_entry(rule: str, expected: bool | None) -> None:
    request = HttpRequest("GET", "/api/v1?a=1", None, {"x-team": "blue"})
    found = into_web(ports(f"rules: {{http: [{rule}]}}"))
    assert admits(found.rules, request) is expected


def test_one_entry_of_one_rule_is_enough_and_none_lets_all_pass() -> None:
    found = into_web(ports("rules: {http: [{method: PUT}]}"), ports("rules: {http: [{path: /x}, {path: /y}]}"))
    assert [admits(found.rules, HttpRequest("GET", path)) for path in ("/y", "/z")] == [True, False]
    assert admits((), HttpRequest()) is True
    assert admits(into_web(ports("serverNames: [a.example.com]")).rules, HttpRequest("GET", "/")) is None


def test_dns_names_have_to_be_allowed_by_a_rule() -> None:
    rules = "rules: {dns: [{matchPattern: '*.example.com'}, {matchName: cart.shop.svc.cluster.local}]}"
    item = f"{{toEndpoints: [{{}}], toPorts: [{{ports: [{{port: '53'}}], {rules}}}]}}"
    mesh = shop(cnp("shop/p", f"{WEB}, egress: [{item}]"))
    found = egress_decision(mesh, end(mesh, "shop/web"), end(mesh, "shop/cart"), 53, "UDP")
    names = ("api.example.com", "example.com", "CART.shop.svc.cluster.local.")
    assert [admits_name(mesh, found.rules, name) for name in names] == [True, False, True]
    assert admits_name(mesh, into_web(GET).rules, "api.example.com") is None


@pytest.mark.parametrize(("pattern", "expected"), [("*", True), ("*.example.com", None)])
def test_pattern_for_every_name_lets_each_question_pass_whatever_it_asks(pattern: str, expected: bool | None) -> None:
    rules = f"rules: {{dns: [{{matchPattern: '{pattern}'}}]}}"
    item = f"{{toEndpoints: [{{}}], toPorts: [{{ports: [{{port: '53'}}], {rules}}}]}}"
    mesh = shop(cnp("shop/p", f"{WEB}, egress: [{item}]"))
    found = egress_decision(mesh, end(mesh, "shop/web"), end(mesh, "shop/cart"), 53, "UDP")
    assert admits(found.rules, HttpRequest()) is expected


@pytest.mark.parametrize(
    ("pattern", "name", "is_deep", "expected"),
    [
        ("*", "a.b.c", True, True),
        ("*.example.com", "api.example.com", True, True),
        ("*.example.com", "example.com", True, False),
        ("*.example.com", "a.b.example.com", True, False),
        ("**.example.com", "a.b.example.com", True, True),
        ("**.example.com", "a.b.example.com", False, False),
        ("**.example.com", "example.com", True, False),
        ("*example.com", "example.com", True, True),
        ("*example.com", "myexample.com", True, True),
        ("api-*.example.com", "api-7.example.com", True, True),
        ("a*b*c.example.com", "axxbxxd.example.com", True, False),
        ("Sub.Example.com.", "sub.example.com", True, True),
    ],
)
def test_star_in_a_name_stays_in_its_label(pattern: str, name: str, *, is_deep: bool, expected: bool) -> None:
    assert pattern_matches(pattern, name, is_deep=is_deep) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/ab", False),
        ("/a.*", "/abc", True),
        ("(a+)+b", "aaaa", None),
        ("a*b*c*", "abc", None),
        ("(?i)get", "GET", None),
        ("(unclosed", "x", None),
        (r"\pL", "a", None),
        ("a" * 301 + ".", "a", None),
    ],
)
def test_patterns_are_answered_only_where_that_is_quick_and_certain(
    pattern: str, text: str, expected: bool | None
) -> None:
    assert matches_whole(pattern, text) is expected
