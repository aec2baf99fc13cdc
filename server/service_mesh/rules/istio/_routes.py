"""The parts of a VirtualService that several rules walk over."""

from collections.abc import Iterator

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["SECTIONS", "destinations", "gateway_references", "host_text", "is_delegate", "is_filled", "subset_text"]

SECTIONS = ("http", "tls", "tcp")
"""The lists of route rules, each with its own kind of matches."""

_DESTINATIONS = (
    *(f"spec.{section}[].route[].destination" for section in SECTIONS),
    "spec.http[].mirror",
    "spec.http[].mirrors[].destination",
)


def destinations(route: Resource) -> tuple[Node, ...]:
    """Every destination of a VirtualService, those of mirrored requests too."""
    return route.once(_destinations)


def _destinations(route: Resource) -> tuple[Node, ...]:
    return tuple(node for place in _DESTINATIONS for node in route.each(place))


def host_text(destination: Node) -> str:
    """The host of a destination, or the empty string; rules ask for the node only where they have something to say."""
    return _text(destination, "host")


def subset_text(destination: Node) -> str:
    """The subset of a destination, or the empty string."""
    return _text(destination, "subset")


def _text(destination: Node, field: str) -> str:
    found = destination.value.get(field) if isinstance(destination.value, dict) else None
    return found if isinstance(found, str) else ""


def gateway_references(route: Resource) -> tuple[Node, ...]:
    """Every place where a VirtualService names a gateway."""
    return route.once(_gateway_references)


def _gateway_references(route: Resource) -> tuple[Node, ...]:
    return tuple(_gateways_named(route))


def _gateways_named(route: Resource) -> Iterator[Node]:
    yield from route.each("spec.gateways[]")
    for section in SECTIONS:
        yield from route.each(f"spec.{section}[].match[].gateways[]")


def is_delegate(route: Resource) -> bool:
    """Tell whether a VirtualService has no hosts: other VirtualServices take its routes over."""
    return route.once(_is_delegate)


def _is_delegate(route: Resource) -> bool:
    return not is_filled(route.get("spec.hosts"))


def is_filled(node: Node | None) -> bool:
    """Tell whether a field holds a list with items; an empty list means the same as no field."""
    return node is not None and isinstance(node.value, list) and bool(node.value)
