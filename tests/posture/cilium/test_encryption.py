"""Encryption between two ends: by which option, and where nothing is encrypted."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import CONFIG_MAP, NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.encryption import encryption
from service_mesh.posture.kubernetes.ends import pod_with
from tests.posture.cilium.objects import config, end, shop
from tests.posture.kubernetes.objects import chain_of, namespace


def pod(name: str, node: str) -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: run, labels: {{app: {name}}}}}\n"
        f"spec: {{nodeName: {node}, containers: [{{name: app, image: app}}]}}\n"
    )


PODS = (pod("a", "n1"), pod("b", "n2"), pod("c", "n1"))


@pytest.mark.parametrize(
    ("options", "client", "server", "expected"),
    [
        ("", "run/a", "run/b", "none"),
        ("enable-wireguard: 'true'", "run/a", "run/b", "wireguard"),
        ("enable-wireguard: 'true'", "run/a", "run/c", "none"),
        ("enable-wireguard: 'true'", "shop/web", "run/c", "unknown"),
        ("enable-wireguard: 'true'", "run/a", "203.0.113.9", "none"),
        ("enable-wireguard: 'true'", "run/a", "remote-node", "none"),
        ("enable-wireguard: 'true', encrypt-node: 'true'", "run/a", "remote-node", "unknown"),
        ("enable-ipsec: 'true'", "run/a", "run/b", "ipsec"),
        ("enable-ipsec: 'true', encrypt-node: 'true'", "run/a", "remote-node", "unknown"),
    ],
)
def test_nodes_encrypt_between_each_other(options: str, client: str, server: str, expected: str) -> None:
    mesh = shop(*PODS, config(options))
    assert encryption(mesh, end(mesh, client), end(mesh, server)).by == expected


def test_options_that_are_not_loaded_leave_the_answer_open() -> None:
    mesh = shop(*PODS)
    found = encryption(mesh, end(mesh, "run/a"), end(mesh, "run/b"))
    assert (found.by, found.missing) == ("unknown", "the ConfigMap 'cilium-config'")


def test_option_that_turns_it_on_is_named() -> None:
    mesh = shop(*PODS, config("enable-wireguard: 'true'"))
    found = encryption(mesh, end(mesh, "run/a"), end(mesh, "run/b"))
    assert chain_of(found.chain) == ["ConfigMap kube-system/cilium-config /data/enable-wireguard"]


@pytest.mark.parametrize(
    ("client", "server", "protocol", "expected"),
    [
        ("one", "one", "TCP", "ztunnel"),
        ("one", "one", "UDP", "none"),
        ("one", "two", "TCP", "unknown"),
        ("two", "two", "TCP", "none"),
        ("one", "far", "TCP", "unknown"),
    ],
)
def test_ztunnel_encrypts_between_namespaces_that_are_enrolled(
    client: str, server: str, protocol: str, expected: str
) -> None:
    enrolled = namespace("one", "io.cilium/mtls-enabled: 'true'")
    mesh = shop(enrolled, namespace("two"), config("enable-ztunnel: 'true'"))
    assert encryption(mesh, pod_with(client, {}), pod_with(server, {}), protocol).by == expected


def node(name: str, labels: str) -> str:
    return f"apiVersion: v1\nkind: Node\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


@pytest.mark.parametrize(
    ("labels", "options", "expected"),
    [
        ("node-role.kubernetes.io/control-plane: ''", "", "none"),
        ("role: worker", "", "wireguard"),
        ("node-role.kubernetes.io/control-plane: ''", ", node-encryption-opt-out-labels: 'role=edge'", "wireguard"),
        ("role: edge", ", node-encryption-opt-out-labels: 'role=edge'", "none"),
        ("role: edge", ", node-encryption-opt-out-labels: ''", "wireguard"),
    ],
)
def test_some_nodes_do_not_encrypt_what_is_their_own(labels: str, options: str, expected: str) -> None:
    on_node = pod("h", "n2").replace("nodeName: n2", "nodeName: n2, hostNetwork: true")
    on = config(f"enable-wireguard: 'true', encrypt-node: 'true'{options}")
    mesh = shop(*PODS, on_node, node("n2", labels), on)
    assert encryption(mesh, end(mesh, "run/a"), end(mesh, "run/h")).by == expected


def test_labels_of_a_node_that_is_not_loaded_are_asked_for() -> None:
    on_node = pod("h", "n2").replace("nodeName: n2", "nodeName: n2, hostNetwork: true")
    mesh = shop(*PODS, on_node, config("enable-wireguard: 'true', encrypt-node: 'true'"))
    found = encryption(mesh, end(mesh, "run/a"), end(mesh, "run/h"))
    missing = "the labels of Node 'n2', since some nodes do not encrypt what is their own"
    assert (found.by, found.missing) == ("unknown", missing)


def between(ours: str, theirs: str) -> tuple[str, str]:
    """What encrypts from cluster `east` to `west` with these options; none for options that are not loaded."""
    held = {"east": shop(config(ours)), "west": shop(*([config(theirs)] if theirs else []))}
    loaded = [
        Resource(one.data, one.origin, cluster)
        for cluster, mesh in held.items()
        for kind in (NAMESPACE, CONFIG_MAP)
        for one in mesh.of_kind(kind)
    ]
    ends = pod_with("shop", {}, "east"), pod_with("shop", {}, "west")
    found = encryption(MeshView(loaded, Complete.YES), *ends)
    return found.by.value, found.missing


def test_clusters_encrypt_between_each_other_if_both_do() -> None:
    on, ipsec = "enable-wireguard: 'true'", "enable-ipsec: 'true'"
    assert between(on, on) == ("wireguard", "")
    assert between(on, "enable-wireguard: 'false'") == ("none", "")
    assert between(on, "") == ("unknown", "the ConfigMap 'cilium-config' of cluster 'west'")
    assert between(ipsec, ipsec) == ("unknown", "whether both clusters hold the same key in Secret 'cilium-ipsec-keys'")
    assert between("enable-ztunnel: 'true'", "enable-ztunnel: 'true'")[0] == "unknown"


def test_ztunnel_is_unknown_before_1_19() -> None:
    enrolled = namespace("one", "io.cilium/mtls-enabled: 'true'")
    mesh = shop(enrolled, config("enable-ztunnel: 'true'"), release=(1, 18))
    assert encryption(mesh, pod_with("one", {}), pod_with("one", {})).by == "none"
