"""Every constraint by its name, in the order in which those of one value are asked."""

from collections.abc import Mapping
from functools import cache

from service_mesh.catalog.constraints.constraint import Check, Constraint
from service_mesh.catalog.constraints.gateway_api import gateway_checks
from service_mesh.catalog.constraints.gateway_routes import filter_checks, path_checks, route_checks
from service_mesh.catalog.constraints.istio import istio_checks
from service_mesh.catalog.constraints.neighbours import neighbour_checks

__all__ = ["named_constraints"]


@cache
def named_constraints() -> Mapping[str, Constraint]:
    """Name -> constraint. A filter and a path are told once what is wrong with them, the plainest first."""
    grouped: list[tuple[str, Mapping[str, Check]]] = [
        ("", istio_checks()),
        ("", gateway_checks()),
        ("filter", filter_checks()),
        ("path", path_checks()),
        ("", route_checks()),
        ("", neighbour_checks()),
    ]
    named = ((name, check, group) for group, checks in grouped for name, check in checks.items())
    return {name: Constraint(name, check, group, rank) for rank, (name, check, group) in enumerate(named)}
