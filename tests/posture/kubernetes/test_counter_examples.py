"""Worlds in which the posture and the naive evaluator once differed, made small and kept."""

import pytest

from service_mesh.posture.decisions import Decision
from service_mesh.posture.kubernetes.access import egress_decision, ingress_decision
from service_mesh.posture.kubernetes.ends import Entity, of_entity, of_workload, pod_with
from tests.posture.kubernetes.objects import admin, chain_of, namespace, policy
from tests.support.scene import deployment, scene, the

ALL = "namespaces: {}"
WEB, CART = deployment("shop/web"), deployment("shop/cart")


def pod(address: str) -> str:
    status = f"status: {{podIP: {address}}}\n" if address else ""
    metadata = "{name: db, namespace: shop, labels: {app: db}}"
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec: {{containers: [{{name: app, image: app}}]}}\n{status}"
    )


def rule(action: str, peer: str = ALL, key: str = "from") -> str:
    return f"{{action: {action}, {key}: [{{{peer}}}]}}"


def into_web(*documents: str) -> Decision:
    mesh = scene(namespace("shop"), WEB, CART, *documents)
    return ingress_decision(mesh, of_workload(the(mesh, "shop/cart")), of_workload(the(mesh, "shop/web")), 80)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Allow", "Deny", "unknown"),
        ("Deny", "Pass", "unknown"),
        ("Allow", "Pass", "allowed"),
        ("Deny", "Deny", "denied"),
    ],
)
def test_any_of_two_policies_with_one_priority_may_be_applied(first: str, second: str, expected: str) -> None:
    """Seed 161: the one whose name comes first was taken."""
    documents = [admin(name, 7, ALL, f"ingress: [{rule(one)}]") for name, one in (("a", first), ("b", second))]
    assert into_web(*documents).verdict == expected


def test_policies_with_one_priority_are_all_named_where_they_differ() -> None:
    found = into_web(*(admin(name, 7, ALL, f"ingress: [{rule(one)}]") for name, one in (("a", "Allow"), ("b", "Deny"))))
    assert (found.reason, chain_of(found.chain), found.missing) == (
        "policies of the same priority differ",
        ["AdminNetworkPolicy a /spec/ingress/0", "AdminNetworkPolicy b /spec/ingress/0"],
        ("whether AdminNetworkPolicy b comes before others of its priority",),
    )


@pytest.mark.parametrize(
    ("network", "address", "expected"),
    [
        ("10.0.0.0/8", "10.1.0.7", "denied"),
        ("10.0.0.0/8", "192.168.0.7", "allowed"),
        ("10.0.0.0/8", "", "unknown"),
        ("0.0.0.0/0", "", "unknown"),
        ("203.0.113.0/24", "", "allowed"),
    ],
)
def test_networks_of_administrators_hold_pods_too(network: str, address: str, expected: str) -> None:
    """A pod was in no network but that of everything, although the interface says that traffic inside is checked."""
    rules = f"egress: [{rule('Deny', f'networks: [{network}]', 'to')}]"
    mesh = scene(WEB, pod(address), admin("a", 1, ALL, rules))
    found = egress_decision(mesh, of_workload(the(mesh, "shop/web")), of_workload(the(mesh, "shop/db")), 80)
    assert found.verdict == expected


def test_rule_behind_one_that_matches_is_never_first_even_if_it_is_not_known_whom_the_policy_is_for() -> None:
    """The Deny behind the Allow left the answer open, though it is allowed whether or not the policy is for the pod."""
    blue = "namespaces: {matchLabels: {team: blue}}"
    mesh = scene(CART, admin("a", 1, blue, f"ingress: [{rule('Allow')}, {rule('Deny')}]"))
    cart = of_workload(the(mesh, "shop/cart"))
    assert ingress_decision(mesh, cart, pod_with("far", {}), 80).verdict == "allowed"


@pytest.mark.parametrize(
    ("nodes", "entity", "expected"),
    [
        ("{}", Entity.REMOTE_NODE, "denied"),
        ("{}", Entity.HOST, "unknown"),
        ("{matchLabels: {pool: edge}}", Entity.REMOTE_NODE, "unknown"),
    ],
)
def test_selector_of_all_nodes_holds_each_one_but_perhaps_the_own(nodes: str, entity: Entity, expected: str) -> None:
    mesh = scene(WEB, admin("a", 1, ALL, f"egress: [{rule('Deny', f'nodes: {nodes}', 'to')}]"))
    assert egress_decision(mesh, of_workload(the(mesh, "shop/web")), of_entity(entity), 80).verdict == expected


def test_policy_of_a_namespace_still_decides_where_both_administrators_pass() -> None:
    documents = [admin(name, 7, ALL, f"ingress: [{rule('Pass')}]") for name in ("a", "b")]
    assert into_web(*documents, policy("shop/closed", "podSelector: {}")).verdict == "denied"
