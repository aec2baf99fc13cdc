"""Whether a connection passes the policies of a cluster whose plugin is Cilium, which takes all kinds together."""

from collections.abc import Iterable
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

_NODES = frozenset({Entity.HOST, Entity.REMOTE_NODE})


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
    verdicts = {answer.verdict for answer in answers}
    decided = _depending(flow, answers) if len(verdicts) > 1 else _agreeing(flow, answers)
    return known_as_far(decided, _not_loaded(mesh, flow.subject))


def _depending(flow: Flow, answers: list[Decision]) -> Decision:
    chain = tuple(note for answer in answers for note in answer.chain)
    missing = (f"whether the other end is {flow.other.text}",)
    return Decision(Verdict.UNKNOWN, "it depends on what the other end is", chain, missing)


def _agreeing(flow: Flow, answers: list[Decision]) -> Decision:
    """The one answer, whatever the other end is; requests have to meet what is asked of them in each case."""
    bound = [answer for answer in answers if answer.rules]
    if not bound or all(answer.rules == answers[0].rules for answer in answers):
        return answers[0]
    common = tuple(rules for rules in bound[0].rules if all(rules in answer.rules for answer in bound))
    if not common:
        return _depending(flow, answers)
    missing = (*bound[0].missing, f"whether the other end is {flow.other.text}")
    return replace(bound[0], rules=common, missing=missing)


def _for_one(mesh: MeshView, flow: Flow) -> Decision:
    options = policy_options(mesh, flow.subject.cluster)
    if options.mode == "never":
        return Decision(Verdict.ALLOWED, "the agents are told to enforce no policy")
    found = collected(mesh, flow)
    if not flow.subject.is_pod:
        return _for_node(mesh, flow, options, found)
    return _concluded(mesh, flow, options, found)


def _for_node(mesh: MeshView, flow: Flow, options: PolicyOptions, found: Collected) -> Decision:
    is_bound = found.chosen or (options.mode == "always" and _NODES.intersection(flow.subject.entities))
    if not is_bound or options.host_firewall is False:
        return Decision(Verdict.ALLOWED, "no policy is enforced for what is no pod")
    decided = _concluded(mesh, flow, options, found)
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
        return _open(mesh, flow, found)
    if sure and not _is_unseen(sure, found):
        return _by(mesh, flow, options, found)
    if sure:
        missing = ("the answers of DNS, which no rule lets the agent see",)
        chain = tuple(one.node.note("allows it by name") for one in sure)
        return Decision(Verdict.UNKNOWN, "names are known from DNS that passes the agent", chain, missing)
    if is_closed is None and (opened := _opened_by_all(mesh, flow, found)) is not None:
        return opened
    if found.allows:
        return _unsure("it is not known whether a rule allows it", found.allows, "may allow it")
    if is_closed is None:
        return _unsure("it is not known whether a policy selects the pod", found.closing, "may turn on default deny")
    closing = [one.node for one in found.closing] or ([options.told] if options.told is not None else [])
    chain = tuple(node.note("turns on default deny") for node in closing)
    return Decision(Verdict.DENIED, f"default deny is on for {flow.direction.value} and no rule allows it", chain)


def _open(mesh: MeshView, flow: Flow, found: Collected) -> Decision:
    """What passes where no rule turns on default deny: all, but before 1.18 rules for requests still refused some."""
    sure = [one for one in found.allows if one.is_certain]
    bound = [one for one in found.allows if one.rules is not None] if mesh.release("cilium") < (1, 18) else []
    if any(one.rules is None for one in sure):
        bound = []
    if len(bound) > 1 and not sure:
        return _unsure("it is not known which rules requests have to meet", tuple(bound), "may be about it")
    reason = f"no policy turns on default deny for {flow.direction.value}"
    rules = _rules(sure or bound) if bound else ()
    missing = _doubts(one for one in found.allows if not one.is_certain) if rules else ()
    chain = tuple(one.node.note("allows it") for one in sure)
    return Decision(Verdict.ALLOWED, reason, chain, missing, None, rules)


def _by(mesh: MeshView, flow: Flow, options: PolicyOptions, found: Collected) -> Decision:
    sure = [one for one in found.allows if one.is_certain]
    chain, rules = tuple(one.node.note("allows it") for one in sure), _rules(sure)
    if _has_requirements(mesh, flow, found):
        taken = ("what the requirements of other rules take away",)
        return Decision(Verdict.UNKNOWN, "requirements narrow the peers of all rules", chain, taken)
    wider = (*found.allows, *_doubted(mesh, found, options)) if rules else ()
    missing = _doubts(one for one in wider if not one.is_certain)
    reason = f"{sure[0].node.resource.title} allows it"
    return authenticated(Decision(Verdict.ALLOWED, reason, chain, missing, None, rules), sure, options)


def _doubted(mesh: MeshView, found: Collected, options: PolicyOptions) -> tuple[Said, ...]:
    """What may turn on default deny, where nothing does for certain: without it rules for requests refuse none."""
    is_open = found.is_closed is None and options.mode != "always" and mesh.release("cilium") >= (1, 18)
    return found.closing if is_open else ()


def _opened_by_all(mesh: MeshView, flow: Flow, found: Collected) -> Decision | None:
    """The answer where each rule that may turn on default deny allows it itself; None where one does not.

    It passes then whichever rules are for the end. What one of them asks of requests may be asked.
    """
    given = [one for one in found.allows if one.is_about and not (one.is_by_name or one.authentication)]
    open_ = {id(one.rule.value) for one in given if one.rule is not None and one.rules is None}
    bound = [one for one in found.closing if id(one.node.value) not in open_]
    own = [one for one in given if one.rule is not None and id(one.rule.value) in {id(one.node.value) for one in bound}]
    if len(bound) > 1 or (bound and not own) or _has_requirements(mesh, flow, found):
        return None
    others = [one for one in found.allows if one.rule is None or id(one.rule.value) not in open_]
    if mesh.release("cilium") < (1, 18) and any(one.rules is not None and one not in own for one in others):
        return None  # they bind requests even where default deny is off
    chain = tuple(one.node.note("would allow it") for one in given)
    missing = _doubts(bound)
    reason = "every rule that may turn on default deny allows it"
    return Decision(Verdict.ALLOWED, reason, chain, missing, None, _rules(own) if own else ())


def _rules(sure: list[Said]) -> tuple[Node, ...]:
    """What requests have to meet; nothing as soon as one rule lets all pass (`pkg/policy/l4.go`, mergePortProto)."""
    found = [one.rules for one in sure]
    return () if None in found else tuple(rules for rules in found if rules is not None)


def _is_unseen(sure: list[Said], found: Collected) -> bool:
    """Whether it is allowed by names alone and no rule makes the agent read DNS."""
    return all(one.is_by_name for one in sure) and not any(
        True for one in found.chosen for _ in one.rule.each("egress[].toPorts[].rules.dns[]")
    )


def _has_requirements(mesh: MeshView, flow: Flow, found: Collected) -> bool:
    """Whether `fromRequires` or `toRequires` of any rule may narrow what allows it; gone since 1.19."""
    if mesh.release("cilium") >= (1, 19) or not flow.other.is_pod:
        return False
    name = "fromRequires" if flow.direction is Direction.INGRESS else "toRequires"
    return any(True for one in found.chosen for _ in one.rule.each(f"{flow.direction.value}[].{name}[]"))


def _unsure(reason: str, open_: tuple[Said, ...], what: str) -> Decision:
    doubtful = [one for one in open_ if not one.is_certain]
    return Decision(Verdict.UNKNOWN, reason, tuple(one.node.note(what) for one in doubtful), _doubts(doubtful))


def _doubts(open_: Iterable[Said]) -> tuple[str, ...]:
    """What would settle whether something is said on the connection."""
    return tuple(f"whether {one.node.resource.title} is about it at {one.node.pointer}" for one in open_)


def _not_loaded(mesh: MeshView, subject: End) -> str:
    if not subject.is_pod:
        return ""
    listed = all(mesh.is_listed(kind, subject.cluster) for kind in (CILIUM_NETWORK_POLICY, NETWORK_POLICY))
    if listed or mesh.is_complete(subject.namespace, subject.cluster):
        return ""
    return f"the policies of namespace '{subject.namespace}'"
