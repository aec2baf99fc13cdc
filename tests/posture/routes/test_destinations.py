"""Where a request goes, asked in one place: the destinations with host, subset, port and weight."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.access.routes import addressed_at, routing_of
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Backend, Fate
from tests.posture.istio.meshes import NAMESPACES
from tests.posture.tables.routing import virtual_service, workload
from tests.support.scene import scene, the

SPLIT = virtual_service(
    "shop/cart",
    "hosts: [cart], http: [{match: [{uri: {prefix: /a}}], rewrite: {uri: /b}, route: ["
    "{destination: {host: cart, subset: v1, port: {number: 80}}, weight: 75}, "
    "{destination: {host: pay.bare.svc.cluster.local}, weight: 25}, {destination: {host: cart}, weight: 0}]}]",
)


def backends(mesh: MeshView, path: str | None) -> tuple[Fate, tuple[Backend, ...]]:
    service = mesh.find(SERVICE, "shop", "cart")
    assert service is not None
    addressed = addressed_at(service, 80, HttpRequest("GET", path))
    outcome = routing_of(mesh, of_workload(the(mesh, "shop/web")), addressed).routing.outcomes[0]
    return outcome.fate, outcome.backends


def test_destinations_come_with_their_shares_and_the_request_that_they_get() -> None:
    mesh = scene(NAMESPACES, workload("shop/web"), workload("shop/cart"), workload("bare/pay"), SPLIT)
    fate, found = backends(mesh, "/a/1")
    assert fate is Fate.FORWARDED
    assert [(one.host, one.subset, one.number, one.weight) for one in found] == [
        ("cart.shop.svc.cluster.local", "v1", 80, 75),
        ("pay.bare.svc.cluster.local", "", None, 25),
    ]
    assert {one.request.path for one in found} == {"/b/1"}


def test_without_a_route_there_are_no_destinations() -> None:
    mesh = scene(NAMESPACES, workload("shop/web"), workload("shop/cart"))
    assert backends(mesh, "/a") == (Fate.UNROUTED, ())


def test_what_no_rule_takes_has_none_either() -> None:
    mesh = scene(NAMESPACES, workload("shop/web"), workload("shop/cart"), workload("bare/pay"), SPLIT)
    assert backends(mesh, "/c") == (Fate.REFUSED, ())
