"""Who speaks HBONE, the tunnels of ambient mode: whether sidecars send it, and whether a sidecar takes it."""

from enum import StrEnum

from service_mesh.mesh.components import COMPONENT_KINDS, components_in
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import DEPLOYMENT, HELM_RELEASE, ISTIO_OPERATOR, SAIL_ISTIO
from service_mesh.posture.istio.bypass import proxy_setting
from service_mesh.posture.istio.enrolment import is_live

__all__ = ["HBONE_KINDS", "HBONE_MISSING", "TUNNEL", "Tunnels", "sends_hbone", "takes_hbone"]

HBONE_KINDS = (HELM_RELEASE, ISTIO_OPERATOR, SAIL_ISTIO, *COMPONENT_KINDS)
"""The kinds that are read here besides the installation's."""

TUNNEL = "networking.istio.io/tunnel"
"""Label of pods whose sidecar takes HBONE; the injector sets it."""

HBONE_MISSING = "the mesh configuration, which tells whether sidecars take HBONE"
"""What settles whether a sidecar takes tunnels."""

_AMBIENT = "PILOT_ENABLE_AMBIENT"
_SENDING = "PILOT_ENABLE_SENDING_HBONE"
_TAKES = ("proxyMetadata", "ISTIO_META_ENABLE_HBONE")
_REFRAINS = ("proxyMetadata", "ISTIO_META_DISABLE_HBONE_SEND")
_WHOLE = frozenset({DEPLOYMENT, HELM_RELEASE, ISTIO_OPERATOR, SAIL_ISTIO})
"""What tells all of istiod's environment, so that a switch it does not name is off."""


class Tunnels(StrEnum):
    """Whether HBONE is spoken."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def sends_hbone(mesh: MeshView, cluster: str, client: Workload | None = None) -> tuple[Tunnels, tuple[Note, ...]]:
    """Tell whether sidecars and gateways of a cluster reach ambient workloads by HBONE, and what says so.

    They do where istiod runs in ambient mode, unless that is turned off for all of them or for the client. A ztunnel
    that is there shows that mode: it is of no use without it.
    (`istio/istio: pilot/pkg/features/ambient.go`; `pilot/pkg/networking/core/cluster_builder.go`)
    """
    if client is not None:
        refrains, node = proxy_setting(mesh, client, _REFRAINS)
        if refrains == "true":
            return Tunnels.NO, ((node.note("keeps the proxy from sending HBONE"),) if node is not None else ())
    return mesh.once(_sends, cluster)


def takes_hbone(mesh: MeshView, server: Workload) -> tuple[Tunnels, tuple[Note, ...]]:
    """Tell whether the sidecar of a workload takes HBONE, and what says so.

    The label of its pods tells. Injection sets it where the proxy's metadata asks for it, as the ambient profile does.
    (`istio/istio: pilot/pkg/serviceregistry/ambient/workloads.go`, setTunnelProtocol;
    `manifests/charts/istio-control/istio-discovery/files/injection-template.yaml`, `profile-ambient.yaml`)
    """
    return mesh.once(_takes, server)


def _sends(mesh: MeshView, cluster: str) -> tuple[Tunnels, tuple[Note, ...]]:
    mesh.mark_read(*HBONE_KINDS)
    config = mesh_config(mesh, cluster)
    installed = config.installed
    # Switches of istiod stand anywhere but in the mesh configuration, which is the first node where both are there.
    chain = (installed.nodes[-1].note("tells of ambient mode"),) if installed is not None and installed.nodes else ()
    if not config.flag(_SENDING, default=True):
        return Tunnels.NO, chain
    if installed is not None and _AMBIENT in installed.flags:
        return (Tunnels.YES if installed.flag(_AMBIENT, default=False) else Tunnels.NO), chain
    if mesh.once(_is_profile_ambient, cluster):
        return Tunnels.YES, chain
    agent = next((one for one in components_in(mesh, cluster) if one.role == "ztunnel"), None)
    if agent is not None:
        return Tunnels.YES, (agent.workload.resource.root.note("is the ztunnel of ambient mode"),)
    known = installed is not None and any(node.resource.kind in _WHOLE for node in installed.nodes)
    return (Tunnels.NO if known else Tunnels.UNKNOWN), chain


def _is_profile_ambient(mesh: MeshView, cluster: str) -> bool:
    """Whether the installation takes the profile of ambient mode, by its values or by the object that asks for it."""
    installed = mesh_config(mesh, cluster).installed
    if installed is None:
        return False
    said = {installed.value("profile"), installed.value("global.profile")}
    return "ambient" in said or any(
        node.resource.kind in (ISTIO_OPERATOR, SAIL_ISTIO) and node.resource.root.text_at("spec.profile") == "ambient"
        for node in installed.nodes
    )


def _takes(mesh: MeshView, server: Workload) -> tuple[Tunnels, tuple[Note, ...]]:
    live = [pod for pod in pods_of(mesh, server) if is_live(pod)]
    labelled = {pod.labels.get(TUNNEL) == "http" for pod in live} or {server.labels.get(TUNNEL) == "http"}
    if True in labelled:
        label = (server.labels_node.note("the sidecar takes HBONE"),)
        return (Tunnels.YES if labelled == {True} else Tunnels.UNKNOWN), label
    if live or server.is_machine:
        return Tunnels.NO, ()
    asked, node = proxy_setting(mesh, server, _TAKES)
    chain = (node.note("tells whether sidecars take HBONE"),) if node is not None else ()
    if asked is not None:
        return (Tunnels.YES if asked == "true" else Tunnels.NO), chain
    if mesh.once(_is_profile_ambient, server.cluster):
        return Tunnels.YES, chain
    return (Tunnels.NO if mesh_config(mesh, server.cluster).is_known else Tunnels.UNKNOWN), chain
