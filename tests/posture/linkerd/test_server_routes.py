"""Routes on Servers: which are attached, which are dropped as a whole, and which take over."""

import pytest

from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, LINKERD_HTTP_ROUTE
from service_mesh.posture.linkerd.server_routes import (
    dropped_from_servers,
    routes_of_server,
    server_parents,
    taking_over,
)
from tests.posture.linkerd.objects import held, route, server
from tests.support.scene import scene

WEB = server("shop/web", "podSelector: {}, port: 8080")
PARENT = "group: policy.linkerd.io, kind: Server, name: web"
GATEWAY_API = "gateway.networking.k8s.io/v1"


@pytest.mark.parametrize(
    ("parent", "api", "expected"),
    [
        (PARENT, GATEWAY_API, True),
        (PARENT, "policy.linkerd.io/v1beta3", True),
        ("kind: Server, name: web", "policy.linkerd.io/v1beta3", True),
        ("kind: Server, name: web", GATEWAY_API, False),
        ("group: policy.linkerd.io, kind: server, name: web, namespace: shop", GATEWAY_API, True),
        ("group: policy.linkerd.io, name: web", GATEWAY_API, False),
        ("group: '', kind: Service, name: web", GATEWAY_API, False),
        (PARENT.replace("web", "other"), GATEWAY_API, False),
    ],
)
def test_routes_attach_to_servers_by_group_kind_and_name(parent: str, api: str, *, expected: bool) -> None:
    mesh = scene(WEB, route("shop/r", parent, api=api))
    assert [one.name for one in routes_of_server(mesh, held(mesh, "shop/web"))] == (["r"] if expected else [])


@pytest.mark.parametrize(
    ("parent", "rules", "pointer", "reason"),
    [
        (f"{PARENT}, namespace: far", "{}", "/spec/parentRefs/0/namespace", "names another namespace"),
        (f"{PARENT}, port: 8080", "{}", "/spec/parentRefs/0/port", "names a port"),
        (f"{PARENT}, sectionName: http", "{}", "/spec/parentRefs/0/sectionName", "names a section"),
        (
            PARENT,
            "{filters: [{type: RequestHeaderModifier}, {type: URLRewrite}]}",
            "/spec/rules/0/filters/1/type",
            "is filter 'URLRewrite', which does not exist for Servers",
        ),
    ],
)
def test_one_thing_that_servers_do_not_take_drops_the_whole_route(
    parent: str, rules: str, pointer: str, reason: str
) -> None:
    mesh = scene(WEB, route("shop/r", parent, rules, api=GATEWAY_API))
    one = held(mesh, "shop/r", HTTP_ROUTE)
    found = dropped_from_servers(one)
    assert found is not None
    assert (found.node.pointer, found.reason) == (pointer, reason)
    assert len(server_parents(one)) == 1
    assert routes_of_server(mesh, held(mesh, "shop/web")) == ()


def test_route_for_services_alone_is_never_dropped() -> None:
    mesh = scene(route("shop/r", "group: '', kind: Service, name: web, port: 80", "{filters: [{type: URLRewrite}]}"))
    assert dropped_from_servers(held(mesh, "shop/r", LINKERD_HTTP_ROUTE)) is None


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        ("unknown", ["http", "ours"]),
        ("HTTP/1", ["http", "ours"]),
        ("HTTP/2", ["http", "ours"]),
        ("gRPC", ["grpc"]),
        ("opaque", []),
        ("TLS", []),
    ],
)
def test_protocol_of_the_server_tells_which_routes_take_over(protocol: str, expected: list[str]) -> None:
    mesh = scene(
        WEB.replace("port: 8080", f"port: 8080, proxyProtocol: {protocol}"),
        route("shop/http", PARENT, api=GATEWAY_API),
        route("shop/ours", PARENT),
        route("shop/grpc", PARENT, api=GATEWAY_API, kind="GRPCRoute"),
    )
    assert [one.name for one in taking_over(mesh, held(mesh, "shop/web"))] == expected
    assert held(mesh, "shop/grpc", GRPC_ROUTE) in routes_of_server(mesh, held(mesh, "shop/web"))


def test_route_that_the_controller_does_not_accept_takes_nothing_over() -> None:
    def judged(status: str) -> str:
        parent = f"parentRef: {{{PARENT}}}, controllerName: linkerd.io/policy-controller"
        condition = f"conditions: [{{type: Accepted, status: '{status}'}}]"
        return route("shop/r", PARENT, more=f"status: {{parents: [{{{parent}, {condition}}}]}}\n")

    for status, expected in (("False", []), ("True", ["r"])):
        mesh = scene(WEB, judged(status))
        assert [one.name for one in taking_over(mesh, held(mesh, "shop/web"))] == expected
