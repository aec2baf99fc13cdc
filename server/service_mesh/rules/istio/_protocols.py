"""What Istio takes the protocol of a Service port to be."""

from service_mesh.model.node import Node

__all__ = ["has_known_protocol"]

_PROTOCOLS = frozenset(
    {"tcp", "udp", "grpc", "grpc-web", "http", "http_proxy", "http2", "https", "tls", "mongo", "redis", "mysql"}
)
_APP_PROTOCOLS = frozenset({"kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"})
_TCP_PORTS = frozenset({25, 53, 3306, 27017})
"""Ports that are plain TCP unless something else is said, since detection would break what listens there."""


def has_known_protocol(port: Node) -> bool:
    """Tell whether a port says its protocol: by `appProtocol`, else by the part of its name before the first dash.

    UDP and SCTP are no matter of a sidecar. (`istio/istio: pkg/config/kube/conversion.go`, ConvertProtocol)
    """
    transport, number, said = port.get("protocol"), port.get("port"), port.get("appProtocol")
    if transport is not None and transport.value not in (None, "TCP"):
        return True
    if number is not None and number.value in _TCP_PORTS:
        return True
    if said is not None and said.text in _APP_PROTOCOLS:
        return True
    word = said if said is not None and said.text else port.get("name")
    return word is not None and _is_protocol(word.text)


def _is_protocol(word: str) -> bool:
    lowered = word.lower()
    return lowered.startswith("grpc-web") or lowered.partition("-")[0] in _PROTOCOLS
