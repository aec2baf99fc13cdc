"""What the destinations of a VirtualService mean: full hosts, and the ports that are behind them."""

from collections.abc import Mapping

from service_mesh.mesh.ports import port_number
from service_mesh.mesh.services import half_qualified
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import resolve_host, service_name
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._routes import destinations, host_text

__all__ = ["destinations_by_host", "full_host", "offered_ports"]


def full_host(host: Node) -> str:
    """The full host of a destination; empty where it cannot be told.

    Names below `svc.` of another domain than the cluster's are not looked up: an unknown cluster domain, or the
    services that several clusters share.
    """
    return _full_host(host.text, host.resource)


def _full_host(text: str, route: Resource) -> str:
    name = resolve_host(text, route.namespace)
    return "" if ".svc." in name and service_name(name) is None else name


def destinations_by_host(mesh: MeshView, route: Resource) -> Mapping[str, list[Node]]:
    """The destinations of a VirtualService by full host, mirrors included.

    Hosts of the form `service.namespace` are left out: another rule reports them.
    """
    return mesh.once(_by_host, route)


def _by_host(mesh: MeshView, route: Resource) -> Mapping[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    full: dict[str, str] = {"": ""}  # most destinations of a route name the same few hosts
    for destination in destinations(route):
        text = host_text(destination)
        if text not in full:
            full[text] = "" if half_qualified(mesh, text, route.cluster) else _full_host(text, route)
        found.setdefault(full[text], []).append(destination)
    found.pop("", None)
    return found


def offered_ports(declaring: Resource) -> tuple[int, ...]:
    """Numbers of the ports of a Service or ServiceEntry."""
    return tuple(n for port in declaring.each("spec.ports[]") if (n := port_number(port)) is not None)
