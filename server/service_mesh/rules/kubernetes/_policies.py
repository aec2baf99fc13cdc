"""Parts of NetworkPolicies that several rules look at."""

from collections.abc import Iterator

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["PEERS", "blocks", "listed_types", "peers", "rule_lists"]

PEERS = {"ingress": "from", "egress": "to"}
"""Direction, which is the field of the rules -> field of their peers."""


def rule_lists(policy: Resource) -> Iterator[tuple[str, Node]]:
    """Each direction that a policy has rules for, and the list of them."""
    for direction in PEERS:
        rules = policy.get(f"spec.{direction}")
        if rules is not None and rules.items:
            yield direction, rules


def peers(policy: Resource) -> Iterator[Node]:
    """Every item of `from` and `to`."""
    yield from policy.once(_peers)


def _peers(policy: Resource) -> tuple[Node, ...]:
    return tuple(peer for way, field in PEERS.items() for peer in policy.each(f"spec.{way}[].{field}[]"))


def blocks(policy: Resource) -> Iterator[Node]:
    """Every `ipBlock`."""
    yield from (block for peer in peers(policy) if (block := peer.get("ipBlock")) is not None)


def listed_types(policy: Resource) -> frozenset[str]:
    """The directions that `policyTypes` names; none where it is left to the rules."""
    return frozenset(item.text.lower() for item in policy.each("spec.policyTypes[]"))
