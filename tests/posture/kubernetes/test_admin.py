"""Policies of administrators: order, passing on, the baseline and what is not known."""

import pytest

from service_mesh.posture.kubernetes.access import egress_decision, ingress_decision
from service_mesh.posture.kubernetes.ends import Entity, of_entity, of_workload, outside, pod_with
from tests.posture.kubernetes.objects import admin, baseline, chain_of, namespace, policy
from tests.support.scene import deployment, scene, the

ALL = "namespaces: {}"
FROM_ALL = "from: [{namespaces: {}}]"
OPEN = policy("shop/open", "podSelector: {}, ingress: [{}]")
CLOSED = policy("shop/closed", "podSelector: {}")


def rules(*actions: str, ports: str = "") -> str:
    return f"ingress: [{', '.join(f'{{action: {action}, {FROM_ALL}{ports}}}' for action in actions)}]"


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([admin("a", 1, ALL, rules("Deny")), OPEN], "denied"),
        ([admin("a", 1, ALL, rules("Allow")), CLOSED], "allowed"),
        ([admin("a", 1, ALL, rules("Pass", "Deny")), OPEN], "allowed"),
        ([admin("a", 9, ALL, rules("Deny")), admin("b", 2, ALL, rules("Allow"))], "allowed"),
        ([baseline(ALL, rules("Deny"))], "denied"),
        ([baseline(ALL, rules("Deny")), OPEN], "allowed"),
        ([baseline(ALL, rules("Allow")), CLOSED], "denied"),
        ([admin("a", 1, ALL, rules("Pass")), baseline(ALL, rules("Deny"))], "denied"),
        ([admin("a", 1, "namespaces: {matchLabels: {team: blue}}", rules("Deny"))], "allowed"),
        ([admin("a", 1, "pods: {namespaceSelector: {}, podSelector: {}}", rules("Deny"))], "denied"),
    ],
)
def test_first_rule_that_matches_decides(documents: list[str], expected: str) -> None:
    mesh = scene(namespace("shop"), deployment("shop/web"), deployment("shop/cart"), *documents)
    client, server = of_workload(the(mesh, "shop/cart")), of_workload(the(mesh, "shop/web"))
    assert ingress_decision(mesh, client, server, 80).verdict == expected


@pytest.mark.parametrize(
    ("port", "asked", "protocol", "expected"),
    [
        ("portNumber: {port: 80}", 80, "TCP", "denied"),
        ("portNumber: {port: 80, protocol: UDP}", 80, "TCP", "allowed"),
        ("portRange: {start: 80, end: 90}", 90, "TCP", "denied"),
        ("portRange: {start: 80, end: 90}", 91, "TCP", "allowed"),
        ("namedPort: http", 80, "TCP", "allowed"),
    ],
)
def test_rules_may_be_about_some_ports(port: str, asked: int, protocol: str, expected: str) -> None:
    mesh = scene(deployment("shop/web"), admin("a", 1, ALL, rules("Deny", ports=f", ports: [{{{port}}}]")))
    found = ingress_decision(mesh, pod_with("shop", {}), of_workload(the(mesh, "shop/web")), asked, protocol)
    assert found.verdict == expected


def test_rules_for_networks_nodes_and_names_are_about_what_is_outside_of_pods() -> None:
    to = "{networks: [203.0.113.0/24]}, {nodes: {}}"
    mesh = scene(deployment("shop/web"), admin("a", 1, ALL, f"egress: [{{action: Deny, to: [{to}]}}]"))
    client = of_workload(the(mesh, "shop/web"))
    ends = (outside(host="api.example.com"), pod_with("shop", {}), of_entity(Entity.HOST))
    assert [egress_decision(mesh, client, end, 443).verdict.value for end in ends] == ["unknown", "allowed", "unknown"]


def test_open_question_matters_only_if_the_answer_depends_on_it() -> None:
    blue = "ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: blue}}}]}]"
    mesh = scene(deployment("shop/web"), admin("a", 1, ALL, blue))
    server = of_workload(the(mesh, "shop/web"))
    found = ingress_decision(mesh, pod_with("far", {}), server, 80)
    assert (found.verdict, chain_of(found.chain), found.missing) == (
        "unknown",
        ["AdminNetworkPolicy a /spec/ingress/0"],
        ("whether AdminNetworkPolicy a matches at /spec/ingress/0",),
    )
    agreed = scene(deployment("shop/web"), admin("a", 1, ALL, blue), admin("b", 2, ALL, rules("Deny")))
    decided = ingress_decision(agreed, pod_with("far", {}), server, 80)
    assert (decided.verdict, chain_of(decided.chain)) == ("denied", ["AdminNetworkPolicy b /spec/ingress/0"])
