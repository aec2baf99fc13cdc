"""Whether one proxy lets one call pass: external authorizers, tokens, DENY, then ALLOW."""

from collections.abc import Iterator
from dataclasses import replace

from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.model.kinds import AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, Kind
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Decision, Verdict, known_as_far
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point
from service_mesh.posture.istio.authorization.answers import unknown
from service_mesh.posture.istio.authorization.attributes import Seen
from service_mesh.posture.istio.authorization.external import asked_outside
from service_mesh.posture.istio.authorization.peers import Call, Protocol
from service_mesh.posture.istio.authorization.policies import Place, applying
from service_mesh.posture.istio.authorization.rules import Chain, rule_matches
from service_mesh.posture.istio.authorization.stages import PASSED, Stage, allowing, denying
from service_mesh.posture.istio.authorization.tokens import checked
from service_mesh.posture.istio.enrolment import enrolment
from service_mesh.posture.istio.ztunnel import action_of, dry_run

__all__ = ["AUTHORIZATION_KINDS", "authorized"]

AUTHORIZATION_KINDS = tuple(dict.fromkeys((AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, *ATTACHMENT_KINDS)))
"""The kinds that are read here."""

_CHAINS = {Protocol.HTTP: Chain.HTTP, Protocol.TCP: Chain.TCP}
_AUTO_ALLOW = "PILOT_AUTO_ALLOW_WAYPOINT_POLICY"
_ADDING = {Point.WAYPOINT: "ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES", Point.ZTUNNEL: _AUTO_ALLOW}
"""Switches of istiod that add policies at a point, which is not worked out here; both are off by default.

(`istio/istio: pilot/pkg/features/ambient.go`)
"""


def authorized(mesh: MeshView, place: Place, call: Call) -> Decision:
    """Tell whether a proxy lets a call pass.

    Whether the call gets there, and with which identity, is another question: ask the transport first, and for a way
    through a waypoint ask the waypoint and then the server's ztunnel, which sees the waypoint's identity. That no
    further policy exists is taken from the completeness of the namespaces whose policies count.
    (https://istio.io/latest/docs/concepts/security/#implicit-enablement;
    `istio/istio: pilot/pkg/security/authz/builder/builder.go`; `istio/ztunnel: src/state.rs`, assert_rbac)

    Args:
        mesh: The objects.
        place: The proxy.
        call: The call.
    """
    mesh.mark_read(*AUTHORIZATION_KINDS)
    if place.point is Point.NOBODY:
        return Decision(Verdict.ALLOWED, f"no proxy decides about requests to {place.title}", loaded=Verdict.ALLOWED)
    if place.point is Point.UNKNOWN:
        return _unclear(mesh, place)
    if place.point is Point.ZTUNNEL:
        return _on_chain(mesh, place, call, Chain.ZTUNNEL)
    if call.protocol is not None:
        return _on_chain(mesh, place, call, _CHAINS[call.protocol])
    return _either(_on_chain(mesh, place, call, Chain.HTTP), _on_chain(mesh, place, call, Chain.TCP))


def _unclear(mesh: MeshView, place: Place) -> Decision:
    if not applying(mesh, place, AUTHORIZATION_POLICY):
        found = Decision(Verdict.ALLOWED, f"no AuthorizationPolicy is about {place.title}")
        return known_as_far(found, _not_loaded(mesh, place, (AUTHORIZATION_POLICY,)))
    enrolled = enrolment(mesh, place.workload) if place.workload is not None else None
    missing = (enrolled.missing,) if enrolled is not None and enrolled.missing else ()
    chain = enrolled.chain if enrolled is not None else ()
    return Decision(Verdict.UNKNOWN, "it is not known which proxy decides", chain, missing, Verdict.UNKNOWN)


def _either(http: Decision, tcp: Decision) -> Decision:
    """The answer where it is not known whether a connection is taken for HTTP."""
    loaded = http.loaded if http.loaded is tcp.loaded else Verdict.UNKNOWN
    if http.verdict is tcp.verdict is not Verdict.UNKNOWN:
        return replace(http, chain=_once(http.chain, tcp.chain), loaded=loaded)
    missing = ("whether the proxy takes the connection for HTTP or TCP", *http.missing, *tcp.missing)
    reason = "HTTP and TCP are judged differently"
    return Decision(Verdict.UNKNOWN, reason, _once(http.chain, tcp.chain), tuple(dict.fromkeys(missing)), loaded)


def _on_chain(mesh: MeshView, place: Place, call: Call, chain: Chain) -> Decision:
    stages = tuple(_stages(mesh, place, call, chain))
    denied = next((stage for stage in stages if stage.denies.value), None)
    if denied is None:
        return known_as_far(_passed(stages, place), _not_loaded(mesh, place, _kinds(call, chain)))
    is_final = any(stage.denies.value and stage.is_final for stage in stages)
    found = Decision(Verdict.DENIED, denied.reason, denied.chain)
    return known_as_far(found, "" if is_final else _not_loaded(mesh, place, _kinds(call, chain)))


def _passed(stages: tuple[Stage, ...], place: Place) -> Decision:
    open_ones = [stage for stage in stages if stage.denies.value is None]
    if open_ones:
        missing = tuple(dict.fromkeys(text for stage in open_ones for text in stage.denies.missing))
        chain = _once(*(stage.chain for stage in open_ones))
        return Decision(Verdict.UNKNOWN, open_ones[0].reason, chain, missing)
    allowing_one = next((stage for stage in stages if stage.reason), None)
    if allowing_one is not None:
        return Decision(Verdict.ALLOWED, allowing_one.reason, allowing_one.chain)
    return Decision(Verdict.ALLOWED, f"no AuthorizationPolicy at {place.title} denies it or asks for more")


def _stages(mesh: MeshView, place: Place, call: Call, chain: Chain) -> Iterator[Stage]:
    """The stages in the order of the proxy's filters; each may deny for itself."""
    policies = applying(mesh, place, AUTHORIZATION_POLICY)
    config = mesh_config(mesh, place.cluster)
    written = config.setting("pathNormalization.normalization")
    seen = Seen(
        call,
        place.namespace,
        domains=(config.trust_domain, *config.trust_domain_aliases),
        normalization=written if isinstance(written, str) else "",
        release=mesh.release("istio"),
        at_ztunnel=chain is Chain.ZTUNNEL,
    )
    if chain is not Chain.ZTUNNEL:
        custom = _acting(policies, "CUSTOM")
        yield asked_outside(mesh, custom, lambda rule: rule_matches(rule, seen, chain), chain, call.authorizers)
    token = checked(mesh, place, call) if chain is Chain.HTTP else None
    if token is not None:
        yield Stage(token.refused, token.reason, token.chain, is_final=False) if token.reason else PASSED
    verified = replace(seen, claims=token.claims) if token is not None else seen
    enforced = tuple(policy for policy in policies if dry_run(policy) is None)
    yield denying(_acting(enforced, "DENY"), lambda rule: rule_matches(rule, verified, chain))
    if not _is_on(mesh, place, Point.ZTUNNEL, _AUTO_ALLOW):
        yield allowing(_acting(enforced, "ALLOW"), lambda rule: rule_matches(rule, verified, chain))
    for point, switch in _ADDING.items():
        if _is_on(mesh, place, point, switch):
            yield Stage(unknown(f"what istiod makes of policies with {switch}"), f"{switch} is on and adds policies")


def _acting(policies: tuple[Resource, ...], action: str) -> tuple[Resource, ...]:
    return tuple(policy for policy in policies if action_of(policy) == action)


def _is_on(mesh: MeshView, place: Place, point: Point, switch: str) -> bool:
    return place.point is point and mesh_config(mesh, place.cluster).flag(switch, default=False)


def _kinds(call: Call, chain: Chain) -> tuple[Kind, ...]:
    reads_tokens = chain is Chain.HTTP and call.request.claims is not None
    return (AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION) if reads_tokens else (AUTHORIZATION_POLICY,)


def _not_loaded(mesh: MeshView, place: Place, kinds: tuple[Kind, ...]) -> str:
    """The policies that may exist beside the loaded ones; empty for none."""
    cluster = place.cluster
    names = (place.namespace, place.service.namespace if place.service is not None else "")
    homes = dict.fromkeys((*filter(None, names), root_namespace(mesh, cluster)))
    open_homes = [home for home in homes if not mesh.is_complete(home, cluster)]
    open_kinds = [kind.name for kind in kinds if not mesh.is_listed(kind, cluster)]
    if not open_homes or not open_kinds:
        return ""
    listed = " and ".join(f"'{home}'" for home in open_homes)
    return f"every {' and '.join(open_kinds)} of namespace {listed}"


def _once(*chains: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes of several chains, each once; nodes may hold lists, which have no hash."""
    found = {(note.node.resource.key, note.node.path, note.text): note for chain in chains for note in chain}
    return tuple(found.values())
