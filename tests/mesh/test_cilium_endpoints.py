"""Which workloads a Cilium policy is for."""

import pytest

from service_mesh.mesh.cilium_endpoints import CILIUM_POLICIES, rules_selecting, selected_by_rule
from tests.support.scene import deployment, scene, the


def policy(kind: str, selector: str, namespace: str = "") -> str:
    place = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: p{place}}}\n"
        f"spec: {{endpointSelector: {selector}, ingress: [{{}}]}}\n"
    )


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (policy("CiliumNetworkPolicy", "{}", "shop"), ["shop/web", "shop/cart"]),
        (policy("CiliumNetworkPolicy", "{matchLabels: {app: web}}", "shop"), ["shop/web"]),
        (policy("CiliumNetworkPolicy", "{matchLabels: {k8s:app: web}}", "shop"), ["shop/web"]),
        (policy("CiliumNetworkPolicy", "{matchLabels: {any:app: web}}", "bank"), ["bank/web"]),
        (
            policy("CiliumNetworkPolicy", "{matchLabels: {k8s:io.kubernetes.pod.namespace: bank}}", "shop"),
            ["shop/web", "shop/cart"],
        ),
        (policy("CiliumNetworkPolicy", "{matchLabels: {io.kubernetes.pod.namespace: bank}}", "shop"), []),
        (policy("CiliumClusterwideNetworkPolicy", "{}"), ["shop/web", "shop/cart", "bank/web"]),
        (policy("CiliumClusterwideNetworkPolicy", "{matchLabels: {io.kubernetes.pod.namespace: bank}}"), ["bank/web"]),
        (
            policy(
                "CiliumClusterwideNetworkPolicy",
                "{matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [bank]}]}",
            ),
            ["shop/web", "shop/cart"],
        ),
    ],
)
def test_rule_and_workload_find_each_other(made: str, expected: list[str]) -> None:
    names = ("shop/web", "shop/cart", "bank/web")
    mesh = scene(*map(deployment, names), made)
    (rule,) = (node for kind in CILIUM_POLICIES for found in mesh.of_kind(kind) for node in found.each("spec"))
    assert [f"{w.namespace}/{w.resource.name}" for w in selected_by_rule(mesh, rule)] == expected
    assert [name for name in names if rules_selecting(mesh, the(mesh, name))] == expected


def test_rules_for_nodes_are_for_no_endpoint() -> None:
    node_policy = (
        "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: p}\n"
        "spec: {nodeSelector: {}, ingress: [{}]}\n"
    )
    mesh = scene(deployment("shop/web"), node_policy)
    assert rules_selecting(mesh, the(mesh, "shop/web")) == ()
