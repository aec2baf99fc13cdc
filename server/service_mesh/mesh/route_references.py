"""What routes of the Gateway API refer to: parents, backends, and who grants references across namespaces."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import (
    GRPC_ROUTE,
    HTTP_ROUTE,
    REFERENCE_GRANT,
    SERVICE,
    TCP_ROUTE,
    TLS_ROUTE,
    UDP_ROUTE,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["ROUTES", "Reference", "backends", "is_granted", "parents", "reference"]

ROUTES = (GRPC_ROUTE, HTTP_ROUTE, TCP_ROUTE, TLS_ROUTE, UDP_ROUTE)
"""The kinds of routes."""

_GROUP = "gateway.networking.k8s.io"


class Reference(NamedTuple):
    """A reference to another object.

    Attributes:
        node: The entry.
        kind: Group and kind, with the field's defaults filled in.
        namespace: Namespace of the object; that of the route where none is named.
        name: Name of the object.
    """

    node: Node
    kind: Kind
    namespace: str
    name: str

    @property
    def name_node(self) -> Node:
        """Where the name stands."""
        return self.node.get("name") or self.node


def parents(route: Resource) -> Iterator[Reference]:
    """What a route attaches to: a Gateway where nothing else is said."""
    yield from route.once(_parents)


def backends(route: Resource) -> Iterator[Reference]:
    """Where a route sends requests and copies of them: a Service where nothing else is said."""
    yield from route.once(_backends)


def _parents(route: Resource) -> tuple[Reference, ...]:
    return tuple(reference(node, _GROUP, "Gateway") for node in route.each("spec.parentRefs[]"))


def _backends(route: Resource) -> tuple[Reference, ...]:
    places = (
        "spec.rules[].backendRefs[]",
        "spec.rules[].filters[].requestMirror.backendRef",
        "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
    )
    return tuple(reference(node, SERVICE.group, SERVICE.name) for place in places for node in route.each(place))


def is_granted(mesh: MeshView, route: Kind, namespace: str, wanted: Reference) -> bool:
    """Tell whether a reference may cross into another namespace: a ReferenceGrant there allows it.

    (https://gateway-api.sigs.k8s.io/api-types/referencegrant/)

    Args:
        mesh: The objects.
        route: Kind of the object that refers.
        namespace: Its namespace.
        wanted: What it refers to.
    """
    if wanted.namespace == namespace:
        return True
    granted = mesh.index(_grants)
    place = _Grant(wanted.node.resource.cluster, wanted.namespace, route, namespace, wanted.kind, wanted.name)
    return place in granted or place._replace(name="") in granted


class _Grant(NamedTuple):
    """What one pair of entries of a ReferenceGrant allows; no name stands for every object of the kind."""

    cluster: str
    home: str
    from_kind: Kind
    from_namespace: str
    kind: Kind
    name: str


def reference(node: Node, group: str, kind: str) -> Reference:
    """Read a reference.

    Args:
        node: The entry.
        group: Group of the object where the entry names none.
        kind: Its kind where the entry names none.
    """
    named = node.get("group")
    found = Kind(named.text if named is not None else group, node.text_at("kind") or kind)
    return Reference(node, found, node.text_at("namespace") or node.resource.namespace, node.text_at("name"))


def _grants(mesh: MeshView) -> frozenset[_Grant]:
    return frozenset(_granted(mesh))


def _granted(mesh: MeshView) -> Iterator[_Grant]:
    for grant in mesh.of_kind(REFERENCE_GRANT):
        allowed = [(_kind(node), node.text_at("name")) for node in grant.each("spec.to[]")]
        for node in grant.each("spec.from[]"):
            for kind, name in allowed:
                yield _Grant(grant.cluster, grant.namespace, _kind(node), node.text_at("namespace"), kind, name)


def _kind(node: Node) -> Kind:
    return Kind(node.text_at("group"), node.text_at("kind"))
