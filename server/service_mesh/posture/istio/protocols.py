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
    transport, number, said = port.get("protocol"), port.get("port"), port.get("appProtocol")
    if transport is not None and transport.text.lower() in NO_TCP:
        return transport.text.lower()
    if said is not None and said.text in _APP_PROTOCOLS:
        return _APP_PROTOCOLS[said.text]
    word = said if said is not None and said.text else port.get("name")
    named = _named(word.text) if word is not None else ""
    return named or ("tcp" if number is not None and number.number in _TCP_PORTS else "")


def has_known_protocol(port: Node) -> bool:
    """Tell whether a Service port says its protocol."""
    return bool(protocol_of(port))


def _named(word: str) -> str:
    lowered = word.lower()
    if lowered.startswith("grpc-web"):
        return "grpc-web"
    first = lowered.partition("-")[0]
    return first if first in _PROTOCOLS else ""
