"""The routes of the Gateway API, and of Linkerd's own group, that are attached to Services and ServiceEntries."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.route_references import ROUTES
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import LINKERD_HTTP_ROUTE, SERVICE, SERVICE_ENTRY, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["SERVICE_ROUTE_KINDS", "ServiceRoute", "routes_on"]

SERVICE_ROUTE_KINDS = (*ROUTES, LINKERD_HTTP_ROUTE)
"""The kinds that are read here."""

_PARENTS = {("", SERVICE.name): SERVICE, ("core", SERVICE.name): SERVICE, tuple(SERVICE_ENTRY): SERVICE_ENTRY}


class ServiceRoute(NamedTuple):
    """A route at a parent.

    Attributes:
        route: The route.
        parent: The entry of `parentRefs`.
        port: The only port of the parent that it is for; None for all of them.
    """

    route: Resource
    parent: Node
    port: int | None


def routes_on(mesh: MeshView, parent: Resource, kinds: tuple[Kind, ...]) -> tuple[ServiceRoute, ...]:
    """The routes of some kinds that name a Service or ServiceEntry as a parent, in the order of the input.

    The group of a Service has to be written out, be it as an empty text.
    """
    mesh.mark_read(*SERVICE_ROUTE_KINDS)
    return tuple(one for one in mesh.index(_by_parent).get(parent.key, ()) if one.route.kind in kinds)


def _by_parent(mesh: MeshView) -> Mapping[ResourceKey, tuple[ServiceRoute, ...]]:
    found: dict[ResourceKey, list[ServiceRoute]] = {}
    for kind in SERVICE_ROUTE_KINDS:
        for route in mesh.of_kind(kind):
            for key, attached in _attached(route):
                found.setdefault(key, []).append(attached)
    return {key: tuple(routes) for key, routes in found.items()}


def _attached(route: Resource) -> Iterator[tuple[ResourceKey, ServiceRoute]]:
    for parent in route.each("spec.parentRefs[]"):
        group = parent.get("group")
        kind = _PARENTS.get((group.text, parent.text_at("kind"))) if group is not None else None
        if kind is None:
            continue
        port = parent.get("port")
        number = port.value if port is not None and type(port.value) is int else None
        key = ResourceKey(route.cluster, kind, parent.text_at("namespace") or route.namespace, parent.text_at("name"))
        yield key, ServiceRoute(route, parent, number)
