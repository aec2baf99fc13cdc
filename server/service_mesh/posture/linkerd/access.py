"""Whether a client may call a port in the mesh of Linkerd, with a request or without one, and which objects say so."""

from collections.abc import Mapping
from dataclasses import replace

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import (
    HTTP_LOCAL_RATE_LIMIT_POLICY,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_SERVER,
    MESH_TLS_AUTHENTICATION,
    NETWORK_AUTHENTICATION,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.decisions import Decision, Verdict, known_as_far
from service_mesh.posture.kubernetes.ends import END_KINDS, End
from service_mesh.posture.linkerd.authentications import Void
from service_mesh.posture.linkerd.authorizations import Granted, PortAccess, port_access, route_authorizations
from service_mesh.posture.linkerd.callers import CALLER_KINDS, Caller, Passage, admitting, caller_of, past_the_proxy
from service_mesh.posture.linkerd.clients import NO_IDENTITY, Authorization
from service_mesh.posture.linkerd.deciding import closed_or, merged, open_or, unique
from service_mesh.posture.linkerd.enrolment import Enrolled, enrolment
from service_mesh.posture.linkerd.identity import is_open
from service_mesh.posture.linkerd.policy import InboundPolicy
from service_mesh.posture.linkerd.probes import ProbeKind, probe_authorization, probes_of
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.posture.linkerd.route_matching import Winner, rules_taking
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS
from service_mesh.posture.linkerd.servers import ProxyProtocol, proxy_protocol
from service_mesh.posture.linkerd.transport import TRANSPORT_KINDS
from service_mesh.posture.requests import HttpRequest

__all__ = ["ACCESS_KINDS", "inbound_decision"]

ACCESS_KINDS = tuple(
    dict.fromkeys((*TRANSPORT_KINDS, *END_KINDS, *CALLER_KINDS, *SERVER_ROUTE_KINDS, HTTP_LOCAL_RATE_LIMIT_POLICY))
)
"""The kinds that are read here."""

_MOST_NOTES = 8
_WHETHER_PROXY = "it is not known whether the server's proxy decides"


def inbound_decision(
    mesh: MeshView, client: End, server: Workload, port: int, request: HttpRequest | None = None
) -> Decision:
    """Tell whether Linkerd lets a client call a port of a server; policies of the network are another question.

    A server without a proxy, and a port that passes it by, are open. Otherwise the Server of the port decides, or the
    default policy where none is. On ports that speak HTTP or gRPC the most specific rule of the attached routes takes
    the request, and none means 404; what is authorized on that route is added to what is authorized on the Server.
    Rates are no question of access: a policy that limits them is a link of the chain and nothing more.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, `policy-controller/grpc/src/inbound.rs`;
    `linkerd/linkerd2-proxy: linkerd/app/inbound/src/policy/http.rs`, authorize)

    Args:
        mesh: The objects.
        client: Who connects.
        server: Who is connected to.
        port: Number of the container port.
        request: The request; None where nothing is known of it, not even that there is one. One without method, path
            and headers is taken the same way.
    """
    mesh.mark_read(*ACCESS_KINDS)
    receiver = enrolment(mesh, server)
    if receiver.mode is Enrolled.NONE:
        reason = "the server is not in the mesh, so no proxy decides"
        return _open(reason, receiver.chain)
    caller = caller_of(mesh, client, server, port)
    passage, edge = past_the_proxy(mesh, caller, server, port)
    if passage is Passage.PAST:
        return _open(edge.reason, edge.chain)
    if passage is Passage.NOWHERE:
        return Decision(Verdict.DENIED, edge.reason, edge.chain, (), Verdict.DENIED)
    decided = _by_policy(mesh, caller, server, port, request if _is_told(request) else None)
    if receiver.mode is Enrolled.UNKNOWN:
        decided = open_or(decided, _WHETHER_PROXY, receiver.missing, receiver.chain)
    if passage is Passage.UNKNOWN:
        decided = open_or(decided, _WHETHER_PROXY, edge.missing, edge.chain)
    if caller.fails:
        decided = closed_or(decided, "it is not known whether the connection comes about", caller.fails)
    return _as_far_as_loaded(mesh, server, decided)


def _is_told(request: HttpRequest | None) -> bool:
    return request is not None and (request.method is not None or request.path is not None or bool(request.headers))


def _by_policy(mesh: MeshView, caller: Caller, server: Workload, port: int, request: HttpRequest | None) -> Decision:
    access = port_access(mesh, server, port)
    governing = access.governing
    if governing.server is None and governing.candidates:
        chain = tuple(one.root.note("selects the port") for one in governing.candidates)
        return Decision(Verdict.UNKNOWN, "several Servers select the port", chain, (governing.missing,))
    decided = _with_routes(mesh, caller, access, request) if access.routes else _on_port(mesh, caller, access)
    if not access.routes and decided.verdict is not Verdict.ALLOWED:
        decided = _or_probe(mesh, caller, server, port, request, decided)
    if decided.verdict is not Verdict.ALLOWED or governing.server is None:
        return decided
    limits = mesh.index(_rate_limits).get(governing.server.key, ())
    notes = tuple(one.root.note("answers requests beyond its rate with 429") for one in limits)
    return replace(decided, chain=(*decided.chain, *notes))


def _with_routes(mesh: MeshView, caller: Caller, access: PortAccess, request: HttpRequest | None) -> Decision:
    routed = rules_taking(mesh, access.routes, request)
    outcomes = [_on_port(mesh, caller, access, winner) for winner in routed.winners]
    if routed.may_miss:
        text = "may not match the request" if routed.winners else "does not match the request"
        chain = (*_first(access), *(route.root.note(text) for route in access.routes))
        reason = "no route takes the request, so it is answered with 404"
        outcomes.append(Decision(Verdict.DENIED, reason, chain[:_MOST_NOTES]))
    server = access.governing.server
    if request is None and server is not None and proxy_protocol(server) is ProxyProtocol.UNKNOWN:
        outcomes.append(_on_port(mesh, caller, access))  # what is not HTTP meets no route
    return merged(outcomes, "it is not known which route takes the request", routed.missing)


def _on_port(mesh: MeshView, caller: Caller, access: PortAccess, winner: Winner | None = None) -> Decision:
    """What the authorizations of a port say, and those of a route that takes the request."""
    parts = [_on_server(access)]
    chain = _first(access)
    if winner is not None:
        parts.insert(0, route_authorizations(mesh, winner.route))
        chain = (*chain, winner.node.note("takes the request"))
    authorizations = [one for part in parts for one in part.authorizations]
    answer, telling = admitting(authorizations, caller)
    if answer:
        notes = (note for one in telling for note in _notes_of(mesh, one, "authorizes the client"))
        return Decision(Verdict.ALLOWED, _why(access, telling[0]), unique((*chain, *notes)))
    if answer is None:
        notes = (note for one in telling for note in _notes_of(mesh, one, "may authorize the client"))
        missing = tuple(dict.fromkeys(_doubt(one, caller) for one in telling))
        return Decision(Verdict.UNKNOWN, "it is not known whether the client is authorized", (*chain, *notes), missing)
    void = [one for part in parts for one in part.void]
    refused = _refused(caller, chain, authorizations, void)
    if access.default is None:
        return refused
    return replace(refused, reason=f"the default policy '{access.default.policy}' does not let the client in")


def _on_server(access: PortAccess) -> Granted:
    """What is authorized on a port by the objects that are loaded: that there may be more is said at the end."""
    found = access.granted
    if access.default is not None and not access.default.missing:
        return replace(found, authorizations=tuple(replace(one, missing="") for one in found.authorizations))
    return found


def _refused(caller: Caller, chain: tuple[Note, ...], closed: list[Authorization], void: list[Void]) -> Decision:
    notes = [one.node.note("does not authorize the client") for one in closed]
    notes += [one.node.note(one.reason) for one in void]
    if caller.identity == NO_IDENTITY and any(not one.takes_plaintext for one in closed):
        notes += caller.chain
    missing = tuple(dict.fromkeys(one.missing for one in void if one.missing))
    reason = "no authorization lets the client in" if closed or void else "nothing is authorized on the port"
    listed = unique((*chain, *notes))[: _MOST_NOTES + len(chain)]
    if missing:
        return Decision(Verdict.UNKNOWN, reason, listed, missing, Verdict.DENIED)
    return Decision(Verdict.DENIED, reason, listed)


def _or_probe(
    mesh: MeshView, caller: Caller, server: Workload, port: int, request: HttpRequest | None, decided: Decision
) -> Decision:
    """Requests for the paths of HTTP probes are let in beside all else; without a request none is meant."""
    found = probe_authorization(mesh, server, port)
    if found is None:
        return decided
    if request is None:
        return replace(decided, chain=(*decided.chain, found.node.note("is a probe, whose path alone is let in")))
    path = None if request.path is None else request.path.partition("?")[0] or "/"
    method = request.method
    probes = (one for one in probes_of(server) if one.port == port and one.kind is ProbeKind.HTTP)
    probe = next((one for one in probes if path in (None, one.path)), None)
    if probe is None or method not in (None, "GET"):
        return decided
    answer, _ = admitting((found,), caller)
    if answer is False:
        return decided
    chain = (probe.node.note("is a probe, whose path is let in"),)
    if answer and path is not None and method is not None:
        return Decision(Verdict.ALLOWED, "requests of probes are let in without being authorized", chain)
    missing = "the method and the path of the request" if answer else f"the address of {caller.text}"
    listed = (*decided.missing, missing)
    return replace(decided, verdict=Verdict.UNKNOWN, chain=(*decided.chain, *chain), missing=listed, loaded=None)


def _first(access: PortAccess) -> tuple[Note, ...]:
    server = access.governing.server
    if server is not None:
        return (server.root.note("governs the port"),)
    return access.default.chain if access.default is not None else ()


def _why(access: PortAccess, one: Authorization) -> str:
    if access.default is not None:
        is_audit = access.default.policy is InboundPolicy.AUDIT
        policy = f"the default policy '{access.default.policy}'"
        return f"{policy} lets everybody in and logs whom it would not" if is_audit else f"{policy} lets the client in"
    server = access.governing.server
    if server is not None and one.node.resource is server:
        text = f"'accessPolicy: {one.node.text}' of {server.title} lets"
        return (
            f"{text} everybody in and logs whom it would not" if one.node.text == "audit" else f"{text} the client in"
        )
    return f"{one.node.resource.title} authorizes the client"


def _notes_of(mesh: MeshView, one: Authorization, text: str) -> tuple[Note, ...]:
    """An authorization and what it demands."""
    policy = one.node.resource
    found = [one.node.note(text)]
    for reference in policy.each("spec.requiredAuthenticationRefs[]") if _is_policy(policy) else ():
        held = _referred(mesh, reference)
        found.append(held.root.note("is what it demands") if held is not None else reference.note("is what it demands"))
    return tuple(found)


def _is_policy(resource: Resource) -> bool:
    return resource.kind == LINKERD_AUTHORIZATION_POLICY


def _referred(mesh: MeshView, reference: Node) -> Resource | None:
    for kind in (MESH_TLS_AUTHENTICATION, NETWORK_AUTHENTICATION):
        if refers_to(reference, kind):
            namespace = reference.text_at("namespace") or reference.resource.namespace
            return mesh.find(kind, namespace, reference.text_at("name"), reference.resource.cluster)
    return None


def _doubt(one: Authorization, caller: Caller) -> str:
    if one.missing:
        return one.missing
    is_known = caller.identity is not None and not is_open(caller.identity)
    if not is_known and not one.takes_plaintext:
        return caller.missing or f"the identity of {caller.text}"
    if one.networks is None:
        return "the networks of the cluster (ConfigMap 'linkerd-config')"
    return f"the address of {caller.text}"


def _open(reason: str, chain: tuple[Note, ...]) -> Decision:
    return Decision(Verdict.ALLOWED, reason, chain, (), Verdict.ALLOWED)


def _as_far_as_loaded(mesh: MeshView, server: Workload, decided: Decision) -> Decision:
    loaded = decided.loaded or decided.verdict
    return replace(known_as_far(decided, _not_loaded(mesh, server)), loaded=loaded)


def _not_loaded(mesh: MeshView, server: Workload) -> str:
    place = server.namespace, server.cluster
    kinds = (LINKERD_SERVER, LINKERD_AUTHORIZATION_POLICY)
    if mesh.is_complete(*place) or all(mesh.is_listed(kind, server.cluster) for kind in kinds):
        return ""
    return f"the Servers, routes and authorizations of namespace '{server.namespace}'"


def _rate_limits(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    found: dict[ResourceKey, list[Resource]] = {}
    for policy in mesh.of_kind(HTTP_LOCAL_RATE_LIMIT_POLICY):
        target = policy.get("spec.targetRef")
        if target is not None and refers_to(target, LINKERD_SERVER):
            key = ResourceKey(policy.cluster, LINKERD_SERVER, policy.namespace, target.text_at("name"))
            found.setdefault(key, []).append(policy)
    return {key: tuple(policies) for key, policies in found.items()}
