"""Rules that the API server refuses match nothing."""

import pytest

from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.posture.istio.authorization.refused import is_refused
from service_mesh.posture.istio.policy_parts import policy_rules
from tests.mesh.objects import made
from tests.posture.istio.authorization.objects import answer, at_web, from_, policy, view

Rule = dict[str, object]


def of(field: str, *values: object) -> Rule:
    return {"from": [{"source": {field: list(values)}}]}


def to(field: str, *values: object) -> Rule:
    return {"to": [{"operation": {field: list(values)}}]}


def when(**fields: object) -> Rule:
    return {"when": [fields]}


REFUSED: list[Rule] = [
    {"from": [{}]},
    {"from": [{"source": {}}]},
    {"from": [{"source": None}]},
    {"from": [{"source": {"unknown": ["a"]}}]},
    {"from": [None]},
    {"from": {"source": {"namespaces": ["a"]}}},
    {"from": "all"},
    {"to": [{"operation": {}}]},
    {"to": [{"operation": {"ports": []}}]},
    {"when": [{}]},
    {"when": ["a"]},
    of("namespaces", ""),
    of("namespaces", 7),
    of("namespaces", None),
    {"from": [{"source": {"namespaces": "shop"}}]},
    {"from": [{"source": {"namespaces": {"a": "b"}}}]},
    of("ipBlocks", "somewhere"),
    of("ipBlocks", "10.0.0.0/33"),
    of("notRemoteIpBlocks", "10.0.0"),
    of("serviceAccounts", "*"),
    of("serviceAccounts", "a/b/c"),
    of("serviceAccounts", "a/"),
    of("serviceAccounts", "a" * 321),
    of("serviceAccounts", *["a"] * 17),
    {"from": [{"source": {"serviceAccounts": ["a"], "notNamespaces": ["b"]}}]},
    {"from": [{"source": {"notServiceAccounts": ["a"], "principals": ["b"]}}]},
    of("trustDomains", "a/b"),
    of("trustDomains", "a*b"),
    of("trustDomains", "*a*"),
    to("ports", 8080),
    to("ports", "65536"),
    to("ports", "-1"),
    to("ports", "http"),
    to("notPorts", "²"),
    to("paths", "/{*}/*"),
    to("paths", "/{**}/{name}"),
    to("paths", "/{*}/}"),
    to("paths", ""),
    when(key="request.time", values=["a"]),
    when(key="path", values=["a"]),
    when(key="", values=["a"]),
    when(key=7, values=["a"]),
    when(values=["a"]),
    when(key="source.namespace"),
    when(key="source.namespace", values=[]),
    when(key="source.namespace", values="shop"),
    when(key="source.namespace", notValues=[""]),
    when(key="source.ip", values=["a"]),
    when(key="destination.port", values=["a"]),
    when(key="request.headers", values=["a"]),
    when(key="request.headers[]", values=["a"]),
    when(key="request.headersx[a]", values=["a"]),
    when(key="experimental.envoy.filters.a", values=["a"]),
]
TAKEN: list[Rule] = [
    {},
    {"from": None},
    {"from": []},
    {"from": [{"source": {"namespaces": ["a"], "unknown": 7}}]},
    of("namespaces", "a*b"),
    of("serviceAccounts", *["a"] * 16),
    of("ipBlocks", "10.0.0.1", "2001:db8::/32"),
    of("trustDomains", "*", "a*", "*a"),
    to("ports", "0", "65535", "08080"),
    to("paths", "/{*}/a/{**}", "/a*", "/{a}"),
    when(key="request.headers[a]", notValues=["b"]),
    when(key="request.auth.claims[a][b]", values=["c"]),
    when(key="experimental.envoy.filters.a[b]", values=["c"]),
    when(key="request.experimental.inline.headers[a]", values=["c"]),
    {"from": [{"source": {"notServiceAccounts": ["a"], "ipBlocks": ["10.0.0.1"]}}]},
]


@pytest.mark.parametrize("rule", REFUSED, ids=str)
def test_rule_is_refused(rule: Rule) -> None:
    (found,) = policy_rules(made(AUTHORIZATION_POLICY, "shop/p", {"rules": [rule]}))
    assert is_refused(found)


@pytest.mark.parametrize("rule", TAKEN, ids=str)
def test_rule_is_taken(rule: Rule) -> None:
    (found,) = policy_rules(made(AUTHORIZATION_POLICY, "shop/p", {"rules": [rule]}))
    assert not is_refused(found)


@pytest.mark.parametrize(
    "rule", ["from: [{source: {}}]", "to: [{operation: {notPorts: [http]}}]", "when: [{key: a, values: [b]}]"]
)
def test_refused_rule_neither_denies_nor_allows(rule: str) -> None:
    assert answer(at_web(view(policy("shop/p", f"action: DENY, rules: [{{{rule}}}]")), from_())) == ("allowed", [])
    assert answer(at_web(view(policy("shop/p", f"rules: [{{{rule}}}]")), from_())) == ("denied", ["shop/p"])
