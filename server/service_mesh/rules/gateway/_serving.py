"""What the implementation that reads a route, as far as it can be told, leaves unserved."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from service_mesh.catalog.gateway_features import Gap, gap
from service_mesh.mesh.gateway_classes import CILIUM, ISTIO
from service_mesh.mesh.implementations import LINKERD, reader
from service_mesh.mesh.route_references import Reference, parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource

__all__ = ["TITLES", "Missing", "readers", "unserved", "unserved_by"]

TITLES: Mapping[str, str] = {ISTIO: "Istio", LINKERD: "Linkerd", CILIUM: "Cilium"}
"""Implementation -> how people call it; of others nothing is known."""


class Missing(NamedTuple):
    """Something that one implementation does not serve.

    Attributes:
        title: How people call the implementation.
        gap: What is missing.
        parent: The parent that it reads the route at.
    """

    title: str
    gap: Gap
    parent: Reference


def readers(route: Resource, mesh: MeshView) -> tuple[tuple[Reference, str], ...]:
    """Each parent of a route with who reads it there, where that is one of the implementations that are known."""
    return mesh.once(_readers, route)


def unserved(mesh: MeshView, read: Iterable[tuple[Reference, str]], feature: str) -> Missing | None:
    """The first reader that does not serve a feature, those that lose more than the feature first."""
    found = [Missing(TITLES[name], held, parent) for parent, name in read if (held := unserved_by(mesh, name, feature))]
    return next(_worst_first(found), None)


def unserved_by(mesh: MeshView, name: str, feature: str) -> Gap | None:
    """What is missing of a feature in the release of an implementation that is judged by."""
    return gap(name, feature, mesh.release(name)) if name in TITLES else None


def _readers(mesh: MeshView, route: Resource) -> tuple[tuple[Reference, str], ...]:
    found = [(parent, reader(mesh, parent)) for parent in parents(route) if parent.name]
    return tuple((parent, name) for parent, name in found if name in TITLES)


def _worst_first(found: list[Missing]) -> Iterator[Missing]:
    yield from (one for one in found if one.gap.is_fatal)
    yield from (one for one in found if not one.gap.is_fatal)
