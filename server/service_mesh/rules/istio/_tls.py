"""Modes of TLS that a DestinationRule asks clients for."""

from service_mesh.model.node import Node

__all__ = ["ORIGINATING", "mode_of"]

ORIGINATING = frozenset({"SIMPLE", "MUTUAL"})
"""Modes in which the proxy begins TLS with certificates that are not the mesh's own."""


def mode_of(tls: Node) -> str:
    """The mode of a `tls`; an absent one is DISABLE (`istio/api: networking/v1alpha3/destination_rule.proto`)."""
    mode = tls.get("mode")
    return mode.text if mode is not None and mode.text else "DISABLE"
