"""Policies that Cilium's agent refuses as a whole, restated from its own tests of the validation.

The source of every case is a function of `cilium/cilium: pkg/policy/api/rule_validation_test.go`.
"""

import pytest

from service_mesh.posture.cilium.access import ingress_decision
from tests.posture.cilium.objects import ccnp, config, end
from tests.posture.cilium.test_access_restated import EMPTY, world

HTTP = "rules: {http: [{method: GET, path: /}]}"
DNS = "rules: {dns: [{matchName: domain.com}]}"
BROKEN = "matchLabels: {foo: bar}, matchExpressions: [{key: foo, operator: asdf, values: [default]}]"


def item(ports: str, rules: str = "", peers: str = "Endpoints: [{}]", start: str = "from") -> str:
    return f"{{{start}{peers}, toPorts: [{{ports: [{ports}]{', ' + rules if rules else ''}}}]}}"


def one(port: int, protocol: str) -> str:
    return f"{{port: '{port}', protocol: {protocol}}}"


def http(method: str, path: str) -> str:
    return f"rules: {{http: [{{method: '{method}', path: '{path}'}}]}}"


def many(count: int) -> str:
    return ", ".join(one(port, "TCP") for port in range(80, 80 + count))


@pytest.mark.parametrize(
    ("source", "rule", "is_taken"),
    [
        ("TestL7RulesWithNonTCPProtocols: TCP", f"{EMPTY}, ingress: [{item(many(2), HTTP)}]", True),
        (
            "TestL7RulesWithNonTCPProtocols: UDP",
            f"{EMPTY}, ingress: [{item(one(80, 'UDP'), HTTP)}]",
            False,
        ),
        (
            "TestL7RulesWithNonTCPProtocols: ANY",
            f"{EMPTY}, ingress: [{item(one(80, 'ANY'), HTTP)}]",
            False,
        ),
        (
            "TestL7RulesWithNonTCPProtocols: TCP and UDP",
            f"{EMPTY}, ingress: [{item(many(1) + ', ' + one(12345, 'UDP'), HTTP)}]",
            False,
        ),
        (
            "TestL7RulesWithNonTCPProtocols: DNS on the way in",
            f"{EMPTY}, ingress: [{item(one(53, 'ANY'), DNS)}]",
            False,
        ),
        (
            "TestL7RulesWithNonTCPProtocols: DNS on the way out",
            f"{EMPTY}, ingress: [{{}}], egress: [{item(one(53, 'UDP'), DNS, start='to')}]",
            True,
        ),
        (
            "TestHTTPRuleRegexes: path",
            f"{EMPTY}, ingress: [{item(many(2), http('GET', '*'))}]",
            False,
        ),
        (
            "TestHTTPRuleRegexes: method",
            f"{EMPTY}, ingress: [{item(many(2), http('*', '/'))}]",
            False,
        ),
        ("TestNodeSelector: both", f"{EMPTY}, nodeSelector: {{}}, ingress: [{{}}]", False),
        ("TestNodeSelector: none", "ingress: [{}]", False),
        ("TestTooManyPortsRule, one less", f"{EMPTY}, ingress: [{item(many(40))}]", True),
        ("TestTooManyPortsRule", f"{EMPTY}, ingress: [{item(many(41))}]", False),
        ("TestInvalidEndpointSelectors: subject", f"endpointSelector: {{{BROKEN}}}, ingress: [{{}}]", False),
        (
            "TestInvalidEndpointSelectors: ingress",
            f"{EMPTY}, ingress: [{{}}, {{fromEndpoints: [{{{BROKEN}}}]}}]",
            False,
        ),
        (
            "TestInvalidEndpointSelectors: egress",
            f"{EMPTY}, ingress: [{{}}], egress: [{{toEndpoints: [{{{BROKEN}}}]}}]",
            False,
        ),
        (
            "TestICMPRuleWithOtherRuleFailed",
            f"{EMPTY}, ingress: [{{icmps: [{{fields: [{{type: 8}}]}}], toPorts: [{{ports: [{many(1)}]}}]}}]",
            False,
        ),
        ("TestL7RulesWithNodeSelector: without", "nodeSelector: {}, ingress: [{fromEndpoints: [{}]}]", True),
        ("TestL7RulesWithNodeSelector: ingress", f"nodeSelector: {{}}, ingress: [{item(many(1), HTTP)}]", False),
        (
            "TestL7RulesWithNodeSelector: egress",
            f"nodeSelector: {{}}, ingress: [{{}}], egress: [{item(many(1), HTTP, start='to')}]",
            False,
        ),
    ],
)
def test_policies_are_refused_as_a_whole(source: str, rule: str, *, is_taken: bool) -> None:
    """What is refused leaves everything open; what is taken closes."""
    host = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: node, namespace: default}\n"
        "spec: {hostNetwork: true, containers: [{name: app, image: app}]}\n"
    )
    server = "default/node" if rule.startswith("nodeSelector") else "default/a"
    mesh = world(host, config("enable-host-firewall: 'true'"), ccnp("p", rule))
    asked = end(mesh, "203.0.113.9"), end(mesh, server), 7
    assert ingress_decision(mesh, *asked).verdict.value == ("denied" if is_taken else "allowed"), source
