"""Which objects declare a host."""

from service_mesh.mesh.services import declaring, half_qualified, home_namespaces
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from tests.mesh.objects import made

REVIEWS = made(SERVICE, "shop/reviews")
EVERYBODY = made(SERVICE_ENTRY, "egress/wide", {"hosts": ["*.example.com"]})
PRIVATE = made(SERVICE_ENTRY, "web/api", {"hosts": ["api.example.com"], "exportTo": ["."]})
OTHER = made(SERVICE, "shop/reviews", cluster="east")
MESH = MeshView([REVIEWS, EVERYBODY, PRIVATE, OTHER])


def test_service_declares_its_full_host_in_its_cluster() -> None:
    assert declaring(MESH, "reviews.shop.svc.cluster.local", "web") == (REVIEWS,)
    assert declaring(MESH, "reviews.shop.svc.cluster.local", "web", "east") == (OTHER,)
    assert declaring(MESH, "reviews.shop", "web") == ()


def test_exact_entry_comes_before_a_wildcard_and_only_where_it_is_exported() -> None:
    assert declaring(MESH, "api.example.com", "web") == (PRIVATE, EVERYBODY)
    assert declaring(MESH, "api.example.com", "shop") == (EVERYBODY,)


def test_wildcard_host_is_declared_by_a_wildcard_as_wide() -> None:
    assert declaring(MESH, "*.example.com", "web") == (EVERYBODY,)
    assert declaring(MESH, "*.com", "web") == ()


def test_home_is_in_the_name_or_where_the_host_is_declared() -> None:
    assert home_namespaces(MESH, "details.prod.svc.cluster.local", "web") == {"prod"}
    assert home_namespaces(MESH, "api.example.com", "web") == {"web", "egress"}
    assert home_namespaces(MESH, "unknown.example.org", "web") == frozenset()


def test_name_and_namespace_seem_to_mean_a_service() -> None:
    assert half_qualified(MESH, "reviews.shop") is REVIEWS
    assert half_qualified(MESH, "reviews.other") is None
    assert half_qualified(MESH, "reviews") is None
    assert half_qualified(MESH, "reviews.shop.svc") is None
