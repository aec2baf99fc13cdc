"""What the registry knows at all, and below a wildcard."""

import pytest

from service_mesh.mesh.declared_hosts import declared_anywhere, is_declared_below
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from tests.mesh.objects import made

_SERVICE = made(SERVICE, "shop/reviews")
_HIDDEN = made(SERVICE_ENTRY, "web/api", {"hosts": ["api.example.com", "*.b.example.com"], "exportTo": ["."]})
_MESH = MeshView([_SERVICE, _HIDDEN])


@pytest.mark.parametrize(
    ("host", "declaring"),
    [
        ("reviews.shop.svc.cluster.local", (_SERVICE,)),
        ("api.example.com", (_HIDDEN,)),
        ("any.b.example.com", (_HIDDEN,)),
        ("*.c.b.example.com", (_HIDDEN,)),
        ("ratings.shop.svc.cluster.local", ()),
        ("example.com", ()),
    ],
)
def test_host_is_declared_whoever_sees_it(host: str, declaring: tuple[object, ...]) -> None:
    assert declared_anywhere(_MESH, host) == declaring


@pytest.mark.parametrize(
    ("wildcard", "namespace", "expected"),
    [
        ("*.example.com", None, True),
        ("*.example.com", "web", True),
        ("*.example.com", "shop", False),
        ("*.b.example.com", None, True),
        ("*.c.b.example.com", None, False),
        ("*.com", None, True),
        ("*.org", None, False),
        ("*.shop.svc.cluster.local", "shop", True),
        ("*.web.svc.cluster.local", None, False),
        ("*", "shop", True),
        ("*", "other", False),
        ("*ample.com", None, True),
    ],
)
def test_wildcard_is_declared_below_where_some_host_ends_like_it(
    wildcard: str, namespace: str | None, *, expected: bool
) -> None:
    assert is_declared_below(_MESH, wildcard, "", namespace) is expected


def test_other_clusters_declare_nothing_here() -> None:
    assert declared_anywhere(_MESH, "api.example.com", "east") == ()
    assert not is_declared_below(_MESH, "*.example.com", "east")
