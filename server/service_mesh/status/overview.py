"""The meshes of clusters, each with its parts, its certificates and what is said of its configuration."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from service_mesh.mesh.view import MeshView
from service_mesh.model.counts import Counts
from service_mesh.model.finding import Finding
from service_mesh.model.grade import Severity
from service_mesh.status import certificates, cilium, istio, linkerd
from service_mesh.status.health import MeshHealth
from service_mesh.status.windows import support_of

__all__ = ["mesh_of", "overview"]

_MESHES = ("istio", "linkerd", "cilium")
_FAMILIES = {"istio": "istio", "ambient": "istio", "linkerd": "linkerd", "cilium": "cilium"}
_SHARED = "gateway.networking.k8s.io"


def overview(view: MeshView, clusters: Iterable[str], findings: Iterable[Finding]) -> tuple[MeshHealth, ...]:
    """Every mesh of every cluster.

    Args:
        view: The objects of all clusters.
        clusters: Their names, as `Resource.cluster` has them.
        findings: What the rules for files say of the configuration.
    """
    found = list(findings)
    return tuple(health for cluster in clusters for health in _of_cluster(view, cluster, found))


def _of_cluster(view: MeshView, cluster: str, findings: list[Finding]) -> Iterator[MeshHealth]:
    meshes = [one for one in (reader.health(view, cluster) for reader in (istio, linkerd, cilium)) if one is not None]
    counts = _counts(cluster, [mesh.mesh for mesh in meshes], findings)
    for mesh in meshes:
        held = certificates.certificates(view, cluster, mesh.mesh)
        support = support_of(view, mesh.mesh, cluster)
        yield replace(mesh, certificates=held, config=counts[mesh.mesh], support=support)


def mesh_of(finding: Finding, present: list[str]) -> str:
    """The mesh that a finding about configuration belongs to: by its rule, else by the API of its object."""
    owner = _FAMILIES.get(finding.doc.split("/")[-2], "")
    group = finding.resource.api_version.rpartition("/")[0] if finding.resource is not None else ""
    owner = owner or next((name for name in _MESHES if group.endswith(f"{name}.io")), "")
    return owner or (present[0] if group == _SHARED and present else "")


def _counts(cluster: str, present: list[str], findings: list[Finding]) -> Mapping[str, Counts]:
    graded: dict[tuple[str, Severity], int] = {}
    for finding in findings:
        if finding.resource is not None and finding.resource.cluster == cluster:
            key = mesh_of(finding, present), finding.severity
            graded[key] = graded.get(key, 0) + 1
    grades = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    return {name: Counts(*(graded.get((name, grade), 0) for grade in grades)) for name in present}
