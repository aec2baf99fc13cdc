"""The parts of a VirtualService that several rules walk over."""

from collections.abc import Iterator

from service_mesh.mesh.virtual_services import filled_sections
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["destinations", "gateway_references", "host_text", "subset_text"]

_MIRRORS = ("spec.http[].mirror", "spec.http[].mirrors[].destination")


def destinations(route: Resource) -> tuple[Node, ...]:
    """Every destination of a VirtualService, those of mirrored requests too."""
    return route.once(_destinations)


def _destinations(route: Resource) -> tuple[Node, ...]:
    places = [f"spec.{section}[].route[].destination" for section in filled_sections(route)]
    mirrors = _MIRRORS if any(map(_mirrors, route.each("spec.http[]"))) else ()
    return tuple(node for place in (*places, *mirrors) for node in route.each(place))


def _mirrors(rule: Node) -> bool:
    return isinstance(rule.value, dict) and ("mirror" in rule.value or "mirrors" in rule.value)


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
    for section in filled_sections(route):
        yield from route.each(f"spec.{section}[].match[].gateways[]")
