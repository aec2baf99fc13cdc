"""What names the input knows."""

from service_mesh.mesh.known_names import holds_any
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import POD, SERVICE
from tests.mesh.objects import made


def test_cluster_holds_a_kind_when_an_object_of_it_is_there() -> None:
    mesh = MeshView([made(SERVICE, "shop/cart", cluster="east"), made(POD, "shop/cart")])
    assert [holds_any(mesh, (SERVICE,), cluster) for cluster in ("east", "")] == [True, False]
    assert holds_any(mesh, (SERVICE, POD))
    assert not holds_any(mesh, ())
