"""Clients in the network of a node: those of the server's own node pass its ztunnel by."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.edges import Edge
from service_mesh.posture.istio.bypass import is_on_own_node, own_node_bypass
from service_mesh.posture.istio.transport import transport
from tests.posture.istio.meshes import NAMESPACES, peer, service
from tests.support.scene import deployment, scene, the

MISSING = "whether the client runs on the node of 'Pod HOME/web', as its pods tell"


def pod(title: str, node: str, network: str = "") -> str:
    home, _, name = title.partition("/")
    placed = f", nodeName: {node}" if node else ""
    metadata = f"{{name: {name}, namespace: {home}, labels: {{app: {name}}}}}"
    spec = f"{{containers: [{{name: app, image: app, ports: [{{containerPort: 8080}}]}}]{placed}{network}}}"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec: {spec}\n"


def met(home: str, client: str, mode: str = "STRICT", server: str = "east") -> Edge:
    """What arrives from a pod on the network of a node at one of a namespace that runs on another, or the same."""
    agent = pod("bare/agent", client, ", hostNetwork: true")
    mesh = scene(NAMESPACES, agent, pod(f"{home}/web", server), service(f"{home}/web"), peer(home, mode))
    return transport(mesh, the(mesh, "bare/agent"), the(mesh, f"{home}/web"), 8080)


@pytest.mark.parametrize(
    ("home", "client", "server", "expected"),
    [
        ("calm", "east", "east", "plaintext"),
        ("calm", "west", "east", "broken"),
        ("calm", "", "east", "unknown"),
        ("calm", "east", "", "unknown"),
        ("shop", "east", "east", "broken"),
        ("bare", "east", "east", "plaintext"),
    ],
)
def test_own_node_reaches_ambient_pods_past_ztunnel(home: str, client: str, server: str, expected: str) -> None:
    found = met(home, client, server=server)
    assert found.transport == expected
    assert found.missing == (MISSING.replace("HOME", home) if expected == "unknown" else "")


@pytest.mark.parametrize("client", ["east", "west", ""])
def test_node_makes_no_difference_where_plaintext_is_taken(client: str) -> None:
    assert met("calm", client, "PERMISSIVE").transport == "plaintext"


@pytest.mark.parametrize(("is_near", "expected"), [(True, "plaintext"), (False, "broken"), (None, "unknown")])
def test_kubelet_of_the_node_is_no_caller_from_outside(is_near: bool | None, expected: str) -> None:
    mesh = scene(NAMESPACES, deployment("calm/web"), peer("calm", "STRICT"))
    assert transport(mesh, None, the(mesh, "calm/web"), 8080, is_near=is_near).transport == expected
    bypass = own_node_bypass(mesh, the(mesh, "calm/web"), is_near=is_near)
    assert (bypass is not None, bypass is not None and bypass.missing != "") == (is_near is not False, is_near is None)


def agents(*nodes: str) -> MeshView:
    """Pods of one owner on some nodes, and a server on a node called east."""
    owner = "ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: u, controller: true}], "
    maker = deployment("bare/agent", pod="hostNetwork: true").replace("kind: Deployment", "kind: DaemonSet")
    pods = (
        pod(f"bare/agent-{node}", node, ", hostNetwork: true").replace("metadata: {", "metadata: {" + owner)
        for node in nodes
    )
    return scene(NAMESPACES, maker, *pods, pod("calm/web", "east"))


@pytest.mark.parametrize(
    ("nodes", "expected"), [(["east"], True), (["west"], False), (["north", "west"], False), (["east", "west"], None)]
)
def test_pods_of_several_nodes_leave_open_whether_they_run_on_that_of_the_server(
    nodes: list[str], expected: bool | None
) -> None:
    mesh = agents(*nodes)
    assert is_on_own_node(mesh, the(mesh, "bare/agent"), the(mesh, "calm/web")) is expected


@pytest.mark.parametrize(("is_near", "expected"), [(False, "broken"), (None, "unknown"), (True, "plaintext")])
def test_workload_that_is_not_placed_runs_elsewhere_unless_told_otherwise(is_near: bool | None, expected: str) -> None:
    agent = deployment("bare/agent", pod="hostNetwork: true")
    mesh = scene(NAMESPACES, agent, deployment("calm/web"), service("calm/web"), peer("calm", "STRICT"))
    ends = the(mesh, "bare/agent"), the(mesh, "calm/web")
    assert transport(mesh, *ends, 8080, is_near=is_near).transport == expected
    assert is_on_own_node(mesh, *ends) is None
