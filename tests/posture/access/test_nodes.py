"""Processes in the network of a node as clients: what of theirs passes ztunnel by, as addresses and pods tell."""

import pytest

from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.kubernetes.ends import at_address, of_workload
from service_mesh.posture.kubernetes.networks import network_of
from tests.support.scene import deployment, scene, the

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: calm, labels: {istio.io/dataplane-mode: ambient}}\n"
STRICT = (
    "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: calm}\n"
    "spec: {mtls: {mode: STRICT}}\n"
)


def node(name: str, address: str) -> str:
    return (
        f"apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n"
        f"status: {{addresses: [{{type: InternalIP, address: {address}}}]}}\n"
    )


def pod(number: int, place: str) -> str:
    owner = "{apiVersion: apps/v1, kind: ReplicaSet, name: cart-abc, uid: x, controller: true}"
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: cart-abc-{number}, namespace: calm, uid: u{number}, "
        f"labels: {{app: cart, pod-template-hash: abc}}, ownerReferences: [{owner}], "
        "annotations: {ambient.istio.io/redirection: enabled}}\n"
        f"spec: {{nodeName: {place}, containers: [{{name: app, image: app, ports: [{{containerPort: 8080}}]}}]}}\n"
        f"status: {{phase: Running, podIP: 10.0.0.{number + 1}}}\n"
    )


def from_node(*pods: str) -> Answer:
    """A call of a process on node `one` to `calm/cart`."""
    nodes = node("one", "192.168.0.1"), node("two", "192.168.0.2")
    mesh = scene(NAMESPACE, STRICT, *nodes, deployment("calm/cart"), *pods)
    network = network_of("192.168.0.1")
    assert network is not None
    return answer(mesh, Call(at_address(mesh, network.network_address), of_workload(the(mesh, "calm/cart")), 8080))


@pytest.mark.parametrize(
    ("places", "verdict", "transport"),
    [
        ((), Verdict.UNKNOWN, Transport.UNKNOWN),
        (("one",), Verdict.ALLOWED, Transport.PLAINTEXT),
        (("two",), Verdict.DENIED, Transport.BROKEN),
        (("one", "two"), Verdict.UNKNOWN, Transport.UNKNOWN),
    ],
)
def test_where_the_pods_run_settles_what_the_network_of_a_node_may_reach(
    places: tuple[str, ...], verdict: Verdict, transport: Transport
) -> None:
    found = from_node(*(pod(number, place) for number, place in enumerate(places)))
    assert (found.verdict, found.edge.transport) == (verdict, transport)
    if verdict is Verdict.UNKNOWN:
        assert found.missing == ("whether the client runs on the node of 'Deployment calm/cart', as its pods tell",)
