"""Which listeners take a route, and which routes meet at one listener: what routes compete for is decided there."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.listeners import (
    LISTENER_SETS,
    WITH_LISTENERS,
    shared_hosts,
    takes_hosts,
    takes_kind,
    takes_listener_set,
    takes_namespace,
)
from service_mesh.mesh.route_references import ROUTES, Reference, parents, reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource, ResourceKey

__all__ = [
    "ATTACHMENT_KINDS",
    "Attachment",
    "Place",
    "attached",
    "attachments",
    "candidates",
    "gateway_of",
    "listener_sets",
    "listeners_of",
    "of_gateways_only",
    "older_first",
    "parent_with_listeners",
]

ATTACHMENT_KINDS = (*WITH_LISTENERS, NAMESPACE)
"""The kinds that are read to find the listeners of one route; for all routes at a listener, those of routes too."""


class Place(NamedTuple):
    """A listener, as the key of an index."""

    owner: ResourceKey
    path: Path


class Attachment(NamedTuple):
    """A route at a listener that takes it.

    Attributes:
        route: The route.
        parent: The reference that attaches it.
        listener: The entry of `listeners`.
        hosts: The hosts that it serves there; an empty text stands for all.
        is_certain: Whether no label of a namespace had to be guessed.
    """

    route: Resource
    parent: Reference
    listener: Node
    hosts: tuple[str, ...]
    is_certain: bool

    @property
    def place(self) -> Place:
        """Where it is attached."""
        return Place(self.listener.resource.key, self.listener.path)

    @property
    def listener_name(self) -> str:
        """Name of the listener."""
        name = self.listener.get("name")
        return name.text if name is not None else ""


def attachments(mesh: MeshView, route: Resource) -> tuple[Attachment, ...]:
    """Each listener that takes a route, once."""
    mesh.mark_read(*ATTACHMENT_KINDS)
    return mesh.once(_attachments, route)


def attached(mesh: MeshView) -> Mapping[Place, tuple[Attachment, ...]]:
    """Listener -> the routes that it takes."""
    mesh.mark_read(*ATTACHMENT_KINDS, *ROUTES)
    return mesh.index(_attached)


def parent_with_listeners(mesh: MeshView, parent: Reference) -> Resource | None:
    """The Gateway or ListenerSet that a reference names, if it is loaded."""
    if parent.kind not in WITH_LISTENERS:
        return None
    return mesh.find(parent.kind, parent.namespace, parent.name, parent.node.resource.cluster)


def candidates(parent: Reference, owner: Resource) -> list[Node]:
    """The listeners that a reference may mean: of its section and port, else all of them."""
    section, port = parent.node.get("sectionName"), parent.node.get("port")
    wanted = section.text if section is not None else ""
    return [
        node
        for node in listeners_of(owner)
        if (not wanted or node.text_at("name") == wanted)
        and (port is None or ((own := node.get("port")) is not None and own.value == port.value))
    ]


def listeners_of(owner: Resource) -> list[Node]:
    """The listeners of a Gateway or ListenerSet; what is none is passed over."""
    return [node for node in owner.each("spec.listeners[]") if isinstance(node.value, dict)]


def gateway_of(mesh: MeshView, owner: Resource) -> Resource | None:
    """The Gateway that serves listeners: the object itself, or the one that a ListenerSet extends and that allows it.

    None also where the Gateway is not loaded.
    """
    if owner.kind == GATEWAY_API_GATEWAY:
        return owner
    node = owner.get("spec.parentRef")
    if node is None:
        return None
    named = reference(node, GATEWAY_API_GATEWAY.group, GATEWAY_API_GATEWAY.name)
    found = mesh.find(named.kind, named.namespace, named.name, owner.cluster)
    return found if found is not None and takes_listener_set(mesh, found, owner.namespace) else None


def listener_sets(mesh: MeshView, gateway: Resource) -> tuple[Resource, ...]:
    """The ListenerSets that a Gateway takes, the older ones first."""
    mesh.mark_read(*ATTACHMENT_KINDS)
    return mesh.index(_sets).get(gateway.key, ())


def of_gateways_only(route: Resource) -> bool:
    """Tell whether a route has parents and all of them hold listeners, so that no mesh reads it otherwise."""
    found = [parent.kind for parent in parents(route)]
    return bool(found) and all(kind in WITH_LISTENERS for kind in found)


def older_first(found: Resource) -> tuple[str, str, str]:
    """The order in which objects of equal rank are served: the oldest, then by namespace and name.

    (https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule)
    """
    return found.created_at, found.namespace, found.name


def _attachments(mesh: MeshView, route: Resource) -> tuple[Attachment, ...]:
    return tuple({found.place: found for found in _found(mesh, route)}.values())


def _found(mesh: MeshView, route: Resource) -> Iterator[Attachment]:
    hosts = [host.text for host in route.each("spec.hostnames[]")]
    for parent in parents(route):
        owner = parent_with_listeners(mesh, parent)
        for listener in candidates(parent, owner) if owner is not None else ():
            if takes_kind(listener, route.kind) and takes_hosts(listener, hosts):
                taken = takes_namespace(mesh, listener, route.namespace)
                if taken is not False:
                    served = shared_hosts(listener, hosts)
                    yield Attachment(route, parent, listener, served, is_certain=taken is not None)


def _attached(mesh: MeshView) -> Mapping[Place, tuple[Attachment, ...]]:
    places: dict[Place, list[Attachment]] = {}
    for kind in ROUTES:
        for route in mesh.of_kind(kind):
            for found in attachments(mesh, route):
                places.setdefault(found.place, []).append(found)
    return {place: tuple(found) for place, found in places.items()}


def _sets(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    taken: dict[ResourceKey, list[Resource]] = {}
    for kind in LISTENER_SETS:
        for found in mesh.of_kind(kind):
            gateway = gateway_of(mesh, found)
            if gateway is not None:
                taken.setdefault(gateway.key, []).append(found)
    return {key: tuple(sorted(found, key=older_first)) for key, found in taken.items()}
