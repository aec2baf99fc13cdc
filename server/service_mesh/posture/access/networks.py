"""What the network policies of a cluster say of one hop, asked of the plugin that enforces them there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.components import components
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY
from service_mesh.posture.access.layers import Layer, LayerAnswer
from service_mesh.posture.cilium import access as cilium
from service_mesh.posture.cilium.requests import admits
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.kubernetes import access as kubernetes
from service_mesh.posture.kubernetes.ends import End, Entity
from service_mesh.posture.requests import HttpRequest

__all__ = ["NETWORK_KINDS", "Hop", "egress_answers", "enforces_cilium", "ingress_answers", "network_answers"]

_POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)

NETWORK_KINDS = tuple(dict.fromkeys((*kubernetes.ACCESS_KINDS, *cilium.ACCESS_KINDS, *CONFIG_KINDS, *_POLICIES)))
"""The kinds that are read here."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A connection as the network sees it.

    Attributes:
        client: Who opens it.
        server: Who takes it.
        port: The port at the server's pod, that of a proxy where proxies speak to each other.
        protocol: TCP, UDP or SCTP.
        request: What travels in it, if the network can read that.
        is_sealed: Whether proxies encrypt it, so that nothing on the way reads requests.
        title: What to call it, where the way has several.
    """

    client: End
    server: End
    port: int
    protocol: str
    request: HttpRequest
    is_sealed: bool = False
    title: str = ""


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
    decided = ask(mesh, hop.client, hop.server, hop.port, hop.protocol)
    return _for_request(decided, hop)


def _for_request(decided: Decision, hop: Hop) -> Decision:
    """The answer for the request inside a connection that rules for requests are about."""
    if decided.verdict is not Verdict.ALLOWED or not decided.rules:
        return decided
    chain = (*decided.chain, *(rules.note("is about requests") for rules in decided.rules))
    if hop.is_sealed:
        missing = ("what Cilium makes of a connection that it cannot read",)
        return Decision(Verdict.UNKNOWN, "the rules are about requests, and proxies encrypt them", chain, missing)
    admitted = admits(decided.rules, hop.request)
    if admitted is None and not decided.missing:
        return Decision(Verdict.UNKNOWN, "the rules are about requests", chain, needed(hop.request))
    if admitted is False and decided.missing:
        return replace(decided, verdict=Verdict.UNKNOWN, chain=chain)
    if admitted is False:
        return Decision(Verdict.DENIED, "no rule lets the request pass", chain)
    return replace(decided, verdict=Verdict.of(admitted), chain=chain)


def needed(request: HttpRequest) -> tuple[str, ...]:
    """What of a request is not told and rules may ask for."""
    parts = {"method": request.method, "path": request.path, "host": request.host}
    return tuple(f"the {name} of the request" for name, value in parts.items() if value is None)
