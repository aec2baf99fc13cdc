"""Policies of administrators around NetworkPolicies: ordered rules that allow, deny or pass on."""

from collections.abc import Callable, Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.model.kinds import ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY, NAMESPACE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.decisions import Decision, Direction, Verdict
from service_mesh.posture.kubernetes.ends import End, Entity
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.kubernetes.networks import selected_by_block
from service_mesh.posture.kubernetes.ports import is_named_port
from service_mesh.posture.kubernetes.selection import namespace_matches
from service_mesh.posture.logic import all_of, any_of

__all__ = ["ADMIN_KINDS", "decided_first"]

ADMIN_KINDS = (ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY, NAMESPACE)
"""The kinds that are read here."""

_NODES = frozenset({Entity.HOST, Entity.REMOTE_NODE, Entity.KUBE_APISERVER})


def decided_first(mesh: MeshView, flow: Flow, kind: Kind, otherwise: Callable[[], Decision]) -> Decision:
    """What the first matching rule of the policies of a kind decides, lowest priority number first.

    A rule that passes, or none that matches, leaves it to what comes next. Where it is not known whether a rule
    matches, its answer counts only if what comes next agrees.
    (`kubernetes-sigs/network-policy-api: apis/v1alpha1/adminnetworkpolicy_types.go`)

    Args:
        mesh: The objects.
        flow: The connection.
        kind: AdminNetworkPolicy, or BaselineAdminNetworkPolicy.
        otherwise: What decides next.
    """
    mesh.mark_read(*ADMIN_KINDS)
    open_: list[Node] = []
    for rule, answer in _in_order(mesh, flow, kind):
        if answer:
            return _folded(open_, _by(rule) or otherwise(), otherwise)
        if answer is None:
            open_.append(rule)
    return _folded(open_, otherwise(), otherwise)


def _in_order(mesh: MeshView, flow: Flow, kind: Kind) -> Iterator[tuple[Node, bool | None]]:
    policies = (policy for policy in mesh.of_kind(kind) if policy.cluster == flow.subject.cluster)
    for policy in sorted(policies, key=_priority):
        yield from _matching(mesh, policy, flow)


def _folded(open_: list[Node], decided: Decision, otherwise: Callable[[], Decision]) -> Decision:
    """The decision if every rule of which it is not known whether it matches agrees with it."""
    outcomes = [(_by(rule) or otherwise()).verdict for rule in open_]
    doubtful = [rule for rule, verdict in zip(open_, outcomes, strict=True) if verdict is not decided.verdict]
    if not doubtful:
        return decided
    missing = tuple(f"whether {rule.resource.title} matches at {rule.pointer}" for rule in doubtful)
    chain = tuple(rule.note("may match") for rule in doubtful)
    return Decision(Verdict.UNKNOWN, "an earlier rule may match", chain, (*missing, *decided.missing))


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
        yield rule, all_of((subject, other, _on_port(rule, flow)))


def _is_subject(mesh: MeshView, subject: Node | None, end: End) -> bool | None:
    return False if subject is None or not end.is_pod else _selects_pod(mesh, subject, end)


def _is_peer(mesh: MeshView, peer: Node, end: End) -> bool | None:
    networks = tuple(item.text for item in peer.each("networks[]"))
    if networks:
        return any_of(selected_by_block(network, (), end) for network in networks)
    if peer.get("domainNames") is not None:
        return False if end.is_pod else None
    if peer.get("nodes") is not None:
        return None if _NODES.intersection(end.entities) else False
    return _selects_pod(mesh, peer, end) if end.is_pod else False


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


def _priority(policy: Resource) -> tuple[float, str]:
    found = policy.get("spec.priority")
    number = found.number if found is not None else None
    return (number if number is not None else float("inf"), policy.name)
