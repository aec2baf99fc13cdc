"""Whether Istio has a part in the input."""

import pytest

from service_mesh.mesh.presence import PRESENCE_KINDS, has_istio
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DESTINATION_RULE, POD, SERVICE
from service_mesh.model.resource import Resource
from tests.mesh.objects import made
from tests.support.watched_view import WatchedView


def _pod(container: str) -> Resource:
    return made(POD, "shop/web", {"containers": [{"name": container}]})


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([], False),
        ([made(SERVICE, "shop/reviews"), _pod("web")], False),
        ([_pod("istio-proxy")], True),
        ([made(DESTINATION_RULE, "shop/reviews")], True),
    ],
)
def test_istio_is_present_with_its_kinds_or_its_proxy(resources: list[Resource], *, expected: bool) -> None:
    assert has_istio(MeshView(resources)) is expected


def test_every_kind_that_could_tell_counts_as_read() -> None:
    mesh = WatchedView([made(DESTINATION_RULE, "shop/reviews")])
    has_istio(mesh)
    assert set(PRESENCE_KINDS) <= mesh.take_reads()
