"""What a sidecar or a gateway sends: by what it captures and knows, then rules for clients, then automatic mTLS."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service_mesh.mesh.destination_rules import has_selector
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import is_headless
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE_ENTRY, SIDECAR
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.addressing import Form, Way
from service_mesh.posture.istio.bypass import Bypass, captures_all
from service_mesh.posture.istio.client_tls import ClientTls, TlsMode, client_tls, passes_through
from service_mesh.posture.istio.egress import HEADLESS_MISSING, POD_REASON, alike_headless, outbound_past
from service_mesh.posture.istio.enrolment import Enrolled, Enrolment, enrolment
from service_mesh.posture.istio.gateway_servers import is_gateway_proxy
from service_mesh.posture.istio.hbone import HBONE_MISSING, Tunnels, sends_hbone, takes_hbone
from service_mesh.posture.istio.outbound import Outbound, Passage, outbound, outbound_from
from service_mesh.posture.istio.peer_authentication import MtlsMode, ServerMode, namespace_mode, workload_policies
from service_mesh.posture.istio.received import Cargo, Choices, Receiver, Sent
from service_mesh.posture.istio.subset_routes import missing_route, subset_routes

__all__ = ["TLS_MODE", "Sender", "has_tls_label", "is_told_apart", "sent_by_sidecar"]

TLS_MODE = "security.istio.io/tlsMode"
"""Label of pods that tells clients whether they speak mesh TLS."""

_EDS_FOR_HEADLESS = "PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES"
_PREFERS = "PILOT_PREFER_SENDING_HBONE"
_MUTUAL_SINCE = (1, 25)
_MAY_KNOW = frozenset({Passage.IMPORTED, Passage.UNKNOWN})
_AMBIENT_MISSING = "whether istiod runs in ambient mode (PILOT_ENABLE_AMBIENT), as its Deployment or values tell"


@dataclass(frozen=True, slots=True)
class Sender:
    """Clients with a sidecar, or a gateway.

    Attributes:
        namespace: Their namespace.
        cluster: Their cluster.
        workload: The client; None for whichever in the namespace.
        is_gateway: Whether it is a gateway.
        knows_host: Whether they are taken to know the host, so that no `Sidecar` and no `exportTo` is asked.
        subset: Which subset of the host their route sends to, empty for all of it; None where that is not known.
    """

    namespace: str
    cluster: str
    workload: Workload | None = None
    is_gateway: bool = False
    knows_host: bool = False
    subset: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One way of one client to one port."""

    sender: Sender
    server: Workload
    receiver: Receiver
    way: Way


def sent_by_sidecar(mesh: MeshView, sender: Sender, server: Workload, receiver: Receiver, way: Way) -> Choices:
    """What a sidecar or gateway sends on one way to a port.

    (`istio/istio: pilot/pkg/networking/core/cluster_tls.go`, buildUpstreamTLSSettings and
    applyHBONETransportSocketMatches; `cluster_builder.go`, buildDefaultPassthroughCluster)

    Args:
        mesh: The objects.
        sender: The client.
        server: Who is connected to.
        receiver: The same, as what it takes.
        way: How it is addressed.
    """
    case = _Case(sender, server, receiver, way)
    bypass = _bypass(mesh, case)
    if bypass is None:
        return _captured(mesh, case)
    past = Sent(Cargo.PLAINTEXT, bypass.reason, bypass.chain, by_proxy=False)
    return Choices((past,)) if not bypass.missing else _with(past, _captured(mesh, case), bypass.missing)


def has_tls_label(workload: Workload) -> bool:
    """Tell whether clients take the pods of a workload with a sidecar for able to speak mesh TLS.

    Injection labels them so, gateways apart; another value takes it back.
    (`istio/istio: pilot/pkg/xds/endpoints/mtls_checker.go`; `pilot/pkg/model/service.go`, GetTLSModeFromEndpointLabels)
    """
    return not is_gateway_proxy(workload) and workload.labels.get(TLS_MODE, "istio") == "istio"


def is_told_apart(mesh: MeshView, client: Workload) -> bool:
    """Tell whether a client with a sidecar may send otherwise than others of its namespace.

    Rules and Sidecars for chosen pods do that, and what its own annotations say of its proxy.
    """
    chosen = (client.cluster, client.namespace) in mesh.index(_choosing)
    return chosen or not captures_all(mesh, client) or "proxy.istio.io/config" in client.annotations


def _choosing(mesh: MeshView) -> frozenset[tuple[str, str]]:
    """The namespaces with something for chosen clients."""
    mesh.mark_read(DESTINATION_RULE, SIDECAR)
    rules = (rule for rule in mesh.of_kind(DESTINATION_RULE) if has_selector(rule))
    scopes = (scope for scope in mesh.of_kind(SIDECAR) if scope.get("spec.workloadSelector") is not None)
    return frozenset((one.cluster, one.namespace) for one in (*rules, *scopes))


def _captured(mesh: MeshView, case: _Case) -> Choices:
    if case.sender.is_gateway:
        return _from_gateway(mesh, case)
    if case.sender.knows_host and case.way.service is not None:
        return _addressed(mesh, case)
    known = _outbound(mesh, case)
    passed = Sent(Cargo.PLAINTEXT, _passed_reason(case, known), known.chain)
    match known.passage:
        case Passage.PASSED_THROUGH:
            return _past_headless(mesh, case, passed)
        case Passage.BLOCKED:
            return _past_headless(mesh, case, Sent(Cargo.NOTHING, _blocked_reason(case, known), known.chain))
        case Passage.UNKNOWN:
            # Whether the proxy refuses it is not told by what it carries: see `egress.withheld`.
            leaving = [one for one in known.options if one is not Passage.BLOCKED]
            passing = Choices((passed,))
            found = [passing if one is Passage.PASSED_THROUGH else _addressed(mesh, case) for one in leaving]
            return _joined(found, known.missing, known.chain) if len(found) > 1 else found[0]
        case Passage.IMPORTED:
            return _addressed(mesh, case)


def _from_gateway(mesh: MeshView, case: _Case) -> Choices:
    """Gateways read no `Sidecar`: they know what is exported to them, and send nothing to what they do not know."""
    service = case.way.service
    if service is None:
        return Choices((Sent(Cargo.NOTHING, "gateways send only to services, and none leads to this port"),))
    if not visibility(mesh, service).reaches(case.sender.namespace):
        reason = f"'{service.title}' is not exported to the gateway's namespace"
        return Choices((Sent(Cargo.NOTHING, reason, (service.root.note("is not exported to the gateway"),)),))
    return _addressed(mesh, case)


def _passed_reason(case: _Case, known: Outbound) -> str:
    if case.way.service is None:
        return "no service leads to this port, and pods addressed directly are sent plaintext"
    return f"{known.reason}, and what is not known is sent on as it is"


def _blocked_reason(case: _Case, known: Outbound) -> str:
    return POD_REASON if case.way.service is None else known.reason


def _past_headless(mesh: MeshView, case: _Case, passed: Sent) -> Choices:
    """An address of a pod that headless Services have too may meet the listener of any that the client knows."""
    alike = (replace(case, way=way) for way in alike_headless(mesh, case.server, case.way))
    met = [_addressed(mesh, one) for one in alike if _outbound(mesh, one).passage in _MAY_KNOW]
    if not met:
        return Choices((passed,))
    texts = (HEADLESS_MISSING, *(choices.missing for choices in met))
    settles = "; ".join(dict.fromkeys(text for text in texts if text))
    return _joined([Choices((passed,)), *met], settles, tuple(note for choices in met for note in choices.chain))


def _addressed(mesh: MeshView, case: _Case) -> Choices:
    """What is sent to a service that the client knows."""
    way, sender = case.way, case.sender
    if way.entry is None and way.service is not None:
        reason = f"no port of '{way.service.title}' leads to this port"
        return Choices((Sent(Cargo.NOTHING, reason, (way.service.root.note("has no such port"),)),))
    place, subset = (sender.namespace, sender.cluster), sender.subset or ""
    said = client_tls(mesh, way.host, way.number, *place, client=sender.workload, subset=subset)
    routed = subset_routes(mesh, way, sender, said) if sender.subset is None else ()
    whole = _by_answer(mesh, case, said)
    if not routed:
        return whole
    found = [whole, *(_led(route.note, _by_answer(mesh, case, route.said)) for route in routed)]
    chain = tuple(note for one in found for note in one.chain)
    missing = (missing_route(routed), *(one.missing for one in found))
    return _joined(found, "; ".join(dict.fromkeys(text for text in missing if text)), chain)


def _led(note: Note, choices: Choices) -> Choices:
    sent = tuple(replace(one, chain=(note, *one.chain)) for one in choices.sent)
    return replace(choices, sent=sent, chain=(note, *choices.chain))


def _by_answer(mesh: MeshView, case: _Case, said: ClientTls) -> Choices:
    """What is sent by what rules for clients say, each way where they leave several."""
    if said.mode is not TlsMode.UNKNOWN:
        return _by_rule(mesh, case, said)
    return _joined(
        (_by_rule(mesh, case, ClientTls(mode, said.chain)) for mode in said.options), said.missing, said.chain
    )


def _by_rule(mesh: MeshView, case: _Case, said: ClientTls) -> Choices:
    """What is sent by one answer of the rules for clients."""
    if case.receiver.plane is Enrolled.AMBIENT:
        return _by_tunnel(mesh, case, said, "sidecars reach ambient workloads by HBONE")
    if case.receiver.plane is Enrolled.SIDECAR and case.receiver.gateway is None:
        return _to_sidecar(mesh, case, said)
    return _untunnelled(mesh, case, said)


def _to_sidecar(mesh: MeshView, case: _Case, said: ClientTls) -> Choices:
    """What is sent to a sidecar: tunnels where they are preferred, or mTLS is not to be had, and it takes them.

    (`istio/istio: pilot/pkg/xds/endpoints/endpoint_builder.go`, buildEnvoyLbEndpoint)
    """
    plain, reason = _untunnelled(mesh, case, said), "the server's sidecar takes HBONE"
    prefers = mesh_config(mesh, case.sender.cluster).flag(_PREFERS, default=False)
    if not prefers and has_tls_label(case.server):
        return plain
    takes, chain = takes_hbone(mesh, case.server)
    if takes is Tunnels.YES:
        return _by_tunnel(mesh, case, said, reason)
    if takes is Tunnels.NO or not prefers:
        return plain
    return _joined([_by_tunnel(mesh, case, said, reason), plain], HBONE_MISSING, chain)


def _untunnelled(mesh: MeshView, case: _Case, said: ClientTls) -> Choices:
    match said.mode:
        case TlsMode.AUTO | TlsMode.MARKED:
            return _automatic(mesh, case, said)
        case TlsMode.ISTIO_MUTUAL:
            return _one(Cargo.MESH_TLS, "the client's settings ask for mTLS", said.chain, is_insisted=True)
        case TlsMode.SIMPLE | TlsMode.MUTUAL:
            return _one(Cargo.OWN_TLS, "the client's DestinationRule starts TLS of its own", said.chain)
        case _:
            return _one(Cargo.PLAINTEXT, "the client's DestinationRule turns TLS off", said.chain)


def _by_tunnel(mesh: MeshView, case: _Case, said: ClientTls, reason: str) -> Choices:
    """Tunnels need endpoints to choose from and a control plane in ambient mode; settings for TLS do not stop them.

    Before 1.25 mesh TLS that a rule asked for took the tunnel's place (`istio/istio`, pull request 54914).
    """
    plain = _untunnelled(mesh, case, said)
    own = _has_endpoints(mesh, case)
    if own is False or (said.mode is TlsMode.ISTIO_MUTUAL and mesh.release("istio") < _MUTUAL_SINCE):
        return plain
    sends, chain = sends_hbone(mesh, case.sender.cluster, case.sender.workload)
    if sends is Tunnels.NO:
        return Choices(tuple(replace(sent, chain=(*sent.chain, *chain)) for sent in plain.sent), plain.missing)
    tunnel = Sent(Cargo.HBONE, reason, chain)
    if own is None:
        return _with(tunnel, plain, _balancing_missing(case))
    return Choices((tunnel,)) if sends is Tunnels.YES else _with(tunnel, plain, _AMBIENT_MISSING)


def _automatic(mesh: MeshView, case: _Case, said: ClientTls) -> Choices:
    """Automatic mTLS: the mode of the service's namespace first, then that of the endpoint.

    An entry for the port that takes a rule's ISTIO_MUTUAL away leaves the endpoint marked for mTLS all the same.
    (`istio/istio: pilot/pkg/model/push_context.go`, BestEffortInferServiceMTLSMode;
    `pilot/pkg/xds/endpoints/mtls_checker.go`)
    """
    service, chain, is_marked = case.way.service, said.chain, said.mode is TlsMode.MARKED
    reason = _outside_mesh(case) or ("" if is_marked else _untold(case))
    if reason or service is None:
        return _one(Cargo.PLAINTEXT, reason, chain)
    config = mesh_config(mesh, case.server.cluster)
    if not config.auto_mtls:
        switch = (config.node.note("turns automatic mTLS off"),) if config.node is not None else ()
        reason = "automatic mTLS is off and no DestinationRule turns mTLS on"
        return _one(Cargo.PLAINTEXT, reason, (*chain, *switch))
    wide = _mode_of_namespace(mesh, case, service)
    if wide.mode is MtlsMode.DISABLE:
        reason = "mTLS is disabled for the service's namespace, and clients look at nothing narrower"
        return _one(Cargo.PLAINTEXT, reason, (*chain, *wide.chain))
    found = _by_endpoint(mesh, case, service, chain, is_marked=is_marked)
    if MtlsMode.DISABLE not in wide.possible:
        return found
    plain = Sent(Cargo.PLAINTEXT, "mTLS may be disabled for the service's namespace", (*chain, *wide.chain))
    return _with(plain, found, wide.missing)


def _mode_of_namespace(mesh: MeshView, case: _Case, service: Resource) -> ServerMode:
    """The mode of the service's namespace; where it is open, a server without an object of its own has the same."""
    wide, server, mode = namespace_mode(mesh, service.namespace, service.cluster), case.server, case.receiver.mode
    if wide.mode is not MtlsMode.UNKNOWN or case.receiver.plane is not Enrolled.SIDECAR or mode is None:
        return wide
    inherits = service.namespace == server.namespace and not workload_policies(mesh, server)
    return replace(wide, mode=mode.mode) if inherits else wide


def _untold(case: _Case) -> str:
    """Why clients take the server for one without mesh TLS; empty where they do not."""
    if case.receiver.plane is Enrolled.NONE:
        return "the server is not in the mesh"
    if case.receiver.plane is Enrolled.AMBIENT:
        return "ambient workloads take no mTLS outside of a tunnel"
    if case.receiver.gateway is not None:
        return "gateways carry no label that tells of mTLS, so automatic mTLS leaves them out"
    if not has_tls_label(case.server):
        return f"label '{TLS_MODE}' says that the server takes no mTLS"
    return ""


def _outside_mesh(case: _Case) -> str:
    """Why there is no automatic mTLS for the service at all; empty where there may be."""
    service = case.way.service
    if service is not None and service.kind == SERVICE_ENTRY and not _is_internal(service):
        return "hosts outside of the mesh get no automatic mTLS"
    return ""


def _is_internal(entry: Resource) -> bool:
    return entry.root.text_at("spec.location") == "MESH_INTERNAL"


def _by_endpoint(
    mesh: MeshView, case: _Case, service: Resource, chain: tuple[Note, ...], *, is_marked: bool
) -> Choices:
    own, mode = _has_endpoints(mesh, case), case.receiver.mode
    if is_marked:
        mine = _one(Cargo.MESH_TLS, "the client's DestinationRule marks every endpoint for mTLS", chain)
    elif mode is not None and mode.mode is MtlsMode.DISABLE:
        mine = _one(Cargo.PLAINTEXT, "the server disables mTLS on this port", chain)
    else:
        mine = _one(Cargo.MESH_TLS, "automatic mTLS", chain)
    if own is True:
        return mine
    together = _all_or_nothing(mesh, service, chain)
    return together if own is False else _joined([mine, together], _balancing_missing(case), chain)


def _has_endpoints(mesh: MeshView, case: _Case) -> bool | None:
    """Whether the client's proxy chooses among endpoints, rather than to keep the address; None where not known.

    It keeps addresses of headless services, unless it is a gateway's or istiod is told otherwise, and those for which
    a rule passes the choice on. (`istio/istio: pilot/pkg/networking/core/cluster.go`, convertResolution)
    """
    sender, way = case.sender, case.way
    headless = way.form is not Form.SERVICE and not sender.is_gateway
    if headless and not mesh_config(mesh, case.server.cluster).flag(_EDS_FOR_HEADLESS, default=False):
        return False
    passes = passes_through(mesh, way.host, way.number, sender.namespace, sender.cluster, client=sender.workload)
    return None if passes is None else not passes


def _balancing_missing(case: _Case) -> str:
    return f"which DestinationRule for '{case.way.host}' is the oldest, since one of them passes addresses through"


def _all_or_nothing(mesh: MeshView, service: Resource, chain: tuple[Note, ...]) -> Choices:
    """Where the proxy keeps the address, it is mTLS only if every endpoint of the service runs a sidecar."""
    mutual = Sent(Cargo.MESH_TLS, "automatic mTLS, since all pods behind the service run a sidecar", chain)
    without = mesh.once(_without_sidecar, service)
    if without is None:
        return Choices((mutual,))
    workload, enrolled = without
    what = "headless service" if is_headless(service) else "service"
    reason = f"'{workload.title}' behind the {what} runs no sidecar, so nobody behind it gets mTLS"
    plain = Sent(Cargo.PLAINTEXT, reason, (*chain, *enrolled.chain))
    if enrolled.mode is not Enrolled.UNKNOWN:
        return Choices((plain,))
    return Choices((mutual, plain), enrolled.missing, enrolled.chain)


def _without_sidecar(mesh: MeshView, service: Resource) -> tuple[Workload, Enrolment] | None:
    """A workload behind a service that is known to run no sidecar, else one of which it is not known."""
    found = [(workload, enrolment(mesh, workload)) for workload in workloads_of(mesh, service)]
    lacking = [one for one in found if one[1].mode is not Enrolled.SIDECAR or not has_tls_label(one[0])]
    known = (one for one in lacking if one[1].mode is not Enrolled.UNKNOWN)
    return next(known, lacking[0] if lacking else None)


def _outbound(mesh: MeshView, case: _Case) -> Outbound:
    sender, way = case.sender, case.way
    if sender.workload is not None:
        return outbound(mesh, sender.workload, way.service, way.number)
    return outbound_from(mesh, sender.namespace, sender.cluster, way.service, way.number)


def _bypass(mesh: MeshView, case: _Case) -> Bypass | None:
    client = case.sender.workload
    return None if client is None or case.sender.is_gateway else outbound_past(mesh, client, case.server, case.way)


def _one(cargo: Cargo, reason: str, chain: tuple[Note, ...], *, is_insisted: bool = False) -> Choices:
    return Choices((Sent(cargo, reason, chain, is_insisted),))


def _with(sent: Sent, others: Choices, missing: str) -> Choices:
    return Choices((sent, *others.sent), missing, others.chain)


def _joined(found: Iterable[Choices], missing: str, chain: tuple[Note, ...]) -> Choices:
    return Choices(tuple(sent for choices in found for sent in choices.sent), missing, chain)
