"""Where a DestinationRule may hold traffic policies: every rule about their fields looks in all these places."""

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["traffic_policies"]

_PLACES = (
    "spec.trafficPolicy",
    "spec.trafficPolicy.portLevelSettings[]",
    "spec.subsets[].trafficPolicy",
    "spec.subsets[].trafficPolicy.portLevelSettings[]",
)


def traffic_policies(rule: Resource) -> tuple[Node, ...]:
    """Every traffic policy of a DestinationRule: of the rule, of its subsets, and of single ports of either."""
    return rule.once(_traffic_policies)


def _traffic_policies(rule: Resource) -> tuple[Node, ...]:
    return tuple(node for place in _PLACES for node in rule.each(place))
