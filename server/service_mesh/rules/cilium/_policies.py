"""The parts of a Cilium policy that several rules walk over: rules in `spec` and `specs`, sections, port rules."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = [
    "POLICIES",
    "SECTIONS",
    "VALIDATION",
    "PortRule",
    "Section",
    "authentication_modes",
    "is_filled",
    "l7_lists",
    "name_patterns",
    "policy_rules",
    "port_rules",
    "sections",
]

POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)
"""The two kinds that the agent parses with the same code."""

VALIDATION = "cilium/cilium: pkg/policy/api/rule_validation.go"
"""Where the agent and the operator check a policy before they take it over."""

SECTIONS = ("ingress", "ingressDeny", "egress", "egressDeny")
"""The lists of a policy rule that allow or deny in one direction."""

_L7_KINDS = ("http", "dns", "kafka", "l7")


class Section(NamedTuple):
    """One item of a direction's list.

    Attributes:
        name: Which of `SECTIONS` it stands in.
        rule: The policy rule, `spec` or an item of `specs`.
        node: The item.
    """

    name: str
    rule: Node
    node: Node

    @property
    def is_ingress(self) -> bool:
        """Whether it is about traffic that comes in."""
        return self.name.startswith("ingress")


class PortRule(NamedTuple):
    """One item of `toPorts`, with the section item that holds it."""

    section: Section
    node: Node


def policy_rules(policy: Resource) -> Iterator[Node]:
    """`spec` and every item of `specs`: each is checked alone, and one fault refuses the whole policy."""
    yield from policy.each("spec")
    yield from policy.each("specs[]")


def sections(policy: Resource) -> Iterator[Section]:
    """Every item of every direction of a policy."""
    for rule in policy_rules(policy):
        for name in SECTIONS:
            for node in rule.each(f"{name}[]"):
                yield Section(name, rule, node)


def port_rules(policy: Resource) -> Iterator[PortRule]:
    """Every item of every `toPorts` of a policy."""
    for section in sections(policy):
        for node in section.node.each("toPorts[]"):
            yield PortRule(section, node)


def authentication_modes(policy: Resource) -> Iterator[Node]:
    """The modes of authentication that the allowing items of a policy ask for; denying items have none."""
    for rule in policy_rules(policy):
        for direction in ("ingress", "egress"):
            yield from rule.each(f"{direction}[].authentication.mode")


def name_patterns(policy: Resource) -> Iterator[Node]:
    """The patterns for names that a policy allows connections to or queries for."""
    for rule in policy_rules(policy):
        yield from rule.each("egress[].toFQDNs[].matchPattern")
        yield from rule.each("egress[].toPorts[].rules.dns[].matchPattern")


def l7_lists(port_rule: Node) -> tuple[Node, ...]:
    """The lists of L7 rules of a port rule; a list that is written out counts even if it is empty, as for the agent."""
    found = (port_rule.get(f"rules.{kind}") for kind in _L7_KINDS)
    return tuple(node for node in found if node is not None and isinstance(node.value, list))


def is_filled(node: Node | None) -> bool:
    """Tell whether a field holds a list with items."""
    return node is not None and isinstance(node.value, list) and bool(node.value)
