"""Which mesh a finding about configuration is counted for, and what stands beside each mesh of each cluster."""

from dataclasses import replace

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.counts import Counts
from service_mesh.model.finding import Finding, ResourceRef
from service_mesh.model.grade import Severity
from service_mesh.model.resource import Resource
from service_mesh.status.overview import mesh_of, overview
from tests.cli.findings import FINDING
from tests.status.faults import healthy


def _finding(doc: str, api_version: str = "v1", cluster: str = "", severity: Severity = Severity.ERROR) -> Finding:
    ref = ResourceRef(api_version, "Thing", "shop", "one", cluster)
    return replace(FINDING, doc=f"references/rules/{doc}", resource=ref, severity=severity)


def _view(**clusters: str) -> MeshView:
    """Healthy clusters, each under a name."""
    return MeshView(
        [Resource(dict(data), cluster=name) for name, baseline in clusters.items() for data in healthy(baseline)]
    )


@pytest.mark.parametrize(
    ("doc", "api_version", "present", "mesh"),
    [
        ("istio/IS103.md", "v1", ["istio"], "istio"),
        ("ambient/AM101.md", "v1", ["istio"], "istio"),
        ("linkerd/LD101.md", "policy.linkerd.io/v1beta3", ["linkerd"], "linkerd"),
        ("schema/SC120.md", "networking.istio.io/v1", ["istio", "linkerd"], "istio"),
        ("schema/SC120.md", "cilium.io/v2", ["istio", "cilium"], "cilium"),
        ("schema/SC120.md", "policy.linkerd.io/v1beta3", ["linkerd"], "linkerd"),
        ("gateway/GW101.md", "gateway.networking.k8s.io/v1", ["linkerd", "cilium"], "linkerd"),
        ("gateway/GW101.md", "gateway.networking.k8s.io/v1", [], ""),
        ("schema/SC120.md", "apps/v1", ["istio"], ""),
    ],
)
def test_finding_belongs_to_the_mesh_of_its_rule_else_to_that_of_its_api(
    doc: str, api_version: str, present: list[str], mesh: str
) -> None:
    assert mesh_of(_finding(doc, api_version), present) == mesh


def test_finding_without_an_object_belongs_to_the_mesh_of_its_rule() -> None:
    assert mesh_of(replace(_finding("istio/IS101.md"), resource=None), ["istio"]) == "istio"
    assert mesh_of(replace(_finding("schema/SC101.md"), resource=None), ["istio"]) == ""


def test_each_mesh_of_each_cluster_has_its_certificates_and_its_counts() -> None:
    findings = [
        _finding("istio/IS103.md", cluster="east"),
        _finding("ambient/AM101.md", cluster="east", severity=Severity.WARNING),
        _finding("istio/IS103.md", cluster="west"),
        _finding("linkerd/LD101.md", cluster="west", severity=Severity.INFO),
    ]
    found = overview(_view(east="istio-sidecar", west="linkerd"), ["east", "west"], findings)
    assert [(mesh.cluster, mesh.mesh, mesh.config) for mesh in found] == [
        ("east", "istio", Counts(1, 1, 0)),
        ("west", "linkerd", Counts(0, 0, 1)),
    ]
    assert all(mesh.certificates and mesh.control_plane and mesh.data_plane.namespaces for mesh in found)


def test_cluster_without_a_mesh_has_none() -> None:
    view = MeshView([Resource({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})])
    assert overview(view, [""], [_finding("istio/IS103.md")]) == ()
