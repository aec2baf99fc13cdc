"""The Gateway that a route is attached to, where it is not there."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.site import Site
from service_mesh.model.kinds import GATEWAY_API_GATEWAY

__all__ = ["played_listener"]


def played_listener(site: Site, subject: RoutedService) -> Iterator[Mapping[str, object]]:
    """A Gateway as the prerequisites ask for it: a listener for the host, which lets in routes of the namespace."""
    gateway = subject.gateway
    if gateway is None or site.view.find(GATEWAY_API_GATEWAY, gateway.namespace, gateway.name) is not None:
        return
    listener = {
        "name": gateway.listener or "played",
        "port": gateway.port,
        "protocol": "HTTP",
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    yield {
        "apiVersion": site.api(GATEWAY_API_GATEWAY),
        "kind": "Gateway",
        "metadata": {"name": gateway.name, "namespace": gateway.namespace},
        "spec": {"gatewayClassName": "played", "listeners": [listener]},
    }
