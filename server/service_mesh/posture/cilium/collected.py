"""What the policies of one end say on a connection, piece by piece, before anything is concluded."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node
from service_mesh.posture.cilium.options import policy_options
from service_mesh.posture.cilium.peers import PEER_KINDS, is_peer, takes_ranges
from service_mesh.posture.cilium.ports import openings
from service_mesh.posture.cilium.rules import RULE_KINDS, Chosen, chosen_rules, default_denies
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.kubernetes.networks import block_holds
from service_mesh.posture.kubernetes.policies import POLICY_KINDS, isolating, items_allowing
from service_mesh.posture.logic import all_of, any_of

__all__ = ["COLLECTED_KINDS", "Collected", "Said", "collected"]

COLLECTED_KINDS = tuple(dict.fromkeys((*RULE_KINDS, *PEER_KINDS, *POLICY_KINDS)))
"""The kinds that are read here."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a policy says on a connection.

    Attributes:
        node: Where it says so.
        is_certain: False where it is not known whether it is about this connection.
        rules: What every request has to meet; None where every request passes.
        item: The item of the direction's list that it is part of.
        rule: The rule of a Cilium policy that it is part of.
        is_about: Whether it is about this connection for certain, if its rule is for the end.
    """

    node: Node
    is_certain: bool
    rules: Node | None = None
    item: Node | None = None
    rule: Node | None = None
    is_about: bool = False

    @property
    def is_by_name(self) -> bool:
        """Whether it is about names, which the agent has to see in answers of DNS."""
        return self.item is not None and self.item.get("toFQDNs") is not None

    @property
    def authentication(self) -> str:
        """The mode of authentication that is asked for; empty where none is."""
        mode = self.item.get("authentication.mode") if self.item is not None else None
        return mode.text if mode is not None else ""


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that is said on a connection in one direction.

    Attributes:
        chosen: The rules of Cilium policies for the end.
        closing: What makes everything denied that is not allowed.
        denies: What denies the connection.
        allows: What allows it.
    """

    chosen: tuple[Chosen, ...]
    closing: tuple[Said, ...]
    denies: tuple[Said, ...]
    allows: tuple[Said, ...]

    @property
    def is_closed(self) -> bool | None:
        """Whether everything is denied that is not allowed."""
        return any_of(True if one.is_certain else None for one in self.closing)


def collected(mesh: MeshView, flow: Flow) -> Collected:
    """Collect what Cilium policies and NetworkPolicies say on a connection: the agent enforces both together.

    (`cilium/cilium: pkg/policy/k8s/watcher.go`, `pkg/k8s/network_policy.go`)
    """
    chosen = chosen_rules(mesh, flow.subject)
    direction = flow.direction.value
    closing = [Said(one.rule, one.is_certain) for one in chosen if default_denies(one.rule, flow.direction)]
    denies = [said for one in chosen for said in _said(mesh, one, f"{direction}Deny", flow)]
    # What a rule allows and denies at once it denies, whether or not it is for the end.
    denying = {id(said.rule.value) for said in denies if said.rule is not None and said.is_about}
    opening = (one for one in chosen if id(one.rule.value) not in denying)
    allows = [said for one in opening for said in _said(mesh, one, direction, flow)]
    if policy_options(mesh, flow.subject.cluster).enforces_network_policies:
        policies = isolating(mesh, flow.subject, flow.direction)
        closing += [Said(policy.root, True) for policy in policies]
        allows += [said for policy in policies for said in _of_kubernetes(mesh, policy.root, flow)]
    return Collected(chosen, tuple(closing), tuple(denies), tuple(allows))


def _said(mesh: MeshView, one: Chosen, section: str, flow: Flow) -> Iterator[Said]:
    for item in one.rule.each(f"{section}[]"):
        peer = is_peer(mesh, item, one.rule, flow.direction, flow.other)
        for opening in openings(item, flow) if peer is not False else ():
            is_about = all_of((peer, opening.answer)) is True
            yield Said(opening.node, is_about and one.is_certain, opening.rules, item, one.rule, is_about)


def _of_kubernetes(mesh: MeshView, policy: Node, flow: Flow) -> Iterator[Said]:
    def in_block(cidr: str, exceptions: tuple[str, ...], end: End) -> bool | None:
        if not takes_ranges(mesh, end, flow.subject.cluster):
            return False
        return block_holds(cidr, exceptions, end.address)

    for item, answer in items_allowing(mesh, policy.resource, flow, in_block):
        yield Said(item, answer is True)
