"""Encryption between two ends: by which option, and where nothing is encrypted."""

import pytest

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
        ("enable-ipsec: 'true', encrypt-node: 'true'", "run/a", "remote-node", "none"),
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


def test_ztunnel_is_unknown_before_1_19() -> None:
    enrolled = namespace("one", "io.cilium/mtls-enabled: 'true'")
    mesh = shop(enrolled, config("enable-ztunnel: 'true'"), release=(1, 18))
    assert encryption(mesh, pod_with("one", {}), pod_with("one", {})).by == "none"
