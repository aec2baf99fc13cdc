"""VirtualServices as istiod sorts them: which have routes of which kind, and which are about a host for the mesh."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.gateways import binds_sidecars
from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["HostClaim", "claims_on", "fault_share", "filled_sections", "is_delegate", "is_filled"]

_SECTIONS = ("http", "tls", "tcp")
"""The lists of route rules, each with its own kind of matches."""


class HostClaim(NamedTuple):
    """A host that a VirtualService is for.

    Attributes:
        route: The VirtualService.
        pattern: The full host, maybe a wildcard.
    """

    route: Resource
    pattern: str


def filled_sections(route: Resource) -> tuple[str, ...]:
    """Which of `http`, `tls` and `tcp` a VirtualService has routes in: nearly always `http` alone."""
    return route.once(_filled_sections)


def _filled_sections(route: Resource) -> tuple[str, ...]:
    spec = route.data.get("spec")
    return tuple(section for section in _SECTIONS if isinstance(spec, dict) and spec.get(section))


def is_delegate(route: Resource) -> bool:
    """Tell whether a VirtualService has no hosts: other VirtualServices take its routes over."""
    return route.once(_is_delegate)


def _is_delegate(route: Resource) -> bool:
    return not is_filled(route.get("spec.hosts"))


def is_filled(node: Node | None) -> bool:
    """Tell whether a field holds a list with items; an empty list means the same as no field."""
    return node is not None and isinstance(node.value, list) and bool(node.value)


def fault_share(kind: Node) -> int | float:
    """How many requests of a hundred a `delay` or an `abort` hits; all of them where that is not written."""
    value, old = kind.get("percentage.value"), kind.get("percent")
    found = value if value is not None else old
    if found is None:
        return 0 if kind.get("percentage") is not None else 100
    return 100 if found.number is None else found.number


def claims_on(mesh: MeshView, host: str, cluster: str = "") -> tuple[HostClaim, ...]:
    """The VirtualServices for the mesh that are about a full host, the most specific pattern first, each once.

    To whom they are exported is not asked.
    """
    mesh.mark_read(VIRTUAL_SERVICE)
    return mesh.once(_claims_on, (host, cluster))


def _claims_on(mesh: MeshView, asked: tuple[str, str]) -> tuple[HostClaim, ...]:
    host, cluster = asked
    found: dict[int, HostClaim] = {}
    for claim in mesh.index(_by_host).covering(cluster, host):
        found.setdefault(id(claim.route), claim)
    return tuple(found.values())


def _by_host(mesh: MeshView) -> HostIndex[HostClaim]:
    return HostIndex((claim.route.cluster, claim.pattern, claim) for claim in _claims(mesh))


def _claims(mesh: MeshView) -> Iterator[HostClaim]:
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        if binds_sidecars(route):
            for pattern in dict.fromkeys(
                resolve_host(node.text, route.namespace) for node in route.each("spec.hosts[]")
            ):
                yield HostClaim(route, pattern)
