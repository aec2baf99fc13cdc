"""What the network policies of a cluster say of one hop, asked of the plugin that enforces them there."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.components import components
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY
from service_mesh.posture.access.layers import Layer, LayerAnswer
from service_mesh.posture.cilium import access as cilium
from service_mesh.posture.cilium.requests import admits, admits_question
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.edges import without_repeats
from service_mesh.posture.kubernetes import access as kubernetes
from service_mesh.posture.kubernetes.ends import End, Entity
from service_mesh.posture.requests import HttpRequest

__all__ = [
    "NETWORK_KINDS",
    "Arrival",
    "Hop",
    "egress_answers",
    "enforces_cilium",
    "ingress_answers",
    "network_answers",
    "unless_elsewhere",
]

_POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)

NETWORK_KINDS = tuple(dict.fromkeys((*kubernetes.ACCESS_KINDS, *cilium.ACCESS_KINDS, *CONFIG_KINDS, *_POLICIES)))
"""The kinds that are read here."""


class Arrival(NamedTuple):
    """How a connection arrives at the server's pod.

    Attributes:
        port: The port there, that of a proxy where proxies speak to each other.
        is_sealed: Whether proxies encrypt it, so that nothing on the way reads requests.
    """

    port: int
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """A connection as the network sees it.

    Attributes:
        client: Who opens it.
        server: Who takes it.
        arrivals: How it arrives; several where that is not known.
        protocol: TCP, UDP or SCTP.
        request: What travels in it, if the network can read that.
        title: What to call it, where the way has several.
        which: What would have to be known to tell how it arrives, where that is not known.
        other_way: What would have to be known to tell whether it comes about, where the call may take another way.
    """

    client: End
    server: End
    arrivals: tuple[Arrival, ...]
    protocol: str
    request: HttpRequest
    title: str = ""
    which: str = ""
    other_way: str = ""

    @property
    def key(self) -> Hashable:
        """All that tells it from others between the same ends with the same request."""
        return self.arrivals, self.protocol, self.title, self.which, self.other_way


def enforces_cilium(mesh: MeshView, cluster: str) -> bool:
    """Tell whether Cilium is the network plugin of a cluster: its policies, options or agents are there."""
    mesh.mark_read(*CONFIG_KINDS, *_POLICIES)
    if cilium_config(mesh, cluster) is not None:
        return True
    if any(policy.cluster == cluster for kind in _POLICIES for policy in mesh.of_kind(kind)):
        return True
    return any(one.cluster == cluster and one.mesh == "cilium" for one in components(mesh))


def network_answers(mesh: MeshView, hop: Hop) -> Iterator[LayerAnswer]:
    """What the policies of both ends of a hop say, the client's first."""
    yield from egress_answers(mesh, hop)
    yield from ingress_answers(mesh, hop)


def egress_answers(mesh: MeshView, hop: Hop) -> Iterator[LayerAnswer]:
    """What the policies of the client of a hop say; nothing for a client outside of the cluster."""
    if not _is_elsewhere(hop.client):
        yield LayerAnswer(Layer.NETWORK_EGRESS, _asked(mesh, hop, is_egress=True), hop.title)


def ingress_answers(mesh: MeshView, hop: Hop) -> Iterator[LayerAnswer]:
    """What the policies of the server of a hop say; nothing for a server outside of the cluster."""
    if not _is_elsewhere(hop.server):
        yield LayerAnswer(Layer.NETWORK_INGRESS, _asked(mesh, hop, is_egress=False), hop.title)


def _is_elsewhere(end: End) -> bool:
    """Whether an end is outside of the cluster, where none of its policies holds."""
    return end.entities == (Entity.WORLD,)


def _asked(mesh: MeshView, hop: Hop, *, is_egress: bool) -> Decision:
    subject = hop.client if is_egress else hop.server
    engine = cilium if enforces_cilium(mesh, subject.cluster) else kubernetes
    ask = engine.egress_decision if is_egress else engine.ingress_decision
    found = []
    for one in hop.arrivals:
        decided = ask(mesh, hop.client, hop.server, one.port, hop.protocol)
        found.append(_for_request(mesh, decided, hop, is_sealed=one.is_sealed))
    return unless_elsewhere(_of_all(found, hop), hop.other_way)


def _of_all(found: list[Decision], hop: Hop) -> Decision:
    """The answer for a connection of which it is not known how it arrives."""
    verdicts = {one.verdict for one in found}
    if len(found) == 1 or (len(verdicts) == 1 and Verdict.UNKNOWN not in verdicts):
        return found[0]
    chain = tuple(without_repeats(note for one in found for note in one.chain))
    missing = (hop.which or "what the connection carries", *(text for one in found for text in one.missing))
    reason = "it depends on how the connection arrives, in a tunnel of proxies or not"
    return Decision(Verdict.UNKNOWN, reason, chain, tuple(dict.fromkeys(missing)))


def unless_elsewhere(decided: Decision, missing: str) -> Decision:
    """An answer for a call that may take another way, where a refusal on this one settles nothing.

    Args:
        decided: The answer for this way.
        missing: What would have to be known to tell the way; empty where it is known.
    """
    if not missing or decided.verdict is not Verdict.DENIED:
        return decided
    needed = tuple(dict.fromkeys((missing, *decided.missing)))
    return Decision(Verdict.UNKNOWN, f"{decided.reason}, unless the call takes another way", decided.chain, needed)


def _for_request(mesh: MeshView, decided: Decision, hop: Hop, *, is_sealed: bool) -> Decision:
    """The answer for the request inside a connection that rules for requests are about."""
    if decided.verdict is not Verdict.ALLOWED or not decided.rules:
        return decided
    chain = (*decided.chain, *(rules.note("is about requests") for rules in decided.rules))
    if is_sealed:
        missing = ("what Cilium makes of a connection that it cannot read",)
        return Decision(Verdict.UNKNOWN, "the rules are about requests, and proxies encrypt them", chain, missing)
    is_dns = any(True for rules in decided.rules for _ in rules.each("dns[]"))
    admitted = admits_question(mesh, decided.rules, hop.request) if is_dns else admits(decided.rules, hop.request)
    if admitted is None and not decided.missing:
        asked_for = ("the name that DNS is asked for, as the host of the request",) if is_dns else needed(hop.request)
        return Decision(Verdict.UNKNOWN, "the rules are about requests", chain, asked_for)
    if admitted is False and decided.missing:
        return replace(decided, verdict=Verdict.UNKNOWN, chain=chain)
    if admitted is False:
        return Decision(Verdict.DENIED, "no rule lets the request pass", chain)
    return replace(decided, verdict=Verdict.of(admitted), chain=chain)


def needed(request: HttpRequest) -> tuple[str, ...]:
    """What of a request is not told and rules may ask for."""
    parts = {"method": request.method, "path": request.path, "host": request.host}
    return tuple(f"the {name} of the request" for name, value in parts.items() if value is None)
