"""What one edge of Linkerd's mesh really carries: mTLS, plaintext, nothing, or not to be told from the input."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.certificates import certificates_of
from service_mesh.mesh.ports import is_headless, port_number, target_number
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import SERVICE
from service_mesh.model.networks import Network, contains
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Edge, Leading, Transport, one_of, unknown_edge
from service_mesh.posture.linkerd.authorizations import AUTHORIZATION_KINDS, port_access, route_authorizations
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, Enrolled, Enrolment, enrolment
from service_mesh.posture.linkerd.installation import installation, trust_roots
from service_mesh.posture.linkerd.networks import network_in
from service_mesh.posture.linkerd.ports import (
    META_PORTS,
    is_opaque,
    opaque_of_pods,
    skipped_inbound,
    skipped_outbound,
    skipped_subnets,
)
from service_mesh.posture.linkerd.settings import setting

__all__ = ["TRANSPORT_KINDS", "Accepts", "ServerMode", "accepted", "arrival_port", "transport"]

TRANSPORT_KINDS = (*dict.fromkeys((*ENROLMENT_KINDS, *AUTHORIZATION_KINDS, SERVICE)),)
"""The kinds that are read here."""

_INBOUND_PORT = "config.linkerd.io/inbound-port"
_CONTROL_PLANE = "linkerd.io/control-plane-ns"
_UNCAPTURED = frozenset({"UDP", "SCTP"})
_USUAL_INBOUND = 4143
_HEADER_SINCE = (25, 3, 2)
_ADDRESS_MISSING = "the client's address, since some networks pass the server's proxy by"


class Accepts(StrEnum):
    """What a meshed workload takes on a port."""

    STRICT = "STRICT"
    PERMISSIVE = "PERMISSIVE"
    DISABLE = "DISABLE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class ServerMode:
    """What a meshed workload takes on a port, and why.

    Attributes:
        mode: STRICT where nobody gets in without mTLS, DISABLE where connections pass the proxy by.
        chain: What decided it.
        missing: What would have to be known, where the mode is unknown.
    """

    mode: Accepts
    chain: tuple[Note, ...] = ()
    missing: str = ""


def accepted(mesh: MeshView, workload: Workload, port: int) -> ServerMode | None:
    """What a workload takes on a container port; None where it is not in the mesh.

    Linkerd has no setting for this: a port is strict where every authorization that counts on it asks for mTLS, or
    where there is none. Probes that are let in without being authorized are left out.
    """
    return mesh.once(_accepted, (workload, port))


def arrival_port(mesh: MeshView, server: Workload, port: int) -> int | None:
    """The port at which connections of meshed clients to a port arrive at the pod; None where that is not known.

    The proxy's inbound port, 4143, which carries all that is meshed since edge-25.3.2 (2.18) unless chart value
    `proxy.outboundTransportMode` is `transparent`; before that it carried opaque ports only. The proxy's own ports and
    those that the pod's annotation takes from the proxy are reached as they are.
    (`linkerd/linkerd2: controller/api/destination/endpoint_translator.go`, createWeightedAddr;
    `charts/linkerd-control-plane/values.yaml`)
    """
    skipped = skipped_inbound(mesh, server)
    if port in META_PORTS or (skipped.is_annotated and port in skipped.ports):
        return port
    proxy = _inbound_port(mesh, server)
    if _forces_header(mesh, server.cluster):
        return None if skipped.missing else proxy
    listed, governed = opaque_of_pods(mesh, server), is_opaque(mesh, server, port)
    if skipped.missing or listed.missing or governed is None:
        return None
    return proxy if governed or port in listed.ports else port


def transport(
    mesh: MeshView,
    client: Workload | None,
    server: Workload,
    port: int,
    service: Resource | Leading | None = Leading.SERVICES,
) -> Edge:
    """Tell what a connection carries to a container port of a workload.

    Whether a meshed client is authorized is not asked: the connection is mTLS before that is looked at.
    (`linkerd/linkerd2: controller/api/destination/endpoint_translator.go`, createWeightedAddr)

    Args:
        mesh: The objects.
        client: Who connects; None for somebody outside the mesh, the kubelet included.
        server: Who is connected to.
        port: Number of the container port.
        service: The Service that the client addresses; None for the pod's own address. Left out, it is whichever leads
            to the port, and the pod's own address where none does.
    """
    return mesh.once(_transport, (client, server, port, service))


def _transport(mesh: MeshView, asked: tuple[Workload | None, Workload, int, Resource | Leading | None]) -> Edge:
    client, server, port, service = asked
    mesh.mark_read(*TRANSPORT_KINDS)
    sender = enrolment(mesh, client) if client is not None else Enrolment(Enrolled.NONE)
    receiver = enrolment(mesh, server)
    chain = (*sender.chain, *receiver.chain)
    if receiver.mode is Enrolled.NONE:
        return Edge(Transport.PLAINTEXT, "the server is not in the mesh", chain)
    for enrolled in (sender, receiver):
        if enrolled.mode is Enrolled.UNKNOWN:
            return unknown_edge("it is not known who is in the mesh", enrolled.chain, enrolled.missing)
    addressed = _addressed(mesh, server, port, service)
    if addressed is None:
        return Edge(Transport.PLAINTEXT, "proxies take TCP alone, and the port is of another protocol", chain)
    mode = accepted(mesh, server, port) or ServerMode(Accepts.UNKNOWN)
    if client is None or sender.mode is Enrolled.NONE:
        return _plain(mesh, (client, server), mode, chain, "the client is not in the mesh")
    found = [_meshed(mesh, client, server, port, number, mode, chain) for number in addressed]
    return one_of(found, "which Service the client addresses, since its proxy leaves out the port of one")


def _meshed(
    mesh: MeshView,
    client: Workload,
    server: Workload,
    port: int,
    addressed: int,
    mode: ServerMode,
    chain: tuple[Note, ...],
) -> Edge:
    """What a client with a proxy sends."""
    leaving = skipped_outbound(mesh, client)
    if leaving.missing:
        return unknown_edge("it is not known which ports pass the client's proxy by", chain, leaving.missing)
    if addressed in leaving.ports:
        reason = f"port {addressed} passes the client's proxy by"
        return _plain(mesh, (client, server), mode, (*chain, *leaving.chain), reason)
    if mode.mode is Accepts.DISABLE:
        return _past_the_server(mesh, server, port, mode, chain)
    if client.cluster != server.cluster:
        return _across(mesh, client, server, chain)
    planes = [_control_plane(mesh, end) for end in (client, server)]
    if all(planes) and planes[0] != planes[1]:
        return _plain(mesh, (client, server), mode, chain, "the two ends are of different control planes")
    return _within(mesh, client, server, port, chain)


def _within(mesh: MeshView, client: Workload, server: Workload, port: int, chain: tuple[Note, ...]) -> Edge:
    """Between proxies of one control plane: mTLS, unless the server's is passed by where the client does not expect it.

    Networks that the server leaves out are left out by the rules for incoming connections alone, which clients are not
    told of; the proxy's own port is reached all the same.
    (`linkerd/linkerd2-proxy-init: iptables/iptables.go`)
    """
    mutual = Edge(Transport.MTLS, "both are in the mesh", chain)
    passing, said = skipped_subnets(mesh, server)
    if not passing or arrival_port(mesh, server, port) != port:
        return mutual
    seen = (*chain, *said.chain("lists networks that pass the proxy by"))
    reason = "the client starts mTLS, and its network passes the server's proxy by"
    broken = Edge(Transport.BROKEN, reason, seen)
    is_passing = _is_in(mesh, client, passing)
    if is_passing is not None:
        return broken if is_passing else mutual
    return one_of((mutual, broken), _ADDRESS_MISSING)


def _is_in(mesh: MeshView, client: Workload | None, networks: Iterable[Network]) -> bool | None:
    """Tell whether all running pods of a client, or none of them, have addresses in some networks; None otherwise."""
    pods = pods_of(mesh, client) if client is not None else ()
    addresses = [network_in(pod.root.text_at("status.podIP")) for pod in pods]
    known = [address for address in addresses if address is not None]
    answers = {any(contains(network, address) for network in networks) for address in known}
    return answers.pop() if len(answers) == 1 and len(known) == len(addresses) else None


def _control_plane(mesh: MeshView, workload: Workload) -> str:
    """Namespace of the control plane that the pods of a workload belong to, as far as they are here; else empty.

    (`linkerd/linkerd2: controller/api/destination/endpoint_translator.go`, createWeightedAddr)
    """
    labels = [pod.labels.get(_CONTROL_PLANE) for pod in pods_of(mesh, workload)]
    found = {label for label in labels if isinstance(label, str)}
    return found.pop() if len(found) == 1 else ""


def _past_the_server(mesh: MeshView, server: Workload, port: int, mode: ServerMode, chain: tuple[Note, ...]) -> Edge:
    """Clients know of ports that an annotation takes from the server's proxy, and of no others."""
    skipped = skipped_inbound(mesh, server)
    if skipped.is_annotated:
        return Edge(Transport.PLAINTEXT, f"port {port} passes the server's proxy by", (*chain, *mode.chain))
    if arrival_port(mesh, server, port) != port:
        reason = "clients reach the server's proxy at a port of its own, which the installation does not leave out"
        return Edge(Transport.MTLS, reason, chain)
    reason = f"clients start mTLS, and port {port} passes the server's proxy by without an annotation that tells them"
    return Edge(Transport.BROKEN, reason, (*chain, *mode.chain))


def _across(mesh: MeshView, client: Workload, server: Workload, chain: tuple[Note, ...]) -> Edge:
    """Between clusters, straight or by a gateway, every hop is mTLS if both trust one anchor."""
    roots = [trust_roots(mesh, workload.cluster) for workload in (client, server)]
    ours, theirs = (_anchors(root) if root is not None else frozenset() for root in roots)
    if not ours or not theirs:
        missing = "the trust anchors of both clusters"
        return unknown_edge("it is not known whether the clusters trust each other", chain, missing)
    seen = (*chain, *(root.note("holds the cluster's trust anchors") for root in roots if root is not None))
    if ours & theirs:
        return Edge(Transport.MTLS, "both are in the mesh, and their clusters share a trust anchor", seen)
    return Edge(Transport.BROKEN, "the clusters share no trust anchor, so neither takes the other's certificate", seen)


def _anchors(root: Node) -> frozenset[str]:
    found = frozenset(one.public_key for one in certificates_of(root.resource) if one.public_key)
    return found or frozenset("".join(part.split()) for part in root.text.split("-----BEGIN CERTIFICATE-----")[1:])


def _plain(
    mesh: MeshView, ends: tuple[Workload | None, Workload], mode: ServerMode, chain: tuple[Note, ...], reason: str
) -> Edge:
    """What becomes of a connection without the mesh's TLS, from the first end to the second."""
    chain = (*chain, *mode.chain)
    if mode.mode is Accepts.UNKNOWN:
        return unknown_edge("it is not known whom the server lets in", chain, mode.missing)
    if mode.mode is not Accepts.STRICT:
        return Edge(Transport.PLAINTEXT, reason, chain)
    client, server = ends
    passing, said = skipped_subnets(mesh, server)
    is_passing = _is_in(mesh, client, passing) if passing else False
    if said.missing or is_passing is None:
        missing = said.missing or _ADDRESS_MISSING
        return unknown_edge("it is not known whether the client passes the server's proxy by", chain, missing)
    if is_passing:
        seen = (*chain, *said.chain("lists networks that pass the proxy by"))
        return Edge(Transport.PLAINTEXT, f"{reason}, and its network passes the server's proxy by", seen)
    return Edge(Transport.BROKEN, f"{reason}, and the server lets nobody in without mTLS", chain)


def _addressed(
    mesh: MeshView, server: Workload, port: int, service: Resource | Leading | None
) -> tuple[int, ...] | None:
    """The ports that the client may connect to; None where proxies take no part in their protocol."""
    if service is None:
        return (port,)
    services = services_of(mesh, server) if isinstance(service, Leading) else (service,)
    entries = [
        (one, entry) for one in services for entry in one.each("spec.ports[]") if target_number(entry, server) == port
    ]
    captured = [(one, entry) for one, entry in entries if entry.text_at("protocol") not in _UNCAPTURED]
    if entries and not captured:
        return None
    numbers = [port if is_headless(one) else port_number(entry) or port for one, entry in captured]
    return tuple(dict.fromkeys(numbers)) or (port,)


def _accepted(mesh: MeshView, asked: tuple[Workload, int]) -> ServerMode | None:
    workload, port = asked
    mesh.mark_read(*TRANSPORT_KINDS)
    enrolled = enrolment(mesh, workload)
    if enrolled.mode is Enrolled.NONE:
        return None
    if enrolled.mode is Enrolled.UNKNOWN:
        return ServerMode(Accepts.UNKNOWN, enrolled.chain, enrolled.missing)
    skipped = skipped_inbound(mesh, workload)
    if skipped.missing:
        return ServerMode(Accepts.UNKNOWN, (), skipped.missing)
    if port in skipped.ports and port not in META_PORTS:
        return ServerMode(Accepts.DISABLE, skipped.chain)
    return _by_policy(mesh, workload, port)


def _by_policy(mesh: MeshView, workload: Workload, port: int) -> ServerMode:
    access = port_access(mesh, workload, port)
    granted = [access.granted, *(route_authorizations(mesh, route) for route in access.routes)]
    counting = [one for part in granted for one in part.authorizations]
    if any(one.takes_plaintext and not one.missing for one in counting):
        return ServerMode(Accepts.PERMISSIVE, access.chain)
    missing = next((one.missing for one in counting if one.takes_plaintext), "")
    missing = missing or next((part.missing for part in granted if part.missing), "")
    missing = missing or next((one.missing for part in granted for one in part.void if one.missing), "")
    return ServerMode(Accepts.UNKNOWN if missing else Accepts.STRICT, access.chain, missing)


def _inbound_port(mesh: MeshView, workload: Workload) -> int:
    said = setting(mesh, workload, _INBOUND_PORT).text
    if said.isascii() and said.isdecimal() and len(said) <= 5:
        return int(said)
    found = installation(mesh, workload.cluster)
    number = found.value("proxy.ports.inbound") if found is not None else None
    return number if type(number) is int else _USUAL_INBOUND


def _forces_header(mesh: MeshView, cluster: str) -> bool:
    found = installation(mesh, cluster)
    mode = found.text("proxy.outboundTransportMode") if found is not None else ""
    return mode == "transport-header" if mode else mesh.release("linkerd") >= _HEADER_SINCE
