"""What ztunnel and waypoints send: by what the server is, and for waypoints by TLS that rules for clients ask for."""

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.posture.istio.addressing import Form, Way
from service_mesh.posture.istio.client_tls import TlsMode, client_tls
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.gateway_servers import is_gateway_proxy
from service_mesh.posture.istio.hbone import HBONE_MISSING, Tunnels, takes_hbone
from service_mesh.posture.istio.received import Cargo, Choices, Receiver, Sent

__all__ = ["is_waypoint_proxy", "sent_by_waypoint", "sent_by_ztunnel"]

_MANAGED = "gateway.istio.io/managed"
_WAYPOINT = "istio.io-mesh-controller"
_OWN_TLS = frozenset({TlsMode.SIMPLE, TlsMode.MUTUAL})


def is_waypoint_proxy(workload: Workload) -> bool:
    """Tell whether a workload is the proxy of a waypoint, which istiod makes."""
    return workload.labels.get(_MANAGED) == _WAYPOINT and is_gateway_proxy(workload)


def sent_by_waypoint(mesh: MeshView, namespace: str, server: Workload, receiver: Receiver, way: Way) -> Choices:
    """What a waypoint sends: tunnels to who takes them, with or without TLS of a DestinationRule inside; else that TLS.

    Rules for chosen clients do not count for it. (`istio/istio: pilot/pkg/networking/core/cluster_waypoint.go`)

    Args:
        mesh: The objects.
        namespace: Its namespace.
        server: Who is connected to.
        receiver: The same, as what it takes.
        way: How the server is addressed: by a service, where rules are to count.
    """
    bare = sent_by_ztunnel(mesh, server, receiver, is_waypoint=True)
    if way.form is not Form.SERVICE or not any(sent.cargo is Cargo.PLAINTEXT for sent in bare.sent):
        return bare
    said = client_tls(mesh, way.host, way.number, namespace, server.cluster)
    modes = said.options if said.mode is TlsMode.UNKNOWN and said.options else (said.mode,)
    sent = tuple(_wrapped(one, mode, said.chain) for mode in modes for one in bare.sent)
    return Choices(sent, "; ".join(filter(None, (bare.missing, said.missing))), bare.chain)


def _wrapped(sent: Sent, mode: TlsMode, chain: tuple[Note, ...]) -> Sent:
    if sent.cargo is not Cargo.PLAINTEXT or mode not in _OWN_TLS:
        return sent
    return Sent(Cargo.OWN_TLS, "the DestinationRule makes the waypoint start TLS of its own", (*sent.chain, *chain))


def sent_by_ztunnel(mesh: MeshView, server: Workload, receiver: Receiver, *, is_waypoint: bool = False) -> Choices:
    """What ztunnel sends to a workload, and a waypoint likewise but for rules: ztunnel reads none, and no switch.

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
    return Choices((tunnel, plain), HBONE_MISSING)
