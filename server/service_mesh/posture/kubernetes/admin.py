"""Policies of administrators around NetworkPolicies: ordered rules that allow, deny or pass on."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY, NAMESPACE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.decisions import Decision, Direction, Verdict
from service_mesh.posture.kubernetes.ends import End, Entity, of_workload
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.kubernetes.networks import checked_by_block
from service_mesh.posture.kubernetes.ports import is_named_port
from service_mesh.posture.kubernetes.selection import namespace_matches
from service_mesh.posture.logic import all_of, any_of

__all__ = ["ADMIN_KINDS", "about", "decided_first"]

ADMIN_KINDS = (ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY, NAMESPACE)
"""The kinds that are read here."""

_NODES = frozenset({Entity.HOST, Entity.REMOTE_NODE, Entity.KUBE_APISERVER})


def decided_first(mesh: MeshView, flow: Flow, kind: Kind, otherwise: Callable[[], Decision]) -> Decision:
    """What the first matching rule of the policies of a kind decides, lowest priority number first.

    A rule that passes, or none that matches, leaves it to what comes next. Where it is not known whether a rule
    matches, its answer counts only if what comes next agrees; so does that of policies with the same priority, of which
    any may be applied.
    (`kubernetes-sigs/network-policy-api: apis/v1alpha1/adminnetworkpolicy_types.go`)

    Args:
        mesh: The objects.
        flow: The connection.
        kind: AdminNetworkPolicy, or BaselineAdminNetworkPolicy.
        otherwise: What decides next.
    """
    mesh.mark_read(*ADMIN_KINDS)
    open_: list[Node] = []
    for policies in _in_order(mesh, flow, kind):
        said = [_first(_matching(mesh, policy, flow)) for policy in policies]
        sure = [one.rule for one in said if one.rule is not None]
        open_ += [rule for one in said for rule in one.before]
        if sure:
            return _folded(open_, sure[1:], _by(sure[0]) or otherwise(), otherwise)
    return _folded(open_, [], otherwise(), otherwise)


class _Said(NamedTuple):
    """What one policy says: its first rule that matches, and those before of which that is not known."""

    rule: Node | None
    before: tuple[Node, ...]


def _first(rules: Iterator[tuple[Node, bool | None]]) -> _Said:
    before: list[Node] = []
    for rule, answer in rules:
        if answer:
            return _Said(rule, tuple(before))
        if answer is None:
            before.append(rule)
    return _Said(None, tuple(before))


def _in_order(mesh: MeshView, flow: Flow, kind: Kind) -> Iterator[tuple[Resource, ...]]:
    """The policies by priority; of those with the same one, any that matches may be the one that is applied."""
    for _, group in groupby(about(mesh, kind, flow.subject, flow.direction), key=_priority):
        yield tuple(group)


def about(mesh: MeshView, kind: Kind, end: End, direction: Direction) -> tuple[Resource, ...]:
    """The policies of a kind that are about an end in a direction, or may be, lowest priority number first."""
    mesh.mark_read(*ADMIN_KINDS)
    if end.workload is not None and end.is_pod:
        return mesh.once(_about_workload, (kind, end.workload, direction))
    return _about(mesh, kind, end, direction)


def _about_workload(mesh: MeshView, asked: tuple[Kind, Workload, Direction]) -> tuple[Resource, ...]:
    kind, workload, direction = asked
    return _about(mesh, kind, of_workload(workload), direction)


def _about(mesh: MeshView, kind: Kind, end: End, direction: Direction) -> tuple[Resource, ...]:
    ordered = mesh.once(_ordered, (kind, end.cluster))
    having = (policy for policy in ordered if any(True for _ in policy.each(f"spec.{direction.value}[]")))
    return tuple(policy for policy in having if _is_subject(mesh, policy.get("spec.subject"), end) is not False)


def _ordered(mesh: MeshView, asked: tuple[Kind, str]) -> tuple[Resource, ...]:
    kind, cluster = asked
    policies = (policy for policy in mesh.of_kind(kind) if policy.cluster == cluster)
    return tuple(sorted(policies, key=lambda policy: (_priority(policy), policy.name)))


def _folded(open_: list[Node], rivals: list[Node], decided: Decision, otherwise: Callable[[], Decision]) -> Decision:
    """The decision if all agree with it that may match before, and all that match with the same priority."""
    doubtful, rivals = _differing(open_, decided, otherwise), _differing(rivals, decided, otherwise)
    if not doubtful and not rivals:
        return decided
    missing = (
        *(f"whether {rule.resource.title} matches at {rule.pointer}" for rule in doubtful),
        *(f"whether {rule.resource.title} comes before others of its priority" for rule in rivals),
    )
    chain = (
        *(rule.note("may match") for rule in doubtful),
        *(note for note in decided.chain if rivals),
        *(rule.note("matches with the same priority") for rule in rivals),
    )
    reason = "an earlier rule may match" if doubtful else "policies of the same priority differ"
    return Decision(Verdict.UNKNOWN, reason, chain, (*missing, *decided.missing))


def _differing(rules: list[Node], decided: Decision, otherwise: Callable[[], Decision]) -> list[Node]:
    return [rule for rule in rules if (_by(rule) or otherwise()).verdict is not decided.verdict]


def _by(rule: Node) -> Decision | None:
    action = rule.get("action")
    name = action.text if action is not None else ""
    note: tuple[Note, ...] = (rule.note("matches first"),)
    if name == "Allow":
        return Decision(Verdict.ALLOWED, f"{rule.resource.title} allows it", note)
    if name == "Deny":
        return Decision(Verdict.DENIED, f"{rule.resource.title} denies it", note)
    return None


def _matching(mesh: MeshView, policy: Resource, flow: Flow) -> Iterator[tuple[Node, bool | None]]:
    subject = _is_subject(mesh, policy.get("spec.subject"), flow.subject)
    if subject is False:
        return
    peers = "from[]" if flow.direction is Direction.INGRESS else "to[]"
    for rule in policy.each(f"spec.{flow.direction.value}[]"):
        other = any_of(_is_peer(mesh, peer, flow.other) for peer in rule.each(peers))
        answer = all_of((other, _on_port(rule, flow)))
        yield rule, all_of((subject, answer))
        if answer:
            return  # whether or not the policy is for the pod, no later rule of it is the first that matches


def _is_subject(mesh: MeshView, subject: Node | None, end: End) -> bool | None:
    return False if subject is None or not end.is_pod else _selects_pod(mesh, subject, end)


def _is_peer(mesh: MeshView, peer: Node, end: End) -> bool | None:
    networks = tuple(item.text for item in peer.each("networks[]"))
    if networks:
        return any_of(checked_by_block(network, end) for network in networks)
    if peer.get("domainNames") is not None:
        return False if end.is_pod else None
    if (nodes := peer.get("nodes")) is not None:
        return _is_node(nodes, end)
    return _selects_pod(mesh, peer, end) if end.is_pod else False


def _is_node(nodes: Node, end: End) -> bool | None:
    """Whether a selector of nodes, of which no labels are known, selects an end; each one that is not the pod's own."""
    if end.entities == (Entity.REMOTE_NODE,) and label_selector(nodes).is_empty:
        return True
    return None if _NODES.intersection(end.entities) else False


def _selects_pod(mesh: MeshView, where: Node, end: End) -> bool | None:
    pods = where.get("pods")
    if pods is not None:
        named, chosen = pods.get("namespaceSelector"), label_selector(pods.get("podSelector"))
        in_namespace = namespace_matches(mesh, label_selector(named), end.namespace, end.cluster)
        return all_of((in_namespace, chosen.matches(end.labels)))
    namespaces = where.get("namespaces")
    if namespaces is None:
        return False
    return namespace_matches(mesh, label_selector(namespaces), end.namespace, end.cluster)


def _on_port(rule: Node, flow: Flow) -> bool | None:
    ports = tuple(rule.each("ports[]"))
    return any_of(_is_port(port, flow) for port in ports) if ports else True


def _is_port(port: Node, flow: Flow) -> bool | None:
    named = port.get("namedPort")
    if named is not None:
        return is_named_port(flow.server, named.text, flow)
    single, span = port.get("portNumber"), port.get("portRange")
    if single is not None:
        return _is_within(single, "port", "port", flow)
    return span is not None and _is_within(span, "start", "end", flow)


def _is_within(chosen: Node, start: str, end: str, flow: Flow) -> bool:
    protocol, first, last = chosen.get("protocol"), chosen.get(start), chosen.get(end)
    if (protocol.text if protocol is not None and protocol.text else "TCP") != flow.protocol:
        return False
    if first is None or last is None or first.number is None or last.number is None:
        return False
    return first.number <= flow.port <= last.number


def _priority(policy: Resource) -> float:
    found = policy.get("spec.priority")
    number = found.number if found is not None else None
    return number if number is not None else float("inf")
