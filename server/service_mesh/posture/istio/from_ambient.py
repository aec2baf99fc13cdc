"""What ztunnel and waypoints send: they read no rules for clients and no switch, only what the server is."""

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.gateway_servers import is_gateway_proxy
from service_mesh.posture.istio.hbone import Tunnels, takes_hbone
from service_mesh.posture.istio.received import Cargo, Choices, Receiver, Sent

__all__ = ["is_waypoint_proxy", "sent_by_ztunnel"]

_MANAGED = "gateway.istio.io/managed"
_WAYPOINT = "istio.io-mesh-controller"


def is_waypoint_proxy(workload: Workload) -> bool:
    """Tell whether a workload is the proxy of a waypoint, which istiod makes."""
    return workload.labels.get(_MANAGED) == _WAYPOINT and is_gateway_proxy(workload)


def sent_by_ztunnel(mesh: MeshView, server: Workload, receiver: Receiver, *, is_waypoint: bool = False) -> Choices:
    """What ztunnel sends to a workload, and a waypoint likewise.

    (`istio/ztunnel: src/proxy/outbound.rs`, build_request;
    `istio/istio: pilot/pkg/serviceregistry/ambient/workloads.go`, setTunnelProtocol;
    `pilot/pkg/networking/core/cluster_waypoint.go`)
    """
    who = "the waypoint" if is_waypoint else "ztunnel"
    if receiver.plane is Enrolled.AMBIENT:
        reason = "the waypoint reaches ambient workloads by HBONE" if is_waypoint else "both are in ambient mode"
        return Choices((Sent(Cargo.HBONE, reason),))
    if receiver.plane is Enrolled.NONE:
        return Choices((Sent(Cargo.PLAINTEXT, "the server is not in the mesh"),))
    if receiver.gateway is not None:
        if is_waypoint_proxy(server):
            return Choices((Sent(Cargo.HBONE, "waypoints take HBONE"),))
        return Choices((Sent(Cargo.PLAINTEXT, "gateways take no HBONE"),))
    takes, chain = takes_hbone(mesh, server)
    tunnel = Sent(Cargo.HBONE, "the server's sidecar takes HBONE", chain)
    plain = Sent(Cargo.PLAINTEXT, f"{who} reaches a sidecar without HBONE in plaintext", chain)
    if takes is not Tunnels.UNKNOWN:
        return Choices((tunnel,) if takes is Tunnels.YES else (plain,))
    return Choices((tunnel, plain), "the mesh configuration, which tells whether sidecars take HBONE")
