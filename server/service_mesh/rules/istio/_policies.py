"""Where a DestinationRule may hold traffic policies: every rule about their fields looks in all these places."""

from collections.abc import Iterator

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["traffic_policies"]

_PLACES = (
    "spec.trafficPolicy",
    "spec.trafficPolicy.portLevelSettings[]",
    "spec.subsets[].trafficPolicy",
    "spec.subsets[].trafficPolicy.portLevelSettings[]",
)


def traffic_policies(rule: Resource) -> Iterator[Node]:
    """Every traffic policy of a DestinationRule: of the rule, of its subsets, and of single ports of either."""
    for place in _PLACES:
        yield from rule.each(place)
