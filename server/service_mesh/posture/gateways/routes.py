"""Where a gateway sends a request that comes to it: the one place to ask, whichever API describes the gateway."""

from dataclasses import replace

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.resource import Resource
from service_mesh.posture.gateways.listeners import LISTENER_KINDS, listener_routing
from service_mesh.posture.gateways.servers import SERVER_KINDS, server_routing
from service_mesh.posture.routing import Addressed, Routing

__all__ = ["GATEWAY_ROUTE_KINDS", "gateway_routing"]

GATEWAY_ROUTE_KINDS = tuple(dict.fromkeys((*LISTENER_KINDS, *SERVER_KINDS)))
"""The kinds that are read here."""


def gateway_routing(mesh: MeshView, gateway: Resource, addressed: Addressed) -> Routing:
    """Tell where a gateway sends a request of somebody outside.

    What it refuses itself, by a redirect, for want of a listener or of a rule, is `REFUSED`; it is never `UNROUTED`.
    Who may call, and whether the gateway runs and has its certificates, are other questions.

    Args:
        mesh: The objects.
        gateway: A Gateway of the Gateway API, or Istio's.
        addressed: The host and the port that the client calls, with its request; the request names another host only
            where it says so. A client speaks TLS where the listener wants it, unless `is_tls` says otherwise.
    """
    named = replace(addressed.request, host=addressed.request.host or addressed.host)
    routing = server_routing if gateway.kind == GATEWAY else listener_routing
    return routing(mesh, gateway, replace(addressed, request=named))
