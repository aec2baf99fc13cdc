"""Servers: which pods and ports they select, which of several on a port counts, and what they say of it."""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.kinds import EXTERNAL_WORKLOAD
from service_mesh.posture.linkerd.policy import InboundPolicy
from service_mesh.posture.linkerd.servers import (
    ProxyProtocol,
    access_policy,
    governed_ports,
    governing,
    governing_external,
    proxy_protocol,
    servers_on,
    workloads_of_server,
)
from tests.posture.linkerd.objects import held, namespace, server
from tests.support.scene import deployment, scene, the

OF_CART = "podSelector: {matchLabels: {app: cart}}"
NAMED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  template:
    metadata: {labels: {app: cart}}
    spec:
      initContainers: [{name: setup, image: s, ports: [{name: early, containerPort: 7000}]}]
      containers:
      - {name: a, image: a, ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]}
      - {name: b, image: b, ports: [{name: http, containerPort: 8081, protocol: tcp}]}
"""


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("8080", {8080}),
        ("5000", {5000}),
        ("http", {8080, 8081}),
        ("early", {7000}),
        ("dns", set()),
        ("grpc", set()),
        ("'8080'", set()),
        ("8080-8090", set()),
        ("0", set()),
        ("70000", set()),
    ],
)
def test_ports_are_numbers_or_names_of_tcp_ports_and_never_ranges(port: str, expected: set[int]) -> None:
    mesh = scene(namespace(), NAMED, server("shop/web", f"{OF_CART}, port: {port}"))
    assert set(governed_ports(mesh, the(mesh, "shop/cart"))) == expected


@pytest.mark.parametrize(
    ("title", "selector", "expected"),
    [
        ("shop/web", OF_CART, True),
        ("shop/web", "podSelector: {}", True),
        ("shop/web", "podSelector: {matchExpressions: [{key: app, operator: In, values: [cart, web]}]}", True),
        ("shop/web", "podSelector: {matchLabels: {app: other}}", False),
        ("shop/web", "externalWorkloadSelector: {matchLabels: {app: cart}}", False),
        ("far/web", OF_CART, False),
    ],
)
def test_servers_select_pods_of_their_own_namespace(title: str, selector: str, *, expected: bool) -> None:
    mesh = scene(namespace(), deployment("shop/cart"), server(title, f"{selector}, port: 8080"))
    found = governing(mesh, the(mesh, "shop/cart"), 8080)
    assert (found.server is held(mesh, title), found.is_default) == (expected, not expected)
    assert governing(mesh, the(mesh, "shop/cart"), 9090).is_default


def test_oldest_of_several_servers_on_a_port_counts_alone_and_names_break_ties() -> None:
    def dated(name: str, day: int) -> str:
        return server(f"shop/{name}", f"{OF_CART}, port: 8080", f"creationTimestamp: '2026-01-0{day}T00:00:00Z'")

    mesh = scene(namespace(), deployment("shop/cart"), dated("c", 2), dated("b", 1), dated("a", 1))
    found = governing(mesh, the(mesh, "shop/cart"), 8080)
    assert found.server is held(mesh, "shop/a")
    assert [one.name for one in found.candidates] == ["a", "b", "c"]
    assert [one.name for one in found.rivals] == ["b", "c"]


def test_servers_without_a_time_leave_it_open_which_counts() -> None:
    documents = [server(f"shop/{name}", f"{OF_CART}, port: {port}") for name, port in (("a", "8080"), ("b", "http"))]
    mesh = scene(namespace(), NAMED, *documents)
    found = governing(mesh, the(mesh, "shop/cart"), 8080)
    missing = "which of 'Server shop/a', 'Server shop/b' is the oldest, since that one counts alone"
    assert (found.server, found.missing, found.is_default, found.rivals) == (None, missing, False, ())
    assert governing(mesh, the(mesh, "shop/cart"), 8081).server is held(mesh, "shop/b")


def test_namespace_that_is_not_complete_may_hold_a_server_that_is_not_loaded() -> None:
    mesh = scene(deployment("shop/cart"), complete=Complete.NO)
    found = governing(mesh, the(mesh, "shop/cart"), 8080)
    assert (found.is_default, found.missing) == (False, "the Servers of namespace 'shop'")


def test_servers_for_machines_govern_external_workloads() -> None:
    machine = (
        "apiVersion: workload.linkerd.io/v1beta1\nkind: ExternalWorkload\n"
        "metadata: {name: vm, namespace: shop, labels: {app: vm}}\n"
        "spec: {meshTLS: {identity: i, serverName: s}, ports: [{name: http, port: 8080}, {port: 9000}]}\n"
    )
    selector = "externalWorkloadSelector: {matchLabels: {app: vm}}"
    mesh = scene(namespace(), machine, server("shop/by-name", f"{selector}, port: http"), server("shop/pods", OF_CART))
    external = held(mesh, "shop/vm", EXTERNAL_WORKLOAD)
    assert governing_external(mesh, external, 8080).server is held(mesh, "shop/by-name")
    assert governing_external(mesh, external, 9000).is_default
    assert governing_external(mesh, held(mesh, "shop/pods"), 8080).is_default


def test_servers_and_workloads_find_each_other() -> None:
    mesh = scene(namespace(), deployment("shop/cart"), deployment("shop/web"), server("shop/a", f"{OF_CART}, port: 1"))
    assert servers_on(mesh, the(mesh, "shop/cart")) == (held(mesh, "shop/a"),)
    assert servers_on(mesh, the(mesh, "shop/web")) == ()
    assert workloads_of_server(mesh, held(mesh, "shop/a")) == (the(mesh, "shop/cart"),)


@pytest.mark.parametrize(
    ("written", "version", "release", "expected"),
    [
        ("", "v1beta3", (26, 6, 3), InboundPolicy.DENY),
        (", accessPolicy: audit", "v1beta3", (26, 6, 3), InboundPolicy.AUDIT),
        (", accessPolicy: none", "v1beta3", (26, 6, 3), InboundPolicy.DENY),
        (", accessPolicy: audit", "v1beta2", (26, 6, 3), InboundPolicy.DENY),
        (", accessPolicy: audit", "v1beta3", (24, 2, 4), InboundPolicy.DENY),
    ],
)
def test_access_policy_is_deny_unless_its_version_has_the_field(
    written: str, version: str, release: tuple[int, ...], expected: InboundPolicy
) -> None:
    one = server("shop/a", f"{OF_CART}, port: 1{written}", version=version)
    mesh = scene(one, releases={"linkerd": release})
    assert access_policy(mesh, held(mesh, "shop/a"))[0] is expected


@pytest.mark.parametrize(
    ("written", "expected", "is_http"),
    [
        ("", ProxyProtocol.UNKNOWN, True),
        (", proxyProtocol: unknown", ProxyProtocol.UNKNOWN, True),
        (", proxyProtocol: HTTP/2", ProxyProtocol.HTTP_2, True),
        (", proxyProtocol: gRPC", ProxyProtocol.GRPC, False),
        (", proxyProtocol: opaque", ProxyProtocol.OPAQUE, False),
        (", proxyProtocol: TLS", ProxyProtocol.TLS, False),
        (", proxyProtocol: http", ProxyProtocol.UNKNOWN, True),
    ],
)
def test_protocol_of_a_server_is_looked_for_where_it_is_not_said(
    written: str, expected: ProxyProtocol, *, is_http: bool
) -> None:
    mesh = scene(server("shop/a", f"{OF_CART}, port: 1{written}"))
    found = proxy_protocol(held(mesh, "shop/a"))
    assert (found, found.is_http) == (expected, is_http)
