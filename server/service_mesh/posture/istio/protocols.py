"""What Istio takes the protocol of a port to be."""

from service_mesh.model.node import Node

__all__ = ["HTTP", "NO_TCP", "PLAIN_TCP", "has_known_protocol", "protocol_of"]

HTTP = frozenset({"http", "http_proxy", "http2", "grpc", "grpc-web"})
"""Protocols that are routed by requests."""

PLAIN_TCP = frozenset({"tcp", "mongo", "redis", "mysql"})
"""Protocols of which a connection is all that is known, without a name in it."""

NO_TCP = frozenset({"udp", "sctp"})
"""Protocols that are no matter of a sidecar."""

_PROTOCOLS = HTTP | PLAIN_TCP | {"https", "tls", "udp"}
_APP_PROTOCOLS = {"kubernetes.io/h2c": "http2", "kubernetes.io/ws": "http", "kubernetes.io/wss": "https"}
_TCP_PORTS = frozenset({25, 53, 3306, 27017})
"""Ports that are plain TCP unless something else is said, since detection would break what listens there."""


def protocol_of(port: Node) -> str:
    """The protocol of a Service port in lower case; empty where it has to be detected from the first bytes.

    By `appProtocol`, else by the part of the name before the first dash, else by the number.
    (`istio/istio: pkg/config/kube/conversion.go`, ConvertProtocol)
    """
    transport, said = port.text_at("protocol").lower(), port.text_at("appProtocol")
    if transport in NO_TCP:
        return transport
    if said in _APP_PROTOCOLS:
        return _APP_PROTOCOLS[said]
    named = _named(said or port.text_at("name"))
    if named:
        return named
    number = port.get("port")
    return "tcp" if number is not None and number.number in _TCP_PORTS else ""


def has_known_protocol(port: Node) -> bool:
    """Tell whether a Service port says its protocol."""
    return bool(protocol_of(port))


def _named(word: str) -> str:
    lowered = word.lower()
    if lowered.startswith("grpc-web"):
        return "grpc-web"
    first = lowered.partition("-")[0]
    return first if first in _PROTOCOLS else ""
