"""What ztunnel makes of policies, restated from the tests of istiod's ambient registry.

The cases are of `istio/istio: pilot/pkg/serviceregistry/ambient/authorization_test.go`
(TestConvertAuthorizationPolicyStatus, by the name of the case) and of `testdata/deny-groups-in.yaml` beside it (by the
remark above the rule). They look at the policy that is made; ours at what becomes of calls.
"""

import pytest

from service_mesh.posture.istio.authorization.peers import Call
from tests.posture.istio.authorization.objects import (
    AMBIENT,
    CLIENT,
    OTHER,
    TCP,
    answer,
    at_web,
    from_,
    policy,
    service,
    view,
)

CART = f"from: [{{source: {{principals: [{CLIENT}]}}}}]"
NO_TOKEN = "from: [{source: {notRequestPrincipals: [example.com/sub-1]}}]"
HEADER = "when: [{key: 'request.headers[x-token]', values: [secret]}]"
RULE = ["shop/p /rules/0"]
CASES = [
    (
        "no status - targetRef is not for ztunnel",
        "targetRef: {kind: Service, group: '', name: web}, rules: []",
        "allowed",
        [],
    ),
    ("no status - policy is fine", f"rules: [{{{CART}, to: [{{operation: {{ports: ['8080']}}}}]}}]", "allowed", RULE),
    (
        "unsupported AUDIT action",
        f"action: AUDIT, rules: [{{{CART}, to: [{{operation: {{ports: ['8080']}}}}]}}]",
        "allowed",
        [],
    ),
    (
        "unsupported CUSTOM action",
        "action: CUSTOM, provider: {name: ext}, rules: [{to: [{operation: {ports: ['8080']}}]}]",
        "allowed",
        [],
    ),
    (
        "unsupported HTTP methods",
        "rules: [{from: [{source: {requestPrincipals: [example.com/sub-1]}}], to: [{operation: {methods: [GET]}}], "
        "when: [{key: request.auth.presenter, values: [presenter.example.com]}]}]",
        "denied",
        ["shop/p"],
    ),
    ("DENY policy with only L4 attributes - no status warning", f"action: DENY, rules: [{{{CART}}}]", "denied", RULE),
    (
        "DENY policy with only L7 attributes results in no effect at ztunnel",
        f"action: DENY, rules: [{{{NO_TOKEN}}}]",
        "allowed",
        [],
    ),
    (
        "DENY policy with mixed L4 and L7 attributes is enforced without HTTP rules",
        f"action: DENY, rules: [{{from: [{{source: {{principals: [{CLIENT}], notRequestPrincipals: [a/b]}}}}]}}]",
        "denied",
        RULE,
    ),
    (
        "DENY policy with L7-only and separate L4 rule is still enforced",
        f"action: DENY, rules: [{{{NO_TOKEN}}}, {{{CART}}}]",
        "denied",
        ["shop/p /rules/1"],
    ),
    (
        "DENY policy with empty catch-all rule and L7-only rule is still enforced",
        f"action: DENY, rules: [{{}}, {{{NO_TOKEN}}}]",
        "denied",
        RULE,
    ),
    (
        "DENY policy with L4 From and L7 When is a no-op due to AND empty clause",
        f"action: DENY, rules: [{{{CART}, {HEADER}}}]",
        "allowed",
        [],
    ),
    (
        "DENY policy with L4 From and L7-only To methods is a no-op due to AND empty clause",
        f"action: DENY, rules: [{{{CART}, to: [{{operation: {{methods: [GET]}}}}]}}]",
        "allowed",
        [],
    ),
    (
        "ALLOW policy mixing namespaces with trustDomains drops the rule",
        "rules: [{from: [{source: {namespaces: [shop], trustDomains: [cluster.local]}}]}]",
        "denied",
        ["shop/p"],
    ),
    (
        "DENY policy with only notTrustDomains results in no effect at ztunnel",
        "action: DENY, rules: [{from: [{source: {notTrustDomains: [cluster.local]}}]}]",
        "allowed",
        [],
    ),
]


@pytest.mark.parametrize(("source", "spec", "verdict", "chain"), CASES, ids=[row[0] for row in CASES])
def test_policy_at_ztunnel(source: str, spec: str, verdict: str, chain: list[str]) -> None:
    assert source
    mesh = view(policy("shop/p", spec), service(), plane=AMBIENT)
    assert answer(at_web(mesh, from_(protocol=TCP))) == (verdict, chain)


BANK_AND_TELLER = f"principals: ['{OTHER}'], namespaces: [bank]"
AT_PORT = "to: [{operation: {ports: ['80']}}]"
AS_BANK, AS_SHOP = from_(OTHER, port=80, address="10.10.10.10"), from_(CLIENT, port=80, address="10.10.10.10")
DENY_GROUPS = [
    (
        "Has mix of L4 and L7 in from",
        f"from: [{{source: {{{BANK_AND_TELLER}, requestPrincipals: [a/b]}}}}], {AT_PORT}",
        AS_BANK,
        True,
    ),
    (
        "Has mix of L4 and L7 in to",
        f"from: [{{source: {{{BANK_AND_TELLER}}}}}], to: [{{operation: {{ports: ['80'], methods: [GET]}}}}]",
        AS_BANK,
        True,
    ),
    ("Only L4", f"from: [{{source: {{{BANK_AND_TELLER}}}}}], {AT_PORT}", AS_BANK, True),
    ("Only L4, another port", f"from: [{{source: {{{BANK_AND_TELLER}}}}}], {AT_PORT}", from_(OTHER, port=81), False),
    ("Only L4, another client", f"from: [{{source: {{{BANK_AND_TELLER}}}}}], {AT_PORT}", AS_SHOP, False),
    (
        "Only L7",
        "from: [{source: {requestPrincipals: [a/b]}}], to: [{operation: {paths: [/a], methods: [GET]}}]",
        AS_BANK,
        False,
    ),
    (
        "L4 and L7 when",
        "when: [{key: source.namespace, values: [bank]}, {key: connection.sni, values: [x]}]",
        AS_BANK,
        False,
    ),
    (
        "L4 only when",
        "when: [{key: source.namespace, values: [bank]}, "
        "{key: source.ip, values: [10.10.10.10], notValues: [20.20.20.20]}]",
        AS_BANK,
        True,
    ),
    (
        "L7 only when",
        "when: [{key: connection.sni, values: [x]}, {key: 'request.headers[X-header]', values: [y]}]",
        AS_BANK,
        False,
    ),
]


@pytest.mark.parametrize(("source", "rule", "call", "is_denied"), DENY_GROUPS, ids=[row[0] for row in DENY_GROUPS])
def test_rule_of_a_deny_at_ztunnel(source: str, rule: str, call: Call, is_denied: bool) -> None:
    assert source
    mesh = view(policy("shop/p", f"action: DENY, rules: [{{{rule}}}]"), plane=AMBIENT)
    assert answer(at_web(mesh, call)) == (("denied", RULE) if is_denied else ("allowed", []))
