"""Who is meant by one item of a Cilium policy: endpoints, ranges, entities, names, services, nodes or groups."""

from collections.abc import Callable, Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CILIUM_CIDR_GROUP
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.cilium.entities import is_entity
from service_mesh.posture.cilium.identity import IDENTITY_KINDS, is_selected
from service_mesh.posture.cilium.names import name_matches
from service_mesh.posture.cilium.options import policy_options
from service_mesh.posture.cilium.selectors import is_for_others, names_cluster, peer_selector
from service_mesh.posture.cilium.services import SERVICE_KINDS, is_behind
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import End, Entity
from service_mesh.posture.kubernetes.networks import block_holds
from service_mesh.posture.logic import any_of

__all__ = ["PEER_KINDS", "is_peer", "takes_ranges"]

PEER_KINDS = (CILIUM_CIDR_GROUP, *SERVICE_KINDS, *IDENTITY_KINDS)
"""The kinds that are read here."""

_Question = Callable[[MeshView, Node, Node, End], bool | None]

_NODES = frozenset({Entity.HOST, Entity.REMOTE_NODE})


def is_peer(mesh: MeshView, item: Node, rule: Node, direction: Direction, other: End) -> bool | None:
    """Tell whether an item of a direction's list is about the other end.

    Without any field for peers it is about everybody if it has ports or ICMP, and otherwise about nobody. A list that
    is written out and empty is about nobody.
    (`cilium/cilium: pkg/policy/api/ingress.go`, `pkg/policy/rule.go`, mergeIngress)
    """
    mesh.mark_read(*PEER_KINDS)
    start = "from" if direction is Direction.INGRESS else "to"
    written = [
        (name, field)
        for name in _QUESTIONS
        if (field := item.get(f"{start}{name}")) is not None and field.value is not None
    ]
    if not written:
        return any(True for name in ("toPorts[]", "icmps[]") for _ in item.each(name))
    return any_of(_QUESTIONS[name](mesh, one, rule, other) for name, field in written for one in field.items)


def takes_ranges(mesh: MeshView, end: End, cluster: str) -> bool:
    """Tell whether ranges may hold an end: never a pod, and nodes only where the agent is told to.

    (`cilium/cilium: Documentation/security/policy/layer3.rst`, policy-cidr-match-mode)

    Args:
        mesh: The objects.
        end: The end.
        cluster: Cluster of the policy.
    """
    if {Entity.WORLD, Entity.KUBE_APISERVER}.intersection(end.entities):
        return True
    return bool(_NODES.intersection(end.entities)) and policy_options(mesh, cluster).selects_nodes_by_address


def _is_endpoint(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    selector = peer_selector(mesh, node, rule)
    is_elsewhere = not is_for_others(selector) if not other.is_pod else other.cluster != rule.resource.cluster
    if is_elsewhere and policy_options(mesh, rule.resource.cluster).is_local_by_default and not names_cluster(node):
        return False
    return is_selected(mesh, other, selector)


def _is_named_entity(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    del mesh  # one signature
    return is_entity(node.text, other, rule.resource.cluster)


def _is_in_range(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    """Whether a range of an item holds the end."""
    if not takes_ranges(mesh, other, rule.resource.cluster):
        return False
    exceptions = [found.text for found in node.each("except[]")]
    return any_of(_holds(cidr, exceptions, other) for cidr in _ranges(mesh, node, rule))


def _holds(cidr: str | None, exceptions: list[str], other: End) -> bool | None:
    return None if cidr is None else block_holds(cidr, exceptions, other.address)


def _ranges(mesh: MeshView, node: Node, rule: Node) -> Iterator[str | None]:
    """The ranges of an item, those of its groups included; None for a group that is not loaded."""
    if node.text:
        yield node.text
    if (cidr := node.get("cidr")) is not None:
        yield cidr.text
    name, chosen = node.get("cidrGroupRef"), node.get("cidrGroupSelector")
    cluster = rule.resource.cluster
    if name is not None and name.text:
        group = mesh.find(CILIUM_CIDR_GROUP, "", name.text, cluster)
        yield from _of_group(group) if group is not None else () if _lists_groups(mesh, cluster) else (None,)
    if chosen is not None:
        selector = label_selector(chosen)
        for group in mesh.of_kind(CILIUM_CIDR_GROUP):
            if group.cluster == cluster and selector.matches(group.labels):
                yield from _of_group(group)
        yield from () if _lists_groups(mesh, cluster) else (None,)


def _of_group(group: Resource) -> Iterator[str]:
    return (cidr.text for cidr in group.each("spec.externalCIDRs[]"))


def _lists_groups(mesh: MeshView, cluster: str) -> bool:
    return mesh.is_whole or mesh.is_listed(CILIUM_CIDR_GROUP, cluster)


def _has_name(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    """Whether a name means the end: pods are never selected by it, and which names an address has is not known."""
    del rule  # one signature
    if Entity.WORLD not in other.entities and Entity.KUBE_APISERVER not in other.entities:
        return False
    if other.host and name_matches(mesh, node, other.host):
        return True
    return False if other.host and other.address is None else None


def _is_service(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    return is_behind(mesh, node, rule, other)


def _is_node(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    del mesh, node, rule  # labels of nodes are not known for an end
    return None if {*_NODES, Entity.KUBE_APISERVER}.intersection(other.entities) else False


def _is_in_group(mesh: MeshView, node: Node, rule: Node, other: End) -> bool | None:
    del mesh, node, rule  # a cloud's interface tells which addresses a group has
    return None if {Entity.WORLD, Entity.KUBE_APISERVER}.intersection(other.entities) else False


_QUESTIONS: Mapping[str, _Question] = {
    "Endpoints": _is_endpoint,
    "CIDR": _is_in_range,
    "CIDRSet": _is_in_range,
    "Entities": _is_named_entity,
    "FQDNs": _has_name,
    "Services": _is_service,
    "Nodes": _is_node,
    "Groups": _is_in_group,
}
