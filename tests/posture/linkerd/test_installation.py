"""How Linkerd was installed, and which of two releases is older."""

import pytest

from service_mesh.posture.linkerd.installation import control_plane, installation, trust_roots
from service_mesh.posture.linkerd.releases import is_older, release_of
from tests.support.scene import scene


def config(name: str, data: str, namespace: str = "linkerd") -> str:
    metadata = f"{{name: {name}, namespace: {namespace}}}"
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\ndata: {{{data}}}\n"


def test_values_of_the_chart_are_read_from_their_config_map() -> None:
    values = 'values: "{linkerdVersion: edge-26.6.3, clusterDomain: example.org, identity: {issuer: {scheme: x}}}"'
    found = installation(scene(config("linkerd-config", values, "mesh")))
    assert found is not None
    assert (found.namespace, found.version, found.trust_domain) == ("mesh", "edge-26.6.3", "example.org")
    assert (found.text("identity.issuer.scheme"), found.value("identity.none.at.all")) == ("x", None)


def test_trust_domain_is_its_own_value_else_that_of_the_cluster_else_the_usual_one() -> None:
    written = {'"identityTrustDomain: a.example"': "a.example", '"cniEnabled: true"': "cluster.local"}
    for values, domain in written.items():
        found = installation(scene(config("linkerd-config", f"values: {values}")))
        assert found is not None
        assert found.trust_domain == domain


@pytest.mark.parametrize("data", ['values: "[1, 2]"', 'values: ""', 'other: "a: b"', "values: '{'"])
def test_configuration_that_cannot_be_read_is_none(data: str) -> None:
    assert installation(scene(config("linkerd-config", data))) is None


def test_trust_roots_and_control_plane_are_none_where_they_are_not_loaded() -> None:
    mesh = scene(config("other", "ca-bundle.crt: x"))
    assert (trust_roots(mesh), control_plane(mesh)) == (None, ())
    found = trust_roots(scene(config("linkerd-identity-trust-roots", "ca-bundle.crt: x")))
    assert found is not None
    assert (found.text, found.pointer) == ("x", "/data/ca-bundle.crt")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("edge-25.10.7", "edge-26.6.3", True),
        ("edge-26.6.3", "edge-26.6.3", False),
        ("edge-26.6.3", "edge-26.10.1", True),
        ("edge-26.10.1", "edge-26.6.3", False),
        ("stable-2.14.9", "stable-2.14.10", True),
        ("enterprise-2.18.1", "2.20.2", True),
        ("stable-2.14.10", "edge-26.6.3", False),
        ("edge-23.1.1", "2.20.2", False),
        ("main", "edge-26.6.3", False),
        ("", "edge-26.6.3", False),
    ],
)
def test_releases_are_older_only_within_edges_or_within_numbers(one: str, other: str, *, expected: bool) -> None:
    assert is_older(release_of(one), release_of(other)) is expected
