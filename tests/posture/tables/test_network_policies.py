"""NetworkPolicies of Kubernetes: isolation, peers, ports, addresses, both ends, and the nodes."""

import pytest

from service_mesh.mesh.view import MeshView
from tests.posture.kubernetes.objects import namespace, policy
from tests.posture.tables.asking import said
from tests.support.scene import deployment, scene

WEB, CART = (f"podSelector: {{matchLabels: {{app: {name}}}}}" for name in ("web", "cart"))
CALL, BANK, WORLD = (f"{client} > shop/web:8080" for client in ("shop/cart", "bank/cart", "203.0.113.9"))
RED = "namespaceSelector: {matchLabels: {team: red}}"
P, FIRST = "NetworkPolicy shop/p", "NetworkPolicy shop/p /spec/ingress/0"
Q, Q_FIRST = "NetworkPolicy shop/q", "NetworkPolicy shop/q /spec/egress/0"
AGENT = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: shop, labels: {app: agent}}\n"
    "spec: {hostNetwork: true, containers: [{name: app, image: app}]}\n"
)


def web(rules: str, name: str = "p") -> str:
    """A policy for the server."""
    return policy(f"shop/{name}", f"{WEB}, {rules}")


def cart(rules: str) -> str:
    """A policy for the client."""
    return policy("shop/q", f"{CART}, {rules}")


def source(*peers: str) -> str:
    listed = ", ".join(f"{{{peer}}}" for peer in peers)
    return f"ingress: [{{from: [{listed}]}}]"


def town(*documents: str) -> MeshView:
    named = deployment("shop/web").replace("{containerPort: 8080}", "{name: http, containerPort: 8080}")
    homes = namespace("shop", "team: blue"), namespace("bank", "team: red")
    return scene(*homes, named, deployment("shop/cart"), deployment("bank/cart"), AGENT, *documents)


ROWS: list[tuple[list[str], str, str, list[str]]] = [
    ([], CALL, "allowed plaintext", []),
    ([policy("bank/p", "podSelector: {}, policyTypes: [Ingress]")], CALL, "allowed plaintext", []),
    ([web("policyTypes: [Ingress]")], CALL, "denied plaintext network-ingress", [P]),
    ([web("ingress: []")], CALL, "denied plaintext network-ingress", [P]),
    ([web("ingress: [{}]")], WORLD, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{from: []}]")], WORLD, "allowed plaintext network-ingress", [FIRST]),
    ([web("policyTypes: [Egress], egress: [{}]")], CALL, "allowed plaintext", []),
    ([web(source(CART))], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([web(source(CART))], BANK, "denied plaintext network-ingress", [P]),
    ([web(source(RED))], BANK, "allowed plaintext network-ingress", [FIRST]),
    ([web(source(RED))], CALL, "denied plaintext network-ingress", [P]),
    ([web(source(f"{CART}, {RED}"))], BANK, "allowed plaintext network-ingress", [FIRST]),
    ([web(source(f"{CART}, {RED}"))], CALL, "denied plaintext network-ingress", [P]),
    ([web(source(CART, RED))], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([web(source("podSelector: {}"))], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([web(source("podSelector: {}"))], BANK, "denied plaintext network-ingress", [P]),
    ([web(source("namespaceSelector: {}"))], BANK, "allowed plaintext network-ingress", [FIRST]),
    (
        [web("policyTypes: [Ingress]"), web(source(CART), "other")],
        CALL,
        "allowed plaintext network-ingress",
        ["NetworkPolicy shop/other /spec/ingress/0"],
    ),
    ([web("ingress: [{ports: [{port: 8080}]}]")], WORLD, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{ports: [{port: 9090}]}]")], WORLD, "denied plaintext network-ingress", [P]),
    ([web("ingress: [{ports: [{port: http}]}]")], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{ports: [{port: other}]}]")], CALL, "denied plaintext network-ingress", [P]),
    ([web("ingress: [{ports: [{port: 8000, endPort: 8090}]}]")], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{ports: [{port: 8080, protocol: UDP}]}]")], CALL, "denied plaintext network-ingress", [P]),
    ([web(source("ipBlock: {cidr: 203.0.113.0/24}"))], WORLD, "allowed plaintext network-ingress", [FIRST]),
    (
        [web(source("ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.9/32]}"))],
        WORLD,
        "denied plaintext network-ingress",
        [P],
    ),
    ([cart("egress: []")], CALL, "allowed plaintext", []),
    ([cart("egress: [{to: [{podSelector: {}}]}]")], CALL, "allowed plaintext network-egress", [Q_FIRST]),
    ([cart("policyTypes: [Egress]")], CALL, "denied plaintext network-egress", [Q]),
    ([cart("policyTypes: [Egress]"), web("ingress: [{}]")], CALL, "denied plaintext network-egress", [Q]),
    (
        [cart("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]")],
        "shop/cart > 203.0.113.9:443",
        "allowed outside network-egress",
        [Q_FIRST],
    ),
    ([web("policyTypes: [Ingress]")], "host > shop/web:8080", "allowed plaintext", []),
    ([web("policyTypes: [Ingress]")], "remote-node > shop/web:8080", "denied plaintext network-ingress", [P]),
    ([web("policyTypes: [Ingress]")], "shop/agent > shop/web:8080", "unknown plaintext network-ingress", []),
]


@pytest.mark.parametrize(("documents", "call", "expected", "chain"), ROWS)
def test_call_past_network_policies(documents: list[str], call: str, expected: str, chain: list[str]) -> None:
    assert said(town(*documents), call) == (expected, chain)
