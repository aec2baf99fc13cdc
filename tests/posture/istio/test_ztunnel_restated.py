"""What ztunnel sends and lets in, restated from its own tests; each row names the test.

The first table is of `istio/ztunnel: src/proxy/outbound.rs`, the second of `src/state.rs`. Left out are their tests of
families of addresses, networks, health and named ports, of which no answer about access speaks.
"""

import pytest

from tests.posture.tables.asking import asked, said
from tests.posture.tables.istio import WAYPOINT, authorization, before, mesh
from tests.support.scene import deployment

TO_WAYPOINT = "to the waypoint, at port 15008"
FOR_PODS = WAYPOINT.replace("namespace: calm", "namespace: calm, labels: {istio.io/waypoint-for: workload}")


def on_node(title: str, node: str, notes: str) -> str:
    """A running pod of a Deployment."""
    home, _, name = title.partition("/")
    owned = f"[{{apiVersion: apps/v1, kind: Deployment, name: {name}, uid: o-{name}, controller: true}}]"
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}-1, namespace: {home}, uid: u-{name}, "
        f"labels: {{app: {name}}}, annotations: {{{notes}}}, ownerReferences: {owned}}}\n"
        f"spec: {{nodeName: {node}, containers: [{{name: app, image: a}}]}}\nstatus: {{phase: Running}}\n"
    )


def placed(server: str, same: bool) -> list[str]:
    """The client's pod and the server's, on one node or on two."""
    captured = "ambient.istio.io/redirection: enabled"
    notes = captured if server.startswith("calm") else ""
    return [on_node("calm/cart", "local", captured), on_node(server, "local" if same else "remote", notes)]


USING = deployment("calm/api", "istio.io/use-waypoint: way")
CLIENT_USING = deployment("calm/asks", "istio.io/use-waypoint: way")
HOST_NETWORK = deployment("calm/node", pod="hostNetwork: true")


@pytest.mark.parametrize(
    ("source", "documents", "call", "carried", "hop"),
    [
        ("build_request_unknown_dest", [], "calm/cart > 1.2.3.4:80", "outside", ""),
        ("known_dest_remote_node_tcp", placed("bare/web", False), "calm/cart > bare/web:8080", "plaintext", ""),
        (
            "known_dest_remote_node_hbone",
            placed("calm/web", False),
            "calm/cart > calm/web:8080",
            "hbone",
            "at port 15008",
        ),
        ("known_dest_local_node_tcp", placed("bare/web", True), "calm/cart > bare/web:8080", "plaintext", ""),
        (
            "known_dest_local_node_hbone",
            placed("calm/web", True),
            "calm/cart > calm/web:8080",
            "hbone",
            "at port 15008",
        ),
        ("build_request_source_waypoint", [CLIENT_USING, FOR_PODS], "calm/asks > bare/web:8080", "plaintext", ""),
        (
            "build_request_destination_waypoint",
            [USING, FOR_PODS],
            "calm/cart > pod:calm/api:8080",
            "hbone",
            TO_WAYPOINT,
        ),
        (
            "build_request_destination_svc_waypoint",
            [before("calm/api"), WAYPOINT],
            "calm/cart > calm/api:8080",
            "hbone",
            TO_WAYPOINT,
        ),
        ("build_request_host_network", [HOST_NETWORK], "calm/cart > calm/node:8080", "plaintext", ""),
    ],
)
def test_request_that_is_built(source: str, documents: list[str], call: str, carried: str, hop: str) -> None:
    assert source
    found = asked(mesh(*documents), call)
    assert (found.verdict, found.edge.transport, found.layers[0].hop) == ("allowed", carried, hop)


ALLOW = authorization("calm/foo", "rules: [{from: [{source: {principals: [cluster.local/ns/calm/sa/cart]}}]}]")
DENY = authorization(
    "calm/deny", "action: DENY, rules: [{from: [{source: {principals: [cluster.local/ns/calm/sa/denied]}}]}]"
)
OTHERS = [
    deployment("calm/other", pod="serviceAccountName: other"),
    deployment("calm/denied", pod="serviceAccountName: denied"),
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: still, labels: {istio.io/dataplane-mode: ambient}}\n",
    deployment("still/web"),
]


@pytest.mark.parametrize(
    ("source", "documents", "call", "expected", "decider"),
    [
        ("assert_rbac_logic_deny_allow, 3", [ALLOW, DENY], "calm/other > still/web:8080", "allowed hbone", ""),
        (
            "assert_rbac_logic_deny_allow, 4",
            [ALLOW, DENY],
            "calm/cart > calm/web:8080",
            "allowed hbone authorization",
            "AuthorizationPolicy calm/foo /spec/rules/0",
        ),
        (
            "assert_rbac_logic_deny_allow, 5",
            [ALLOW, DENY],
            "calm/other > calm/web:8080",
            "denied hbone authorization",
            "AuthorizationPolicy calm/foo /spec",
        ),
        (
            "assert_rbac_logic_deny_allow, 2",
            [ALLOW, DENY],
            "calm/denied > calm/web:8080",
            "denied hbone authorization",
            "AuthorizationPolicy calm/deny /spec/rules/0",
        ),
        ("assert_rbac_with_dest_workload_info", [], "calm/other > calm/web:8080", "allowed hbone", ""),
    ],
)
def test_order_of_policies(source: str, documents: list[str], call: str, expected: str, decider: str) -> None:
    assert source
    text, chain = said(mesh(*OTHERS, *documents), call)
    assert (text, chain[0] if decider else "") == (expected, decider)
