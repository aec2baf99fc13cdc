"""Where what clients send and what a server accepts do not fit, by the rule and by the policy that say so.

Clients in a service's own namespace are looked at, or in one with sidecars where that has none, and those of namespaces
with a rule of their own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from service_mesh.mesh.destination_rules import has_selector, rule_host, rules_about
from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload
from service_mesh.model.hosts import covers, is_wildcard, service_host, service_name
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.istio.client_tls import ClientTls, TlsMode, client_tls, tls_settings
from service_mesh.posture.istio.clients import CLIENT_NAMESPACE_KINDS, lacks_sidecars, sidecar_namespaces
from service_mesh.posture.istio.enrolment import Enrolled, enrolment
from service_mesh.posture.istio.namespaces import NAMESPACE_ENROLMENT_KINDS, namespace_enrolment
from service_mesh.posture.istio.peer_authentication import MtlsMode, ServerMode
from service_mesh.posture.istio.transport import TRANSPORT_KINDS, accepted
from service_mesh.rules.istio._tls import mode_of

__all__ = ["CONFLICT_KINDS", "Clash", "Conflict", "conflicts_at", "refused_at", "sent_by_wide_rule"]

CONFLICT_KINDS = tuple(dict.fromkeys((*TRANSPORT_KINDS, *CLIENT_NAMESPACE_KINDS, *NAMESPACE_ENROLMENT_KINDS)))
"""The kinds that are read here."""

_MOST = 5
"""Servers of one sort, and namespaces of clients, that stand for all of them."""

_SERVERS = 50
"""Workloads of one service that are looked at."""

_PLACES = 50
"""Namespaces with sidecars of which one is looked for that is served a rule."""

_NOT_MESH = frozenset({TlsMode.DISABLE, TlsMode.RESET, TlsMode.SIMPLE, TlsMode.MUTUAL})


class Clash(StrEnum):
    """How the two sides do not fit.

    Attributes:
        REFUSED: Clients send something else than mTLS by a rule, and the server takes nothing else.
        PLAIN: Clients send plaintext because nothing tells them otherwise, and the server takes only mTLS.
        DISABLED: Clients send mTLS, and the server has it disabled.
        OUTSIDE: Clients send mTLS, and the server is not in the mesh.
    """

    REFUSED = "refused"
    PLAIN = "plain"
    DISABLED = "disabled"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One case of it.

    Attributes:
        clash: What does not fit.
        client: The setting of clients; None where there is none.
        server: The setting of the server; None where the built-in default or nothing counts.
        workload: A server that it happens to.
        service: The service that it is reached by.
        port: The container port.
        namespace: Namespace of the clients; empty where none with sidecars is known.
    """

    clash: Clash
    client: Node | None
    server: Node | None
    workload: Workload
    service: Resource
    port: int
    namespace: str

    @property
    def clients(self) -> str:
        """The clients in words."""
        return f"clients in namespace '{self.namespace}'" if self.namespace else "clients with a sidecar"


def conflicts_at(mesh: MeshView, resource: Resource) -> tuple[Conflict, ...]:
    """The conflicts that a DestinationRule or a PeerAuthentication has a part in."""
    return mesh.index(_by_resource).get(resource.key, ())


def refused_at(mesh: MeshView, rule: Resource) -> Iterator[Conflict]:
    """The settings of a DestinationRule that some server refuses, each with the first such server."""
    seen: set[object] = set()
    for conflict in conflicts_at(mesh, rule):
        node = conflict.client
        if conflict.clash is Clash.REFUSED and node is not None and node.resource is rule and node.path not in seen:
            seen.add(node.path)
            yield conflict


def sent_by_wide_rule(mesh: MeshView, conflict: Conflict) -> bool:
    """Tell whether clients send mTLS by a rule for many hosts, or would if that for the one host were not there."""
    if conflict.client is None:
        return False
    cluster, service = conflict.service.cluster, conflict.service
    if is_wildcard(rule_host(conflict.client.resource)):
        return True
    asked = (conflict.namespace, service.namespace, root_namespace(mesh, cluster))
    return any(
        is_wildcard(rule_host(rule)) and rule.namespace in asked and _sends_mutual(mesh, rule, conflict.namespace)
        for rule in rules_about(mesh, service_host(service.name, service.namespace), cluster)
    )


def _sends_mutual(mesh: MeshView, rule: Resource, namespace: str) -> bool:
    tls = rule.get("spec.trafficPolicy.tls")
    said = tls is not None and mode_of(tls) == TlsMode.ISTIO_MUTUAL
    return said and not has_selector(rule) and visibility(mesh, rule).reaches(namespace)


def _by_resource(mesh: MeshView) -> Mapping[ResourceKey, tuple[Conflict, ...]]:
    mesh.mark_read(*CONFLICT_KINDS)
    found: dict[ResourceKey, list[Conflict]] = {}
    for conflict in _conflicts(mesh):
        for node in (conflict.client, conflict.server):
            if node is not None:
                found.setdefault(node.resource.key, []).append(conflict)
    return {key: tuple(conflicts) for key, conflicts in found.items()}


def _conflicts(mesh: MeshView) -> Iterator[Conflict]:
    rules = [rule for rule in mesh.of_kind(DESTINATION_RULE) if any(True for _ in tls_settings(rule))]
    speaking = frozenset(rule.key for rule in rules)
    touchy = _Touchy()
    for service in mesh.of_kind(SERVICE):
        if not speaking and mesh_config(mesh, service.cluster).auto_mtls:
            continue
        for server in _servers(mesh, service):
            touchy.add(server)
            for namespace in _clients(mesh, server, speaking):
                yield from _meeting(mesh, server, namespace)
    for rule in rules:
        yield from islice(_of_wide_rule(mesh, rule, touchy), 1)


def _of_wide_rule(mesh: MeshView, rule: Resource, touchy: "_Touchy") -> Iterator[Conflict]:
    """What clients in a wide rule's namespace meet elsewhere: the first case is enough, and few servers are asked."""
    host = rule_host(rule)
    if not is_wildcard(host) or has_selector(rule) or _serves_nobody(mesh, rule):
        return
    modes = {mode_of(tls) for tls in tls_settings(rule)}
    mutual, other = TlsMode.ISTIO_MUTUAL in modes, bool(modes - {TlsMode.ISTIO_MUTUAL})
    wanted = [*([MtlsMode.STRICT] if other else []), *([MtlsMode.DISABLE, None] if mutual else [])]
    for server in touchy.below(rule.cluster, host, wanted):
        if server.service.namespace != rule.namespace:
            yield from _meeting(mesh, server, rule.namespace)


@dataclass(frozen=True, slots=True)
class _Server:
    """A port of a workload behind a service that does not take everything."""

    service: Resource
    workload: Workload
    entry: Node
    port: int
    mode: ServerMode | None

    @property
    def host(self) -> str:
        """The host that clients address."""
        return service_host(self.service.name, self.service.namespace)

    @property
    def accepts(self) -> MtlsMode | None:
        """What it accepts; None outside the mesh."""
        return self.mode.mode if self.mode is not None else None


class _Touchy:
    """Servers by what they accept and where they are: a few of each stand for all, so that wide rules stay cheap."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, MtlsMode | None], list[_Server]] = {}

    def add(self, server: _Server) -> None:
        """Keep a server, for its namespace and for the whole cluster."""
        for place in (server.service.namespace, ""):
            kept = self._found.setdefault((server.service.cluster, place, server.accepts), [])
            if len(kept) < _MOST:
                kept.append(server)

    def below(self, cluster: str, wildcard: str, wanted: Iterable[MtlsMode | None]) -> Iterator[_Server]:
        """Servers that accept one of some modes and whose hosts a wildcard covers."""
        named = service_name(f"any{wildcard[1:]}")
        for accepts in wanted:
            kept = self._found.get((cluster, named.namespace if named else "", accepts), ())
            yield from (server for server in kept if covers(wildcard, server.host))


def _servers(mesh: MeshView, service: Resource) -> Iterator[_Server]:
    for workload in workloads_of(mesh, service)[:_SERVERS]:
        # Nothing turns off the mTLS that ztunnel speaks, and sidecars use it towards ambient workloads too.
        if enrolment(mesh, workload).mode is Enrolled.AMBIENT:
            continue
        for entry in service.each("spec.ports[]"):
            port = target_number(entry, workload)
            mode = accepted(mesh, workload, port) if port is not None else None
            if port is not None and (mode is None or mode.mode in (MtlsMode.STRICT, MtlsMode.DISABLE)):
                yield _Server(service, workload, entry, port, mode)


def _clients(mesh: MeshView, server: _Server, speaking: frozenset[ResourceKey]) -> Iterator[str]:
    """Namespaces whose clients are looked at: the service's own and those with a rule for just this host."""
    home = server.service.namespace
    yield from [home] if not lacks_sidecars(mesh, home, server.service.cluster) else _elsewhere(mesh, server)
    foreign = {home}
    for rule in rules_about(mesh, server.host, server.service.cluster):
        if is_wildcard(rule_host(rule)) or len(foreign) > _MOST:
            return
        if rule.key in speaking and rule.namespace not in foreign and not _serves_nobody(mesh, rule):
            foreign.add(rule.namespace)
            yield rule.namespace


def _elsewhere(mesh: MeshView, server: _Server) -> Iterator[str]:
    """A namespace with sidecars that a rule about a server reaches; the server's own if no sidecar is known at all."""
    cluster = server.service.cluster
    known = sidecar_namespaces(mesh, cluster)
    seen = [visibility(mesh, rule) for rule in rules_about(mesh, server.host, cluster)[:_MOST]]
    if known:
        yield from islice((name for name in known[:_PLACES] if any(one.reaches(name) for one in seen)), 1)
    else:
        yield server.service.namespace


def _serves_nobody(mesh: MeshView, rule: Resource) -> bool:
    """Whether only clients of its own namespace get a rule for a host elsewhere, and there are none."""
    namespace, cluster = rule.namespace, rule.cluster
    if namespace == root_namespace(mesh, cluster) or not mesh.is_complete(namespace, cluster):
        return False
    return lacks_sidecars(mesh, namespace, cluster)


def _meeting(mesh: MeshView, server: _Server, namespace: str) -> Iterator[Conflict]:
    cluster = server.service.cluster
    if namespace_enrolment(mesh, namespace, cluster).mode is Enrolled.AMBIENT:
        return
    sent = client_tls(mesh, server.host, port_number(server.entry), namespace, cluster)
    clash = _clash(mesh, sent, server.accepts, cluster)
    if clash is not None:
        client = sent.chain[-1].node if sent.chain else None
        setter = server.mode.chain[-1].node if server.mode is not None and server.mode.chain else None
        known = "" if lacks_sidecars(mesh, namespace, cluster) else namespace
        yield Conflict(clash, client, setter, server.workload, server.service, server.port, known)


def _clash(mesh: MeshView, sent: ClientTls, accepts: MtlsMode | None, cluster: str) -> Clash | None:
    if accepts is MtlsMode.STRICT:
        if sent.mode in _NOT_MESH:
            return Clash.REFUSED
        plain = sent.mode in (TlsMode.AUTO, TlsMode.MARKED) and not mesh_config(mesh, cluster).auto_mtls
        return Clash.PLAIN if plain else None
    if sent.mode is TlsMode.ISTIO_MUTUAL:
        return Clash.OUTSIDE if accepts is None else Clash.DISABLED
    return None
