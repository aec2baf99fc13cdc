"""Secrets that other objects make."""

import pytest

from service_mesh.mesh.secret_makers import makes_secret
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CERTIFICATE, EXTERNAL_SECRET, SEALED_SECRET
from tests.mesh.objects import made

MESH = MeshView(
    [
        made(CERTIFICATE, "edge/shop", {"secretName": "shop-tls"}),
        made(EXTERNAL_SECRET, "edge/store", {"target": {"name": "fetched"}}),
        made(EXTERNAL_SECRET, "edge/plain", {}),
        made(SEALED_SECRET, "edge/sealed", {}, cluster="west"),
    ]
)


@pytest.mark.parametrize(
    ("cluster", "namespace", "name", "expected"),
    [
        ("", "edge", "shop-tls", True),
        ("", "edge", "shop", False),
        ("", "other", "shop-tls", False),
        ("", "edge", "fetched", True),
        ("", "edge", "store", False),
        ("", "edge", "plain", True),
        ("west", "edge", "sealed", True),
        ("", "edge", "sealed", False),
    ],
)
def test_secret_is_made_under_the_name_that_its_maker_gives_it(
    cluster: str, namespace: str, name: str, expected: bool
) -> None:
    assert makes_secret(MESH, namespace, name, cluster) is expected
