"""What one edge of the mesh really carries: mTLS, plaintext, other TLS, nothing, or not to be told from the input."""

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import is_headless, port_number, port_to
from service_mesh.mesh.selection import services_of, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.hosts import service_host
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.edges import unknown_edge as _unknown
from service_mesh.posture.istio.client_tls import CLIENT_KINDS, TlsMode, client_tls
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, Enrolment, enrolment
from service_mesh.posture.istio.peer_authentication import (
    MODE_KINDS,
    MtlsMode,
    ServerMode,
    namespace_mode,
    server_mode,
)
from service_mesh.posture.istio.strictness import ambient_mode

__all__ = ["TRANSPORT_KINDS", "Edge", "Transport", "accepted", "from_namespace", "transport"]

TRANSPORT_KINDS = (*dict.fromkeys((*ENROLMENT_KINDS, *CLIENT_KINDS, *MODE_KINDS)),)
"""The kinds that are read here."""

_TUNNEL = "networking.istio.io/tunnel"
_HTTP = ("http", "http2", "grpc", "grpc-web")


def accepted(mesh: MeshView, workload: Workload, port: int | None) -> ServerMode | None:
    """What a workload accepts on a container port by its data plane; None where it is not in the mesh.

    Unknown where its enrolment is unknown.
    """
    return mesh.once(_accepted, (workload, port))


def _accepted(mesh: MeshView, asked: tuple[Workload, int | None]) -> ServerMode | None:
    workload, port = asked
    enrolled = enrolment(mesh, workload)
    match enrolled.mode:
        case Enrolled.SIDECAR:
            return server_mode(mesh, workload, port)
        case Enrolled.AMBIENT:
            return ambient_mode(mesh, workload, port)
        case Enrolled.NONE:
            return None
        case Enrolled.UNKNOWN:
            return ServerMode(MtlsMode.UNKNOWN, enrolled.chain, enrolled.missing)


def transport(mesh: MeshView, client: Workload | None, server: Workload, port: int) -> Edge:
    """Tell what a connection carries to a container port of a workload.

    The client is taken to address a Service that leads to the port, where there is one, and the pod's own address
    otherwise.

    Args:
        mesh: The objects.
        client: Who connects; None for somebody outside the mesh.
        server: Who is connected to.
        port: Number of the container port.
    """
    sender = enrolment(mesh, client) if client is not None else Enrolment(Enrolled.NONE)
    receiver = enrolment(mesh, server)
    for enrolled in (sender, receiver):
        if enrolled.mode is Enrolled.UNKNOWN:
            return _unknown("it is not known who is in the mesh", enrolled.chain, enrolled.missing)
    mode = accepted(mesh, server, port)
    chain = (*sender.chain, *receiver.chain)
    if mode is not None and mode.mode is MtlsMode.UNKNOWN:
        return _unknown("the mode of the server is not known", (*chain, *mode.chain), mode.missing)
    if client is None or sender.mode is Enrolled.NONE:
        return _plain(mode, chain, "the client is not in the mesh")
    if sender.mode is Enrolled.AMBIENT:
        return _from_ambient(mesh, server, receiver, mode, chain)
    if receiver.mode is Enrolled.AMBIENT:
        return Edge(Transport.MTLS, "sidecars reach ambient workloads by HBONE", chain)
    return _from_sidecar(mesh, client.namespace, client, server, port, mode, chain)


def from_namespace(mesh: MeshView, namespace: str, server: Workload, port: int) -> Edge:
    """Tell what clients with a sidecar in a namespace, whichever they are, reach a container port of a workload with.

    Rules for chosen client pods are left out.
    """
    return mesh.once(_from_namespace, (namespace, server, port))


def _from_namespace(mesh: MeshView, edge: tuple[str, Workload, int]) -> Edge:
    namespace, server, port = edge
    receiver = enrolment(mesh, server)
    if receiver.mode is Enrolled.UNKNOWN:
        return _unknown("it is not known whether the server is in the mesh", receiver.chain, receiver.missing)
    if receiver.mode is Enrolled.AMBIENT:
        return Edge(Transport.MTLS, "sidecars reach ambient workloads by HBONE", receiver.chain)
    mode = accepted(mesh, server, port)
    if mode is not None and mode.mode is MtlsMode.UNKNOWN:
        return _unknown("the mode of the server is not known", (*receiver.chain, *mode.chain), mode.missing)
    return _from_sidecar(mesh, namespace, None, server, port, mode, receiver.chain)


def _plain(mode: ServerMode | None, chain: tuple[Note, ...], reason: str) -> Edge:
    """What becomes of a connection without TLS."""
    if mode is not None and mode.mode is MtlsMode.STRICT:
        return Edge(Transport.FAIL, f"{reason}, and the server accepts only mTLS", (*chain, *mode.chain))
    return Edge(Transport.PLAINTEXT, reason, (*chain, *(mode.chain if mode else ())))


def _from_ambient(
    mesh: MeshView, server: Workload, receiver: Enrolment, mode: ServerMode | None, chain: tuple[Note, ...]
) -> Edge:
    """What ztunnel sends (`istio/istio: pilot/pkg/serviceregistry/ambient/workloads.go`, setTunnelProtocol)."""
    if receiver.mode is Enrolled.AMBIENT:
        return Edge(Transport.MTLS, "both are in ambient mode", chain)
    if receiver.mode is Enrolled.NONE:
        return Edge(Transport.PLAINTEXT, "the server is not in the mesh", chain)
    if server.labels.get(_TUNNEL) == "http":
        return Edge(Transport.MTLS, "the server's sidecar takes HBONE", chain)
    config = mesh_config(mesh, server.cluster)
    tunnels = config.setting("defaultConfig.proxyMetadata.ISTIO_META_ENABLE_HBONE")
    if tunnels == "true":
        return Edge(Transport.MTLS, "the server's sidecar takes HBONE by the mesh configuration", chain)
    if config.is_known:
        return _plain(mode, chain, "ztunnel reaches a sidecar without HBONE in plaintext")
    missing = "the mesh configuration, which tells whether sidecars take HBONE"
    return _unknown("it is not known whether the server's sidecar takes HBONE", chain, missing)


def _from_sidecar(
    mesh: MeshView,
    namespace: str,
    client: Workload | None,
    server: Workload,
    port: int,
    mode: ServerMode | None,
    chain: tuple[Note, ...],
) -> Edge:
    service, entry = _addressed(mesh, server, port)
    if service is None or entry is None:
        if mesh_config(mesh, server.cluster).blocks_unknown_hosts:
            return Edge(Transport.FAIL, "no service leads to this port, and hosts without a service are blocked", chain)
        return _plain(mode, chain, "no service leads to this port, and pods addressed directly are sent plaintext")
    host = service_host(service.name, service.namespace)
    wanted = client_tls(mesh, host, port_number(entry), namespace, server.cluster, client=client)
    chain = (*chain, *wanted.chain)
    match wanted.mode:
        case TlsMode.UNKNOWN:
            return _unknown("the DestinationRule that applies is not known", chain, wanted.missing)
        case TlsMode.AUTO:
            return _automatic(mesh, service, server, mode, chain)
        case TlsMode.DISABLE | TlsMode.RESET:
            return _plain(mode, chain, "the client's DestinationRule turns TLS off")
        case TlsMode.ISTIO_MUTUAL:
            return _mutual(mode, chain)
        case TlsMode.SIMPLE | TlsMode.MUTUAL:
            return _foreign(mode, entry, chain)


def _addressed(mesh: MeshView, server: Workload, port: int) -> tuple[Resource | None, Node | None]:
    return mesh.once(_leading_to, (server, port))


def _leading_to(mesh: MeshView, asked: tuple[Workload, int]) -> tuple[Resource | None, Node | None]:
    server, port = asked
    for service in services_of(mesh, server):
        if (entry := port_to(service, server, port)) is not None:
            return service, entry
    return None, None


def _automatic(
    mesh: MeshView, service: Resource, server: Workload, mode: ServerMode | None, chain: tuple[Note, ...]
) -> Edge:
    """Automatic mTLS: the mode of the service's namespace first, then that of the endpoint.

    (`istio/istio: pilot/pkg/model/push_context.go`, BestEffortInferServiceMTLSMode;
    `pilot/pkg/xds/endpoints/mtls_checker.go`)
    """
    if mode is None:
        return Edge(Transport.PLAINTEXT, "the server is not in the mesh", chain)
    if not mesh_config(mesh, server.cluster).auto_mtls:
        return _plain(mode, chain, "automatic mTLS is off and no DestinationRule turns mTLS on")
    wide = namespace_mode(mesh, service.namespace, service.cluster)
    if wide.mode is MtlsMode.UNKNOWN:
        return _unknown("the mode of the service's namespace is not known", (*chain, *wide.chain), wide.missing)
    if wide.mode is MtlsMode.DISABLE:
        reason = "mTLS is disabled for the service's namespace, and clients look at nothing narrower"
        return _plain(mode, (*chain, *wide.chain), reason)
    if is_headless(service):
        return _to_headless(mesh, service, mode, chain)
    if mode.mode is MtlsMode.DISABLE:
        return Edge(Transport.PLAINTEXT, "the server disables mTLS on this port", (*chain, *mode.chain))
    return Edge(Transport.MTLS, "automatic mTLS", (*chain, *mode.chain))


def _to_headless(mesh: MeshView, service: Resource, mode: ServerMode, chain: tuple[Note, ...]) -> Edge:
    """A headless Service is all or nothing: mTLS only if every endpoint runs a sidecar.

    (`istio/istio: pilot/pkg/networking/core/cluster.go`, convertResolution)
    """
    workload = mesh.once(_without_sidecar, service)
    if workload is not None:
        enrolled = enrolment(mesh, workload)
        if enrolled.mode is Enrolled.UNKNOWN:
            return _unknown("it is not known who is behind the headless service", enrolled.chain, enrolled.missing)
        reason = f"'{workload.title}' behind the headless service runs no sidecar, so nobody behind it gets mTLS"
        return _plain(mode, (*chain, *enrolled.chain), reason)
    return _mutual(mode, chain)


def _without_sidecar(mesh: MeshView, service: Resource) -> Workload | None:
    """The first workload behind a service that is not known to run a sidecar."""
    behind = workloads_of(mesh, service)
    return next((found for found in behind if enrolment(mesh, found).mode is not Enrolled.SIDECAR), None)


def _mutual(mode: ServerMode | None, chain: tuple[Note, ...]) -> Edge:
    """What becomes of a connection with the mesh's certificate."""
    if mode is None:
        return Edge(Transport.FAIL, "the client insists on mTLS, and the server is not in the mesh", chain)
    if mode.mode is MtlsMode.DISABLE:
        reason = "the client insists on mTLS, and the server disables it on this port"
        return Edge(Transport.FAIL, reason, (*chain, *mode.chain))
    return Edge(Transport.MTLS, "the client's settings ask for mTLS", (*chain, *mode.chain))


def _foreign(mode: ServerMode | None, port: Node, chain: tuple[Note, ...]) -> Edge:
    """What becomes of a connection with TLS that is not the mesh's.

    (`istio/istio: pilot/pkg/networking/core/filterchain_options.go`)
    """
    if mode is not None and mode.mode is MtlsMode.STRICT:
        reason = "the client's TLS does not carry the mesh's certificate, and the server accepts only mTLS"
        return Edge(Transport.FAIL, reason, (*chain, *mode.chain))
    if mode is not None and mode.mode is MtlsMode.PERMISSIVE and _is_http(port):
        reason = "the port is declared as HTTP, so the server expects no TLS other than the mesh's"
        return Edge(Transport.FAIL, reason, (*chain, *mode.chain))
    return Edge(Transport.TLS, "the client's DestinationRule starts TLS of its own", chain)


def _is_http(port: Node) -> bool:
    said = port.get("appProtocol") or port.get("name")
    text = said.text.lower() if said is not None else ""
    return any(text == name or text.startswith(f"{name}-") for name in _HTTP)
