"""Which implementations serve the Gateways that a route is attached to."""

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, attachments, gateway_of
from service_mesh.mesh.gateway_classes import implementation
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GATEWAY_CLASS
from service_mesh.model.resource import Resource

__all__ = ["IMPLEMENTATION_KINDS", "implementations"]

IMPLEMENTATION_KINDS = (GATEWAY_CLASS, *ATTACHMENT_KINDS)
"""The kinds that are read here."""


def implementations(mesh: MeshView, route: Resource) -> frozenset[str]:
    """The implementations that take a route; the empty name stands for one that is not known."""
    return mesh.once(_implementations, route)


def _implementations(mesh: MeshView, route: Resource) -> frozenset[str]:
    owners = {found.listener.resource for found in attachments(mesh, route)}
    gateways = [gateway for owner in owners if (gateway := gateway_of(mesh, owner)) is not None]
    return frozenset(implementation(mesh, gateway) for gateway in gateways)
