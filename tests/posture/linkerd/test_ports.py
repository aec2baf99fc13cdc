"""Opaque and skipped ports: who lists them, and which side reads which list."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.linkerd.port_lists import PortList
from service_mesh.posture.linkerd.ports import (
    PortSetting,
    default_opaque,
    is_opaque,
    opaque_of_pods,
    opaque_of_service,
    skipped_inbound,
    skipped_outbound,
    skipped_subnets,
)
from tests.posture.linkerd.objects import chain_of, config, held, namespace, server, service
from tests.support.scene import deployment, scene, the

OPAQUE = "config.linkerd.io/opaque-ports: "
INBOUND = "config.linkerd.io/skip-inbound-ports: "
OUTBOUND = "config.linkerd.io/skip-outbound-ports: "
USUAL = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211]


def firsts(found: PortSetting) -> list[int]:
    return [first for first, _ in found.ports]


def cart(annotations: str = "", *more: str, outer: str = "", ports: str = "8080") -> MeshView:
    return scene(namespace(annotations=outer), deployment("shop/cart", annotations=annotations, ports=ports), *more)


def test_list_of_the_chart_counts_where_the_installation_has_none_of_its_own() -> None:
    assert firsts(default_opaque(scene())) == USUAL
    own = default_opaque(scene(config('proxy: {opaquePorts: "1,2-4"}')))
    assert own.ports == PortList(((1, 1), (2, 4)))
    assert chain_of(own.chain) == ["ConfigMap linkerd/linkerd-config /data/values"]


@pytest.mark.parametrize(
    ("own", "outer", "expected"),
    [
        ("", "", USUAL),
        (f"{OPAQUE}'6000,db'", "", [6000, 3307]),
        ("", f"{OPAQUE}'7000'", [7000]),
        (f"{OPAQUE}'6000'", f"{OPAQUE}'7000'", [6000]),
        (f"{OPAQUE}''", f"{OPAQUE}'7000'", []),
    ],
)
def test_service_lists_its_own_ports_for_clients(own: str, outer: str, expected: list[int]) -> None:
    ports = "{name: db, port: 3307, targetPort: 3306}"
    mesh = scene(namespace(annotations=outer), service("shop/db", ports, own))
    assert firsts(opaque_of_service(mesh, held(mesh, "shop/db", SERVICE))) == expected


@pytest.mark.parametrize(
    ("own", "outer", "ports", "expected"),
    [
        ("", "", "8080", USUAL),
        ("", "", "8080 3306", [3306]),
        (f"{OPAQUE}'8080'", f"{OPAQUE}'7000'", "8080", [8080]),
        ("", f"{OPAQUE}'7000'", "8080 3306", [7000]),
        (f"{OPAQUE}'http,1-3'", "", "8080", [1]),
    ],
)
def test_pods_list_their_container_ports_for_clients(own: str, outer: str, ports: str, expected: list[int]) -> None:
    mesh = cart(own, outer=outer, ports=ports)
    assert firsts(opaque_of_pods(mesh, the(mesh, "shop/cart"))) == expected


@pytest.mark.parametrize(
    ("own", "more", "expected"),
    [
        ("", (), False),
        (f"{OPAQUE}'8000-9000'", (), True),
        (f"{OPAQUE}'8080,db'", (), False),
        (f"{OPAQUE}'8080'", (server("shop/a", "podSelector: {}, port: 8080"),), False),
        ("", (server("shop/a", "podSelector: {}, port: 8080, proxyProtocol: opaque"),), True),
        (f"{OPAQUE}'8080'", (server("shop/a", "podSelector: {}, port: 9090"),), True),
    ],
)
def test_server_decides_on_the_side_of_the_pod_and_its_annotation_only_without_one(
    own: str, more: tuple[str, ...], *, expected: bool
) -> None:
    mesh = cart(own, *more)
    assert is_opaque(mesh, the(mesh, "shop/cart"), 8080) is expected


def test_default_ports_are_opaque_on_the_side_of_the_pod_where_it_declares_them() -> None:
    mesh = cart(ports="3306")
    assert [is_opaque(mesh, the(mesh, "shop/cart"), port) for port in (3306, 5432)] == [True, False]


def test_namespace_that_is_not_loaded_leaves_ports_open() -> None:
    mesh = scene(deployment("shop/cart"), service("shop/cart", "{port: 80}"))
    missing = "the annotations of namespace 'shop'"
    workload = the(mesh, "shop/cart")
    found = (opaque_of_pods(mesh, workload), skipped_inbound(mesh, workload), skipped_outbound(mesh, workload))
    assert [one.missing for one in found] == [missing] * 3
    assert opaque_of_service(mesh, held(mesh, "shop/cart", SERVICE)).missing == missing
    assert is_opaque(mesh, workload, 8080) is None


def test_skipped_ports_come_from_the_pods_their_namespace_or_the_installation() -> None:
    mesh = cart(f"{INBOUND}'1,2-3'", outer=f"{INBOUND}'9', {OUTBOUND}'25'")
    inbound, outbound = (ask(mesh, the(mesh, "shop/cart")) for ask in (skipped_inbound, skipped_outbound))
    assert (inbound.ports, inbound.is_annotated) == (PortList(((1, 1), (2, 3))), True)
    assert firsts(outbound) == [25]
    assert chain_of(outbound.chain) == ["Namespace shop /metadata/annotations/config.linkerd.io~1skip-outbound-ports"]
    usual = skipped_inbound(cart(), the(cart(), "shop/cart"))
    assert (firsts(usual), usual.is_annotated) == ([4567, 4568], False)
    installed = cart("", config('proxyInit: {ignoreInboundPorts: "7", ignoreOutboundPorts: "8"}'))
    found = [firsts(ask(installed, the(installed, "shop/cart"))) for ask in (skipped_inbound, skipped_outbound)]
    assert found == [[7], [8]]


def test_skipped_networks_come_from_the_annotation_or_the_installation() -> None:
    mesh = cart("config.linkerd.io/skip-subnets: '172.17.0.0/16, nonsense'")
    networks, said = skipped_subnets(mesh, the(mesh, "shop/cart"))
    assert ([str(one) for one in networks], said.text) == (["172.17.0.0/16"], "172.17.0.0/16, nonsense")
    installed = cart("", config('proxyInit: {skipSubnets: "10.0.0.0/8"}'))
    assert [str(one) for one in skipped_subnets(installed, the(installed, "shop/cart"))[0]] == ["10.0.0.0/8"]
    assert skipped_subnets(cart(), the(cart(), "shop/cart"))[0] == ()
