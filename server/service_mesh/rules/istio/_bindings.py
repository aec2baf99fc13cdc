"""Where a VirtualService applies: its gateways, their servers, and the namespaces of the proxies that take it."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.gateways import (
    SIDECARS,
    binds_sidecars,
    find_gateway,
    gateway_name,
    gateway_namespaces,
    serves,
)
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.mesh.visibility import visibility
from service_mesh.model.hosts import MESH_WIDE, is_wildcard, overlaps, resolve_host, split_scope
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Bound", "bound_gateways", "client_namespaces", "pattern_takes", "server_patterns", "serves_host"]


class Bound(NamedTuple):
    """A gateway that a VirtualService is bound to.

    Attributes:
        reference: Where `gateways` names it.
        gateway: The gateway, of Istio's kind or of the Gateway API; None where it is not loaded.
    """

    reference: Node
    gateway: Resource | None


def bound_gateways(mesh: MeshView, route: Resource) -> tuple[Bound, ...]:
    """The gateways that `spec.gateways` names, each once; the sidecars are none."""
    found: dict[tuple[str, str], Bound] = {}
    for reference in route.each("spec.gateways[]"):
        name = gateway_name(reference.text, route.namespace)
        if name is not None and name not in found:
            found[name] = Bound(reference, find_gateway(mesh, name, route.cluster))
    return tuple(found.values())


def server_patterns(gateway: Resource) -> Iterator[tuple[str, str]]:
    """Namespace and host pattern of everything that a gateway serves; `*` stands for all.

    A listener of the Gateway API without a hostname serves every host.
    """
    if gateway.kind == GATEWAY:
        for host in gateway.each("spec.servers[].hosts[]"):
            yield split_scope(host.text, gateway.namespace)
        return
    for listener in gateway.each("spec.listeners[]"):
        hostname = listener.get("hostname")
        yield MESH_WIDE, (hostname.text if hostname is not None else "") or MESH_WIDE


def pattern_takes(scope: str, pattern: str, host: Node) -> bool:
    """Tell whether a server takes a host of a VirtualService: names in common, and routes of its namespace accepted.

    (`istio/istio: pilot/pkg/networking/core/gateway.go`, pickMatchingGatewayHosts)
    """
    route = host.resource
    if scope not in (MESH_WIDE, route.namespace):
        return False
    return overlaps(pattern, host.text) or overlaps(pattern, resolve_host(host.text, route.namespace))


def serves_host(gateway: Resource, host: Node) -> bool:
    """Tell whether any server of a gateway takes a host of a VirtualService."""
    route = host.resource
    names = {host.text, resolve_host(host.text, route.namespace)}
    if gateway.kind == GATEWAY and any(serves(gateway, name, route.namespace) for name in names):
        return True
    # The other way round, a wildcard of the route may hold what a server names.
    is_enough = gateway.kind == GATEWAY and not is_wildcard(host.text)
    patterns = () if is_enough else server_patterns(gateway)
    return any(pattern_takes(scope, pattern, host) for scope, pattern in patterns)


def client_namespaces(mesh: MeshView, route: Resource) -> frozenset[str] | None:
    """Namespaces of the proxies that take a VirtualService; None where its gateways' pods are not loaded.

    For one that everybody takes, and for a delegate, it is its own namespace.
    """
    if is_delegate(route):
        return frozenset({route.namespace})
    found: set[str] = set()
    if binds_sidecars(route):
        seen = visibility(mesh, route)
        found |= {route.namespace} if seen.is_public else seen.namespaces
    for bound in bound_gateways(mesh, route):
        gateway = bound.gateway if bound.gateway is not None and bound.gateway.kind == GATEWAY else None
        places = gateway_namespaces(mesh, gateway) if gateway is not None else frozenset()
        if not places:
            return None if SIDECARS not in _names(route) else frozenset(found)
        found |= places
    return frozenset(found)


def _names(route: Resource) -> list[str]:
    return [node.text for node in route.each("spec.gateways[]")]
