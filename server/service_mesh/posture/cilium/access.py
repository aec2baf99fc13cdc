"""Whether a connection passes the policies of a cluster whose plugin is Cilium, which takes all kinds together."""

from dataclasses import replace

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CILIUM_NETWORK_POLICY, NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.posture.cilium.authentication import authenticated
from service_mesh.posture.cilium.collected import COLLECTED_KINDS, Collected, Said, collected
from service_mesh.posture.cilium.options import OPTION_KINDS, PolicyOptions, policy_options
from service_mesh.posture.decisions import Decision, Direction, Verdict, known_as_far
from service_mesh.posture.kubernetes.ends import END_KINDS, End, Entity
from service_mesh.posture.kubernetes.flows import Flow

__all__ = ["ACCESS_KINDS", "egress_decision", "ingress_decision"]

ACCESS_KINDS = tuple(dict.fromkeys((*COLLECTED_KINDS, *OPTION_KINDS, *END_KINDS)))
"""The kinds that are read here."""


def ingress_decision(mesh: MeshView, client: End, server: End, port: int, protocol: str = "TCP") -> Decision:
    """Tell whether the policies of a server let a client connect; those of the client are another question.

    A deny beats every allow; without one, an allow of any policy is enough; without that it passes if no policy turns
    default deny on. That no further policy exists is taken from the completeness of the server's namespace, for
    cluster-wide policies too.
    (`cilium/cilium: pkg/policy/repository.go`, computePolicyEnforcementAndRules; `pkg/policy/mapstate.go`)

    Args:
        mesh: The objects.
        client: Who connects.
        server: Who is connected to.
        port: Port of the server's pod; for ICMP the type.
        protocol: TCP, UDP, SCTP, ICMP or ICMPv6.
    """
    return _decision(mesh, Flow(Direction.INGRESS, server, client, port, protocol))


def egress_decision(mesh: MeshView, client: End, server: End, port: int, protocol: str = "TCP") -> Decision:
    """Tell whether the policies of a client let it connect; see `ingress_decision`."""
    return _decision(mesh, Flow(Direction.EGRESS, client, server, port, protocol))


def _decision(mesh: MeshView, flow: Flow) -> Decision:
    ends = [replace(flow.other, entities=(one,)) for one in flow.other.entities] or [flow.other]
    answers = [_for_one(mesh, replace(flow, other=end)) for end in ends]
    if len({answer.verdict for answer in answers}) == 1:
        decided = answers[0]
    else:
        chain = tuple(note for answer in answers for note in answer.chain)
        missing = (f"whether the other end is {flow.other.text}",)
        decided = Decision(Verdict.UNKNOWN, "it depends on what the other end is", chain, missing)
    return known_as_far(decided, _not_loaded(mesh, flow.subject))


def _for_one(mesh: MeshView, flow: Flow) -> Decision:
    options = policy_options(mesh, flow.subject.cluster)
    if options.mode == "never":
        return Decision(Verdict.ALLOWED, "the agents are told to enforce no policy")
    found = collected(mesh, flow)
    if not flow.subject.is_pod:
        return _for_node(mesh, flow, options, found)
    return _concluded(mesh, flow, options, found)


def _for_node(mesh: MeshView, flow: Flow, options: PolicyOptions, found: Collected) -> Decision:
    if not found.chosen or options.host_firewall is False:
        return Decision(Verdict.ALLOWED, "no policy is enforced for what is no pod")
    decided = _concluded(mesh, flow, replace(options, mode="default"), found)
    if options.host_firewall is None and decided.verdict is not Verdict.ALLOWED:
        missing = (*decided.missing, "whether the host firewall is on")
        return replace(decided, verdict=Verdict.UNKNOWN, missing=missing)
    return decided


def _concluded(mesh: MeshView, flow: Flow, options: PolicyOptions, found: Collected) -> Decision:
    deny = next((one for one in found.denies if one.is_certain), None)
    if deny is not None:
        return Decision(Verdict.DENIED, f"{deny.node.resource.title} denies it", (deny.node.note("denies it"),))
    decided = _allowed(mesh, flow, options, found)
    if decided.verdict is Verdict.ALLOWED and found.denies:
        return _unsure("it is not known whether a rule denies it", found.denies, "may deny it")
    return decided


def _allowed(mesh: MeshView, flow: Flow, options: PolicyOptions, found: Collected) -> Decision:
    is_closed = True if options.mode == "always" else found.is_closed
    sure = [one for one in found.allows if one.is_certain]
    is_host = flow.other.entities == (Entity.HOST,) and flow.direction is Direction.INGRESS
    if is_host and options.allows_host and flow.subject.is_pod:
        return Decision(Verdict.ALLOWED, "the node that a pod runs on may always connect to it")
    if is_closed is False:
        return _open(mesh, flow, sure)
    if sure and not _is_unseen(sure, found):
        return _by(mesh, flow, options, found)
    if sure:
        missing = ("the answers of DNS, which no rule lets the agent see",)
        chain = tuple(one.node.note("allows it by name") for one in sure)
        return Decision(Verdict.UNKNOWN, "names are known from DNS that passes the agent", chain, missing)
    if found.allows:
        return _unsure("it is not known whether a rule allows it", found.allows, "may allow it")
    if is_closed is None:
        return _unsure("it is not known whether a policy selects the pod", found.closing, "may turn on default deny")
    chain = tuple(one.node.note("turns on default deny") for one in found.closing)
    return Decision(Verdict.DENIED, f"default deny is on for {flow.direction.value} and no rule allows it", chain)


def _open(mesh: MeshView, flow: Flow, sure: list[Said]) -> Decision:
    """What passes where no rule turns on default deny: all, but before 1.18 rules for requests still refused some."""
    reason = f"no policy turns on default deny for {flow.direction.value}"
    rules = _rules(sure) if mesh.release("cilium") < (1, 18) else ()
    return Decision(Verdict.ALLOWED, reason, tuple(one.node.note("allows it") for one in sure), (), None, rules)


def _by(mesh: MeshView, flow: Flow, options: PolicyOptions, found: Collected) -> Decision:
    sure = [one for one in found.allows if one.is_certain]
    chain, rules = tuple(one.node.note("allows it") for one in sure), _rules(sure)
    if _has_requirements(mesh, flow, found):
        taken = ("what the requirements of other rules take away",)
        return Decision(Verdict.UNKNOWN, "requirements narrow the peers of all rules", chain, taken)
    wider = [one for one in found.allows if not one.is_certain] if rules else []
    missing = tuple(f"whether {one.node.resource.title} is about it at {one.node.pointer}" for one in wider)
    reason = f"{sure[0].node.resource.title} allows it"
    return authenticated(Decision(Verdict.ALLOWED, reason, chain, missing, None, rules), sure, options)


def _rules(sure: list[Said]) -> tuple[Node, ...]:
    """What requests have to meet; nothing as soon as one rule lets all pass (`pkg/policy/l4.go`, mergePortProto)."""
    found = [one.rules for one in sure]
    return () if None in found else tuple(rules for rules in found if rules is not None)


def _is_unseen(sure: list[Said], found: Collected) -> bool:
    """Whether it is allowed by names alone and no rule makes the agent read DNS."""
    by_name = all(one.item is not None and one.item.get("toFQDNs") is not None for one in sure)
    return by_name and not any(True for one in found.chosen for _ in one.rule.each("egress[].toPorts[].rules.dns[]"))


def _has_requirements(mesh: MeshView, flow: Flow, found: Collected) -> bool:
    """Whether `fromRequires` or `toRequires` of any rule may narrow what allows it; gone since 1.19."""
    if mesh.release("cilium") >= (1, 19) or not flow.other.is_pod:
        return False
    name = "fromRequires" if flow.direction is Direction.INGRESS else "toRequires"
    return any(True for one in found.chosen for _ in one.rule.each(f"{flow.direction.value}[].{name}[]"))


def _unsure(reason: str, open_: tuple[Said, ...], what: str) -> Decision:
    doubtful = [one.node for one in open_ if not one.is_certain]
    missing = tuple(f"whether {node.resource.title} is about it at {node.pointer}" for node in doubtful)
    return Decision(Verdict.UNKNOWN, reason, tuple(node.note(what) for node in doubtful), missing)


def _not_loaded(mesh: MeshView, subject: End) -> str:
    if not subject.is_pod:
        return ""
    listed = all(mesh.is_listed(kind, subject.cluster) for kind in (CILIUM_NETWORK_POLICY, NETWORK_POLICY))
    if listed or mesh.is_complete(subject.namespace, subject.cluster):
        return ""
    return f"the policies of namespace '{subject.namespace}'"
