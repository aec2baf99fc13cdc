"""What references to gateways mean."""

import pytest

from service_mesh.mesh.gateways import GatewayName, binds_sidecars, find_gateway, gateway_name, serving
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, VIRTUAL_SERVICE
from tests.mesh.objects import made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("public", GatewayName("web", "public")),
        ("ingress/public", GatewayName("ingress", "public")),
        ("./public", GatewayName("web", "public")),
        ("public.ingress", GatewayName("ingress", "public")),
        ("public.ingress.svc.cluster.local", GatewayName("ingress", "public")),
        ("ingress/", GatewayName("ingress", "")),
        ("/public", GatewayName("", "public")),
        ("mesh", None),
        ("", None),
    ],
)
def test_reference_is_read_in_every_spelling(text: str, expected: GatewayName | None) -> None:
    assert gateway_name(text, "web") == expected


def test_istio_gateway_is_preferred_to_one_of_the_gateway_api() -> None:
    ours, theirs = made(GATEWAY, "web/both"), made(GATEWAY_API_GATEWAY, "web/both")
    only = made(GATEWAY_API_GATEWAY, "web/only")
    mesh = MeshView([theirs, ours, only])
    assert find_gateway(mesh, GatewayName("web", "both")) is ours
    assert find_gateway(mesh, GatewayName("web", "only")) is only
    assert find_gateway(mesh, GatewayName("web", "only"), "east") is None


@pytest.mark.parametrize(
    ("gateways", "expected"),
    [(None, True), ([], True), (["mesh"], True), (["public", "mesh"], True), (["public"], False), ("mesh", True)],
)
def test_sidecars_are_meant_by_default_and_by_name(gateways: object, *, expected: bool) -> None:
    assert binds_sidecars(made(VIRTUAL_SERVICE, "web/shop", {"gateways": gateways})) is expected


def test_gateways_that_serve_a_host_are_found_by_pattern_and_scope() -> None:
    wide = made(GATEWAY, "ingress/wide", {"servers": [{"hosts": ["*.example.com", "./*"]}]})
    scoped = made(GATEWAY, "ingress/scoped", {"servers": [{"hosts": ["web/shop.example.com"]}]})
    mesh = MeshView([wide, scoped])
    assert serving(mesh, "shop.example.com", "web") == (scoped, wide)
    assert serving(mesh, "shop.example.com", "other") == (wide,)
    assert serving(mesh, "shop.example.org", "ingress") == (wide,)
    assert serving(mesh, "shop.example.org", "web") == ()
