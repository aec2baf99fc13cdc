"""The health of Istio in one cluster: control planes, who is in the mesh and how, and the gateways."""

from collections import Counter
from collections.abc import Iterable, Iterator

from service_mesh.mesh.components import Component, component_of, components_in
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.kinds import NAMESPACE, POD
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.istio.enrolment import Enrolled, asked_enrolment, enrolment
from service_mesh.posture.istio.proxies import proxies, revision_of
from service_mesh.posture.istio.revisions import revision_behind
from service_mesh.posture.istio.running_gateways import is_running_gateway
from service_mesh.status.counting import component, has_unready_pod, is_counted, running_pods, versions
from service_mesh.status.health import DataPlane, MeshHealth, NamespaceHealth
from service_mesh.status.istio_gateways import gateways

__all__ = ["health"]

_CONTROL_PLANE = ("istiod", "istio-cni", "ztunnel")
_NOT_ENROLLED = "no"
_REVISION = "istio.io/rev"


def health(view: MeshView, cluster: str = "") -> MeshHealth | None:
    """What is there of Istio in a cluster; None where neither a part of it nor a proxy runs.

    Certificates and counts of findings are the caller's part. Gateways, waypoints and the parts of meshes themselves
    are not counted among the workloads of namespaces.
    """
    parts = tuple(one for one in components_in(view, cluster) if one.mesh == "istio")
    found = tuple(_namespaces(view, cluster))
    shown = gateways(view, cluster)
    if not parts and not any(one.meshed for one in found):
        return None
    ordered = sorted(parts, key=_order)
    return MeshHealth(
        mesh="istio",
        cluster=cluster,
        version=versions(tuple(one for one in parts if one.role == "istiod")) or versions(parts),
        mode=_mode(parts, found),
        control_plane=tuple(component(one) for one in ordered),
        data_plane=DataPlane(found),
        gateways=shown,
    )


def _mode(parts: Iterable[Component], found: Iterable[NamespaceHealth]) -> str:
    ways = {one.enrolled for one in found if one.enrolled != _NOT_ENROLLED}
    if any(one.role == "ztunnel" for one in parts):
        ways.add(Enrolled.AMBIENT)
    return " and ".join(way for way in ("sidecar", "ambient") if way in ways) or Enrolled.SIDECAR


def _namespaces(view: MeshView, cluster: str) -> Iterator[NamespaceHealth]:
    """The namespaces that are enrolled or have something in the mesh, by name."""
    held: dict[str, list[Workload]] = {one.name: [] for one in view.of_kind(NAMESPACE) if one.cluster == cluster}
    for workload in workloads(view):
        if workload.cluster == cluster and _is_of_users(view, workload):
            held.setdefault(workload.namespace, []).append(workload)
    old = _outdated(view)
    for name in sorted(held):
        found = _namespace(view, cluster, name, held[name], old)
        if found.meshed or found.enrolled != _NOT_ENROLLED:
            yield found


def _namespace(
    view: MeshView, cluster: str, name: str, held: list[Workload], old: frozenset[ResourceKey]
) -> NamespaceHealth:
    meshed = [workload for workload in held if enrolment(view, workload).is_meshed]
    enrolled = _asked(view, cluster, name)
    return NamespaceHealth(
        name=name,
        enrolled=enrolled,
        workloads=len(held),
        meshed=len(meshed),
        outdated=sum(any(pod.key in old for pod in running_pods(view, workload)) for workload in meshed),
        not_ready=sum(has_unready_pod(view, workload) for workload in meshed),
        revision=_revision(view, cluster, name, enrolled, meshed),
    )


def _is_of_users(view: MeshView, workload: Workload) -> bool:
    """Whether a workload counts: it runs, and is neither a part of a mesh nor a gateway."""
    if component_of(view, workload.resource) is not None or not is_counted(view, workload):
        return False
    return not is_running_gateway(view, workload)


def _asked(view: MeshView, cluster: str, name: str) -> str:
    """How a pod without any labels comes into the mesh in a namespace."""
    nobody = Resource({"apiVersion": "v1", "kind": POD.name, "metadata": {"namespace": name}}, cluster=cluster)
    asked = asked_enrolment(view, Workload(nobody, nobody.root))
    return asked.mode.value if asked.is_meshed else _NOT_ENROLLED


def _outdated(view: MeshView) -> frozenset[ResourceKey]:
    return view.index(_older_proxies)


def _older_proxies(view: MeshView) -> frozenset[ResourceKey]:
    """The pods whose proxy is older than its control plane."""
    return frozenset(proxy.pod.key for proxy in proxies(view) if proxy.is_older)


def _revision(view: MeshView, cluster: str, name: str, enrolled: str, meshed: list[Workload]) -> str:
    """The revision that most proxies of a namespace are of, else the one that its label leads to."""
    pods = (pod for workload in meshed for pod in running_pods(view, workload))
    said = Counter(node.text for pod in pods if (node := revision_of(view, pod)) is not None)
    if said:
        return said.most_common(1)[0][0]
    found = view.find(NAMESPACE, "", name, cluster)
    wanted = found.labels.get(_REVISION) if found is not None else None
    if enrolled != Enrolled.SIDECAR:
        return ""
    return revision_behind(view, cluster, wanted if isinstance(wanted, str) else "default")


def _order(part: Component) -> tuple[int, str, str]:
    return _CONTROL_PLANE.index(part.role), part.revision, part.resource.name
