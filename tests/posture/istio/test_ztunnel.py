"""The truth table of an AuthorizationPolicy at ztunnel: each row is one way to write a rule."""

import pytest

from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.posture.istio.ztunnel import Effect, action_of, dry_run, rules_at_ztunnel
from tests.mesh.objects import made

Rule = dict[str, object]

L4_SOURCE: Rule = {"source": {"principals": ["cluster.local/ns/a/sa/b"]}}
HTTP_SOURCE: Rule = {"source": {"requestPrincipals": ["*"]}}
MIXED_SOURCE: Rule = {"source": {"namespaces": ["a"], "remoteIpBlocks": ["192.0.2.0/24"]}}
L4: Rule = {"operation": {"ports": ["8080"]}}
HTTP: Rule = {"operation": {"methods": ["GET"], "notPaths": ["/x"]}}
MIXED: Rule = {"operation": {"ports": ["8080"], "hosts": ["a.example.com"]}}
L4_WHEN: Rule = {"key": "destination.port", "values": ["8080"]}
HTTP_WHEN: Rule = {"key": "request.headers[x]", "values": ["1"]}

TABLE: list[tuple[Rule, Effect, Effect]] = [
    ({}, Effect.KEPT, Effect.KEPT),
    ({"from": [L4_SOURCE], "to": [L4], "when": [L4_WHEN]}, Effect.KEPT, Effect.KEPT),
    ({"to": [HTTP]}, Effect.LOST, Effect.LOST),
    ({"from": [L4_SOURCE], "to": [HTTP]}, Effect.LOST, Effect.LOST),
    ({"from": [HTTP_SOURCE], "to": [L4]}, Effect.LOST, Effect.LOST),
    ({"to": [L4], "when": [HTTP_WHEN]}, Effect.LOST, Effect.LOST),
    ({"when": [{"key": "source.serviceAccount", "values": ["a/b"]}]}, Effect.LOST, Effect.LOST),
    ({"when": [{"key": "connection.sni", "values": ["a"]}]}, Effect.LOST, Effect.LOST),
    ({"to": [MIXED]}, Effect.WIDENED, Effect.LOST),
    ({"from": [MIXED_SOURCE]}, Effect.WIDENED, Effect.LOST),
    ({"to": [HTTP, L4]}, Effect.NARROWED, Effect.LOST),
    ({"from": [L4_SOURCE, HTTP_SOURCE]}, Effect.NARROWED, Effect.LOST),
    ({"to": [MIXED, HTTP]}, Effect.WIDENED, Effect.LOST),
    ({"to": [MIXED], "from": [HTTP_SOURCE]}, Effect.LOST, Effect.LOST),
    ({"from": [{"source": {"trustDomains": ["a"]}}]}, Effect.LOST, Effect.LOST),
    ({"from": [{"source": {"trustDomains": ["a"], "namespaces": ["b"]}}]}, Effect.WIDENED, Effect.LOST),
    ({"to": [{"operation": {"ports": ["8080"], "methods": []}}]}, Effect.KEPT, Effect.KEPT),
]


@pytest.mark.parametrize(("rule", "denied", "allowed"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_rule_at_ztunnel(rule: Rule, denied: Effect, allowed: Effect) -> None:
    deny = made(AUTHORIZATION_POLICY, "shop/p", {"action": "DENY", "rules": [rule]})
    allow = made(AUTHORIZATION_POLICY, "shop/p", {"rules": [rule]})
    assert [one.effect for one in rules_at_ztunnel(deny)] == [denied]
    assert [one.effect for one in rules_at_ztunnel(allow)] == [allowed]


def test_dropped_fields_are_named_in_the_order_of_the_clauses() -> None:
    rule: Rule = {"from": [HTTP_SOURCE], "to": [MIXED, HTTP], "when": [HTTP_WHEN]}
    (found,) = rules_at_ztunnel(made(AUTHORIZATION_POLICY, "shop/p", {"action": "DENY", "rules": [rule]}))
    assert [node.pointer for node in found.dropped] == [
        "/spec/rules/0/to/0/operation/hosts",
        "/spec/rules/0/to/1/operation/methods",
        "/spec/rules/0/to/1/operation/notPaths",
        "/spec/rules/0/from/0/source/requestPrincipals",
        "/spec/rules/0/when/0/key",
    ]


def test_policy_without_an_action_allows() -> None:
    assert action_of(made(AUTHORIZATION_POLICY, "shop/p", {})) == "ALLOW"
    assert action_of(made(AUTHORIZATION_POLICY, "shop/p", {"action": "AUDIT"})) == "AUDIT"


def test_policy_without_the_annotation_is_no_trial() -> None:
    assert dry_run(made(AUTHORIZATION_POLICY, "shop/p", {})) is None
