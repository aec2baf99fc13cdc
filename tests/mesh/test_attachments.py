"""Which listeners take a route, what it serves there, and who serves the listeners."""

import pytest

from service_mesh.mesh.attachments import attached, attachments, gateway_of, listener_sets, of_gateways_only
from service_mesh.mesh.gateway_classes import implementation
from service_mesh.mesh.listeners import fitting_kinds, shared_hosts, takes_listener_set
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import (
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    HTTP_ROUTE,
    LISTENER_SET,
    NAMESPACE,
    TCP_ROUTE,
    TLS_ROUTE,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from tests.mesh.objects import made

_HTTP = {"name": "http", "port": 80, "protocol": "HTTP"}


def _gateway(*listeners: object, **spec: object) -> Resource:
    return made(GATEWAY_API_GATEWAY, "shop/public", {"gatewayClassName": "istio", "listeners": [*listeners], **spec})


def _listener(**fields: object) -> Node:
    (node,) = _gateway({**_HTTP, **fields}).each("spec.listeners[]")
    return node


@pytest.mark.parametrize(
    ("own", "hosts", "served"),
    [
        ("", (), ("",)),
        ("", ("a.com", "a.com", "b.com"), ("a.com", "b.com")),
        ("*.a.com", (), ("*.a.com",)),
        ("*.a.com", ("x.a.com", "b.com", "*.y.a.com"), ("x.a.com", "*.y.a.com")),
        ("x.a.com", ("*.a.com",), ("x.a.com",)),
        ("x.a.com", ("b.com",), ()),
    ],
)
def test_route_serves_the_narrower_of_two_hosts_that_meet(
    own: str, hosts: tuple[str, ...], served: tuple[str, ...]
) -> None:
    assert shared_hosts(_listener(hostname=own), hosts) == served


@pytest.mark.parametrize(
    ("protocol", "mode", "kinds"),
    [
        ("TLS", "Passthrough", {TLS_ROUTE}),
        ("TLS", "Terminate", {TLS_ROUTE, TCP_ROUTE}),
        ("TCP", "", {TCP_ROUTE}),
        ("example.com/own", "", None),
    ],
)
def test_protocol_and_mode_decide_which_kinds_fit(protocol: str, mode: str, kinds: set[Kind] | None) -> None:
    assert fitting_kinds(_listener(protocol=protocol, tls={"mode": mode})) == kinds


@pytest.mark.parametrize(
    ("allowed", "taken"),
    [
        (None, False),
        ({"namespaces": {"from": "None"}}, False),
        ({"namespaces": {"from": "Same"}}, False),
        ({"namespaces": {"from": "All"}}, True),
        ({"namespaces": {"from": "Selector", "selector": {"matchLabels": {"a": "b"}}}}, None),
        (
            {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "bank"}}}},
            True,
        ),
    ],
)
def test_gateway_takes_listeners_of_another_namespace_only_where_it_says_so(
    allowed: object, taken: bool | None
) -> None:
    gateway = _gateway(_HTTP, **({} if allowed is None else {"allowedListeners": allowed}))
    assert takes_listener_set(MeshView([gateway]), gateway, "bank") is taken


def test_labels_of_a_loaded_namespace_decide_about_its_listeners() -> None:
    selector = {"matchLabels": {"a": "b"}}
    gateway = _gateway(_HTTP, allowedListeners={"namespaces": {"from": "Selector", "selector": selector}})
    bank = Resource({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "bank", "labels": {"a": "b"}}})
    assert bank.kind == NAMESPACE
    assert takes_listener_set(MeshView([gateway, bank]), gateway, "bank") is True
    assert takes_listener_set(MeshView([gateway, bank]), gateway, "shop") is None


def test_route_is_attached_to_each_listener_that_takes_it_once() -> None:
    other = {"name": "other", "port": 81, "protocol": "HTTP", "hostname": "b.com"}
    gateway = _gateway({**_HTTP, "hostname": "*.a.com"}, other, 7)
    refs = [{"name": "public"}, {"name": "public", "sectionName": "http"}, {"name": "public", "port": 81}]
    route = made(HTTP_ROUTE, "shop/web", {"parentRefs": refs, "hostnames": ["x.a.com"]})
    mesh = MeshView([gateway, route])
    found = attachments(mesh, route)
    assert [(one.listener_name, one.hosts, one.is_certain) for one in found] == [("http", ("x.a.com",), True)]
    assert [one.route for one in attached(mesh)[found[0].place]] == [route]


def test_route_of_an_unknown_namespace_is_attached_without_certainty() -> None:
    namespaces = {"from": "Selector", "selector": {"matchLabels": {"a": "b"}}}
    gateway = _gateway({**_HTTP, "allowedRoutes": {"namespaces": namespaces}})
    route = made(HTTP_ROUTE, "bank/web", {"parentRefs": [{"name": "public", "namespace": "shop"}]})
    assert [one.is_certain for one in attachments(MeshView([gateway, route]), route)] == [False]


def test_listener_sets_of_a_gateway_are_those_it_takes() -> None:
    gateway = _gateway(_HTTP, allowedListeners={"namespaces": {"from": "Same"}})
    own = made(LISTENER_SET, "shop/own", {"parentRef": {"name": "public"}, "listeners": [_HTTP]})
    foreign = made(LISTENER_SET, "bank/foreign", {"parentRef": {"name": "public", "namespace": "shop"}})
    mesh = MeshView([gateway, foreign, own])
    assert listener_sets(mesh, gateway) == (own,)
    assert gateway_of(mesh, own) is gateway
    assert gateway_of(mesh, foreign) is None
    assert gateway_of(mesh, gateway) is gateway


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ([], False),
        ([{"name": "public"}], True),
        ([{"name": "public"}, {"kind": "ListenerSet", "name": "extra"}], True),
        ([{"name": "public"}, {"group": "", "kind": "Service", "name": "web"}], False),
    ],
)
def test_routes_of_services_are_not_of_gateways_only(refs: list[object], expected: bool) -> None:
    assert of_gateways_only(made(HTTP_ROUTE, "shop/web", {"parentRefs": refs})) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("istio", "istio"), ("istio-agentgateway", "agentgateway"), ("cilium", "cilium"), ("nginx", ""), ("", "")],
)
def test_usual_names_of_classes_tell_the_implementation(name: str, expected: str) -> None:
    gateway = made(GATEWAY_API_GATEWAY, "shop/public", {"gatewayClassName": name})
    assert implementation(MeshView([gateway]), gateway) == expected


@pytest.mark.parametrize(
    ("controller", "expected"),
    [("istio.io/gateway-controller", "istio"), ("io.cilium/gateway-controller", "cilium"), ("example.com/other", "")],
)
def test_loaded_class_tells_the_implementation_whatever_its_name(controller: str, expected: str) -> None:
    gateway = made(GATEWAY_API_GATEWAY, "shop/public", {"gatewayClassName": "istio"})
    data = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "istio"}}
    chosen = Resource({**data, "spec": {"controllerName": controller}})
    assert chosen.kind == GATEWAY_CLASS
    assert implementation(MeshView([gateway, chosen]), gateway) == expected
