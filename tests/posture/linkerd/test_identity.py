"""Identities: how they are put together, and which patterns match one."""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.posture.linkerd.identity import (
    account_identity,
    identity_of,
    identity_suffix,
    matches_identity,
    namespace_identities,
)
from tests.posture.linkerd.objects import config
from tests.support.scene import deployment, scene, the

CLIENT = "client.shop.serviceaccount.identity.linkerd.cluster.local"


def test_identity_holds_account_namespace_control_plane_and_trust_domain() -> None:
    mesh = scene(
        config('identityTrustDomain: "mesh.example"', "edge"),
        deployment("shop/cart", pod="serviceAccountName: shopper"),
        deployment("shop/web"),
    )
    assert identity_suffix(mesh) == "serviceaccount.identity.edge.mesh.example"
    assert identity_of(mesh, the(mesh, "shop/cart")) == "shopper.shop.serviceaccount.identity.edge.mesh.example"
    assert identity_of(mesh, the(mesh, "shop/web")) == "default.shop.serviceaccount.identity.edge.mesh.example"
    assert namespace_identities(mesh, "shop") == "*.shop.serviceaccount.identity.edge.mesh.example"


def test_identity_is_the_usual_one_where_nothing_is_installed_and_open_where_that_is_not_known() -> None:
    assert account_identity(scene(), "shop", "client") == CLIENT
    assert account_identity(scene(complete=Complete.NO), "shop", "client") == "client.shop.serviceaccount.identity.?"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        (CLIENT, True),
        ("*.shop.serviceaccount.identity.linkerd.cluster.local", True),
        ("*.identity.linkerd.cluster.local", True),
        ("*.local", True),
        ("*.hop.serviceaccount.identity.linkerd.cluster.local", False),
        (f"*.{CLIENT}", False),
        ("*.far.serviceaccount.identity.linkerd.cluster.local", False),
        (CLIENT.upper(), False),
        ("client.*.serviceaccount.identity.linkerd.cluster.local", False),
        ("*client", False),
        ("*.", False),
    ],
)
def test_patterns_match_whole_labels_from_the_end(pattern: str, *, expected: bool) -> None:
    assert matches_identity([pattern], CLIENT) is expected


def test_patterns_never_match_a_spiffe_identity() -> None:
    spiffe = "spiffe://mesh.local/client"
    assert [matches_identity([pattern], spiffe) for pattern in ("*", "*.local", "*.local/client", spiffe)] == [
        False,
        False,
        False,
        True,
    ]
    assert matches_identity([], CLIENT) is False
