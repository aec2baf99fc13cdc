"""What becomes of a connection at its server: what was sent meets what its proxy, or its application, takes."""

from dataclasses import dataclass
from enum import StrEnum

from service_mesh.model.finding import Note
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.posture.edges import Edge, Transport, unknown_edge
from service_mesh.posture.istio.bypass import Bypass
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.gateway_servers import Takes
from service_mesh.posture.istio.peer_authentication import MtlsMode, ServerMode
from service_mesh.posture.istio.protocols import HTTP, protocol_of

__all__ = ["Cargo", "Choices", "Receiver", "Sent", "received"]

_TLS_OF_CALLERS = frozenset({Takes.APP_TLS, Takes.HANDED_ON})


class Cargo(StrEnum):
    """What leaves the client.

    Attributes:
        PLAINTEXT: What the application sends, as it is.
        MESH_TLS: TLS with the mesh's certificate, to the port itself.
        OWN_TLS: TLS that a DestinationRule asks for and that is not the mesh's.
        HBONE: TLS with the mesh's certificate to the tunnel of the server's node or sidecar.
        NOTHING: No connection.
    """

    PLAINTEXT = "plaintext"
    MESH_TLS = "mesh TLS"
    OWN_TLS = "own TLS"
    HBONE = "HBONE"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Sent:
    """What leaves the client, and why.

    Attributes:
        cargo: What it is.
        reason: Why, in one sentence.
        chain: What decided it.
        is_insisted: Whether a rule asks for it outright, rather than automatic mTLS.
        by_proxy: Whether a proxy of the mesh sends it; an application speaks as its server wants.
    """

    cargo: Cargo
    reason: str
    chain: tuple[Note, ...] = ()
    is_insisted: bool = False
    by_proxy: bool = True


@dataclass(frozen=True, slots=True)
class Choices:
    """What may leave the client: one thing, or several where the input does not tell.

    Attributes:
        sent: The choices; none where nothing at all can be told.
        missing: What would have to be known to tell which.
        chain: What leaves it open.
    """

    sent: tuple[Sent, ...]
    missing: str = ""
    chain: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A server's port.

    Attributes:
        plane: Its data plane.
        mode: What its proxy accepts by policy; None where it is not in the mesh.
        bypass: Why connections pass its proxy by; None where they do not.
        gateway: What the servers of a gateway take there; None for what is no gateway.
        listeners: Where they say so.
        title: What to call it.
    """

    plane: Enrolled
    mode: ServerMode | None = None
    bypass: Bypass | None = None
    gateway: frozenset[Takes] | None = None
    listeners: tuple[Note, ...] = ()
    title: str = ""

    @property
    def takes(self) -> MtlsMode | None:
        """What its proxy accepts by policy; None where no proxy sees the connection."""
        return self.mode.mode if self.mode is not None and self.bypass is None else None

    @property
    def chain(self) -> tuple[Note, ...]:
        """What decides what it takes."""
        if self.bypass is not None:
            return self.bypass.chain
        return self.mode.chain if self.mode is not None else self.listeners


def received(server: Receiver, sent: Sent, entry: Node | None) -> Edge:
    """Tell what a connection carries once it meets its server.

    Args:
        server: The port.
        sent: What leaves the client.
        entry: The port of the service that is addressed.
    """
    match sent.cargo:
        case Cargo.NOTHING:
            return Edge(Transport.BROKEN, sent.reason, sent.chain)
        case Cargo.HBONE:
            return _tunnelled(server, sent)
        case _ if server.gateway is not None:
            return _at_gateway(server, server.gateway, sent)
        case Cargo.MESH_TLS:
            return _mutual(server, sent)
        case Cargo.OWN_TLS:
            return _foreign(server, sent, entry)
        case Cargo.PLAINTEXT:
            return _plain(server, sent)


def _tunnelled(server: Receiver, sent: Sent) -> Edge:
    if server.bypass is not None and not server.bypass.takes_tunnels:
        reason = f"{sent.reason}, and {server.bypass.reason}, so nothing answers there"
        return Edge(Transport.BROKEN, reason, (*sent.chain, *server.chain))
    return Edge(Transport.HBONE, sent.reason, sent.chain)


def _plain(server: Receiver, sent: Sent) -> Edge:
    chain = (*sent.chain, *server.chain)
    if server.takes is MtlsMode.STRICT:
        return Edge(Transport.BROKEN, f"{sent.reason}, and the server accepts only mTLS", chain)
    return Edge(Transport.PLAINTEXT, _with_bypass(server, sent.reason), chain)


def _mutual(server: Receiver, sent: Sent) -> Edge:
    chain = (*sent.chain, *server.chain)
    wants = "the client insists on mTLS" if sent.is_insisted else "the client starts mTLS"
    if server.bypass is not None:
        return Edge(Transport.BROKEN, f"{wants}, and {server.bypass.reason}", chain)
    if server.plane is Enrolled.NONE:
        return Edge(Transport.BROKEN, f"{wants}, and the server is not in the mesh", chain)
    if server.plane is Enrolled.AMBIENT:
        reason = f"{wants} without a tunnel, which ztunnel does not end, so that it reaches the application"
        return Edge(Transport.BROKEN, reason, chain)
    if server.takes is MtlsMode.DISABLE:
        return Edge(Transport.BROKEN, f"{wants}, and the server disables it on this port", chain)
    return Edge(Transport.MTLS, sent.reason, chain)


def _foreign(server: Receiver, sent: Sent, entry: Node | None) -> Edge:
    """What becomes of TLS that is not the mesh's.

    (`istio/istio: pilot/pkg/networking/core/filterchain_options.go`)
    """
    chain = (*sent.chain, *server.chain)
    if server.takes is MtlsMode.STRICT:
        reason = "the client's TLS does not carry the mesh's certificate, and the server accepts only mTLS"
        return Edge(Transport.BROKEN, reason, chain)
    if server.takes is not None and server.plane is Enrolled.SIDECAR and entry is not None and _is_http(entry):
        reason = "the port is declared as HTTP, so the server expects no TLS other than the mesh's"
        return Edge(Transport.BROKEN, reason, chain)
    return Edge(Transport.APP_TLS, _with_bypass(server, sent.reason), chain)


def _at_gateway(server: Receiver, takes: frozenset[Takes], sent: Sent) -> Edge:
    chain = (*sent.chain, *server.listeners)
    if sent.cargo is Cargo.PLAINTEXT and takes != {Takes.MESH_TLS} and (takes or sent.by_proxy):
        if takes and takes <= _TLS_OF_CALLERS:
            reason = "the gateway's listener asks for TLS, which the application has to begin"
            return Edge(Transport.APP_TLS, reason, chain)
        return Edge(Transport.PLAINTEXT, sent.reason, chain)
    if not takes:
        missing = f"the Gateway that listens on this port of '{server.title}'"
        return unknown_edge("what the gateway takes there is not known", chain, missing)
    if sent.cargo is Cargo.OWN_TLS and takes & _TLS_OF_CALLERS:
        return Edge(Transport.APP_TLS, sent.reason, chain)
    if sent.cargo is Cargo.MESH_TLS and Takes.MESH_TLS in takes:
        return Edge(Transport.MTLS, sent.reason, chain)
    if sent.cargo is Cargo.MESH_TLS and Takes.HANDED_ON in takes:
        missing = f"what the routes of '{server.title}' lead to, since it hands TLS on as it is"
        return unknown_edge("the gateway hands the mesh's TLS on", chain, missing)
    return Edge(Transport.BROKEN, f"the gateway does not take {sent.cargo} on this port", chain)


def _with_bypass(server: Receiver, reason: str) -> str:
    return reason if server.bypass is None else f"{reason}, and {server.bypass.reason}"


def _is_http(port: Node) -> bool:
    return (protocol_of(port) if port.resource.kind == SERVICE else port.text_at("protocol").lower()) in HTTP
