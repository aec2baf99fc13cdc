"""NetworkPolicies: which isolate a pod in a direction, and which connections each lets pass."""

from collections.abc import Callable, Iterator, Mapping

from service_mesh.mesh.network_policies import pod_selector
from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import NAMESPACE, NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.kubernetes.networks import selected_by_block
from service_mesh.posture.kubernetes.ports import ports_match
from service_mesh.posture.kubernetes.selection import namespace_matches
from service_mesh.posture.logic import all_of, any_of

__all__ = ["POLICY_KINDS", "BlockRule", "isolates", "isolating", "items_allowing"]

POLICY_KINDS = (NETWORK_POLICY, NAMESPACE)
"""The kinds that are read here."""

BlockRule = Callable[[str, tuple[str, ...], End], bool | None]
"""Whether a range with exceptions selects an end, which for pods and nodes differs from plugin to plugin."""

_PEERS: Mapping[Direction, str] = {Direction.INGRESS: "from", Direction.EGRESS: "to"}


def isolating(mesh: MeshView, subject: End, direction: Direction) -> tuple[Resource, ...]:
    """The policies of a pod's namespace that select it and are about a direction; without any, all is allowed."""
    if not subject.is_pod:
        return ()
    mesh.mark_read(*POLICY_KINDS)
    found = mesh.index(_by_selector).matching(subject.cluster, subject.namespace, subject.labels)
    return tuple(policy for policy in found if isolates(policy, direction))


def isolates(policy: Resource, direction: Direction) -> bool:
    """Tell whether a policy is about a direction.

    Where no types are written it is about ingress, and about egress if it has egress rules.
    (`kubernetes/kubernetes: pkg/apis/networking/v1/defaults.go`, SetDefaults_NetworkPolicy)
    """
    types = [item.text.lower() for item in policy.each("spec.policyTypes[]")]
    if types:
        return direction.value in types
    return direction is Direction.INGRESS or any(True for _ in policy.each("spec.egress[]"))


def items_allowing(
    mesh: MeshView, policy: Resource, flow: Flow, in_block: BlockRule = selected_by_block
) -> Iterator[tuple[Node, bool | None]]:
    """The rules of a policy that let a connection pass, or of which that is not known.

    Args:
        mesh: The objects.
        policy: A policy that isolates the subject of the flow.
        flow: The connection.
        in_block: How the network plugin takes ranges that hold addresses of pods or nodes.

    Yields:
        The rule, and True or None.
    """
    for item in policy.each(f"spec.{flow.direction.value}[]"):
        peers = tuple(item.each(f"{_PEERS[flow.direction]}[]"))
        from_ = any_of(_is_peer(mesh, peer, flow, in_block) for peer in peers) if peers else True
        answer = all_of((from_, ports_match(item.each("ports[]"), flow)))
        if answer is not False:
            yield item, answer


def _is_peer(mesh: MeshView, peer: Node, flow: Flow, in_block: BlockRule) -> bool | None:
    block = peer.get("ipBlock")
    if block is not None:
        return _is_in(block, flow.other, in_block)
    pods, namespaces = peer.get("podSelector"), peer.get("namespaceSelector")
    other = flow.other
    if not other.is_pod or (pods is None and namespaces is None):
        return False
    is_pod = pods is None or label_selector(pods).matches(other.labels)
    if namespaces is None:
        home = peer.resource.namespace, peer.resource.cluster
        return is_pod and (other.namespace, other.cluster) == home
    named = namespace_matches(mesh, label_selector(namespaces), other.namespace, other.cluster)
    return all_of((is_pod, other.cluster == peer.resource.cluster, named))


def _is_in(block: Node, other: End, in_block: BlockRule) -> bool | None:
    cidr = block.get("cidr")
    text = cidr.text if cidr is not None else ""
    exceptions = tuple(item.text for item in block.each("except[]"))
    return in_block(text, exceptions, other)


def _by_selector(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(
        (policy.cluster, policy.namespace, pod_selector(policy), policy) for policy in mesh.of_kind(NETWORK_POLICY)
    )
