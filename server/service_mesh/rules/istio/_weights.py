"""The shares of a route: destinations with their weights, as the rules about weights read them."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.virtual_services import filled_sections
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Weighted", "number", "weighted"]


@dataclass(frozen=True, slots=True)
class Weighted:
    """The destinations of one route rule.

    Attributes:
        node: The list `route`.
        shares: Its items.
        weights: The weight of each item; None where it has none.
    """

    node: Node
    shares: tuple[Node, ...]
    weights: tuple[Node | None, ...]

    @property
    def total(self) -> float:
        """Sum of the weights; one that is left out counts as 0."""
        return sum(map(number, self.weights))

    @property
    def negative(self) -> tuple[Node, ...]:
        """The weights below 0."""
        return tuple(weight for weight in self.weights if weight is not None and number(weight) < 0)


def weighted(route: Resource) -> tuple[Weighted, ...]:
    """The lists of destinations of a VirtualService whose weights are numbers, where they say anything.

    Most have one destination that gets everything: those are left out.
    """
    return route.once(_all_weighted)


def _all_weighted(route: Resource) -> tuple[Weighted, ...]:
    return tuple(_weighted(route))


def _weighted(route: Resource) -> Iterator[Weighted]:
    for section in filled_sections(route):
        for node in route.each(f"spec.{section}[].route"):
            if _is_whole(node.value):
                continue
            shares = tuple(item for item in node.items if isinstance(item.value, dict))
            weights = tuple(share.get("weight") for share in shares)
            if shares and all(weight is None or weight.number is not None for weight in weights):
                yield Weighted(node, shares, weights)


def _is_whole(shares: object) -> bool:
    if not isinstance(shares, list) or len(shares) != 1 or not isinstance(shares[0], dict):
        return False
    weight = shares[0].get("weight", 100)
    return type(weight) is int and weight == 100


def number(weight: Node | None) -> float:
    """A weight as a number; 0 where it is left out."""
    return weight.number or 0 if weight is not None else 0
