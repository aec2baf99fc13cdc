"""What a proxy sees of a call when it decides about it: the other side, the connection and the request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.posture.kubernetes.ends import Address
from service_mesh.posture.requests import HttpRequest

__all__ = ["NO_IDENTITY", "Call", "Peer", "Protocol"]

NO_IDENTITY = ""
"""The principal of a peer whose connection carries no identity: plaintext, or TLS that is not the mesh's."""


class Protocol(StrEnum):
    """What a proxy takes a connection for, declared or sniffed."""

    HTTP = "http"
    TCP = "tcp"


@dataclass(frozen=True, slots=True)
class Peer:
    """The other side of a connection.

    Attributes:
        principal: Its identity as `TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`; `NO_IDENTITY` where the connection carries
            none; None where that is not known. Behind a waypoint, ztunnel sees the waypoint's.
        address: Where the connection comes from; None where that is not known.
        remote_address: The first client by the trusted hops of a gateway; None where that is not known.
    """

    principal: str | None = None
    address: Address | None = None
    remote_address: Address | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request or connection as it reaches the proxy that decides about it.

    Attributes:
        peer: Who sends it.
        port: The port it is for as that proxy has it, the workload's own at sidecars and ztunnel; None where it is not
            known, as at a waypoint in front of a service whose port differs from that of the pods.
        protocol: What that proxy takes it for; None where that is not known. To ztunnel everything is TCP.
        request: The request inside.
        sni: The name asked for in TLS, empty for none; None where that is not known.
        server_address: The address it is for; None where that is not known.
        authorizers: Name of an external authorizer -> whether it lets the request pass, as far as that is known.
    """

    peer: Peer = field(default_factory=Peer)
    port: int | None = None
    protocol: Protocol | None = None
    request: HttpRequest = field(default_factory=HttpRequest)
    sni: str | None = None
    server_address: Address | None = None
    authorizers: Mapping[str, bool] = field(default_factory=dict)
