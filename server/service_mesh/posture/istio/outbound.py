"""What a client's sidecar does with a host: whether its `Sidecar` imports it, and what becomes of what it does not.

Only sidecars ask this: gateways and ztunnel read no `Sidecar` and no outbound policy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import NamedTuple

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.hosts import MESH_WIDE, covers, service_host, split_scope
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY, SIDECAR
from service_mesh.model.networks import Network
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.sidecar_scopes import scopes_of

__all__ = [
    "OUTBOUND_KINDS",
    "Address",
    "Import",
    "Outbound",
    "Passage",
    "hosts_of",
    "imports_of",
    "outbound",
    "outbound_by",
    "outbound_from",
]

OUTBOUND_KINDS = (SERVICE, SERVICE_ENTRY, SIDECAR)
"""The kinds that are read here besides the installation's."""

Address = IPv4Address | IPv6Address

_PROXY_PROTOCOL = "HTTP_PROXY"
_NOWHERE = "~"


class Passage(StrEnum):
    """What a sidecar does with a host.

    Attributes:
        IMPORTED: It knows the host, so mesh TLS and rules for it count.
        PASSED_THROUGH: It does not, and sends the connection on as it is.
        BLOCKED: It does not, and refuses the connection.
        UNKNOWN: The input does not tell.
    """

    IMPORTED = "imported"
    PASSED_THROUGH = "passed through"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outbound:
    """What a sidecar does with a host, and why.

    Attributes:
        passage: What it does.
        reason: Why, in one sentence.
        chain: The settings that decide it.
        missing: What would have to be known, where it is unknown.
        options: What it may do, where that is unknown.
    """

    passage: Passage
    reason: str
    chain: tuple[Note, ...] = ()
    missing: str = ""
    options: tuple[Passage, ...] = ()

    @property
    def may_block(self) -> bool:
        """Whether it refuses the host, or that is not known."""
        return Passage.BLOCKED in (self.passage, *self.options)


_KNOWN = Outbound(Passage.IMPORTED, "every host that is exported is known")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, so that it is answered once."""

    namespace: str
    cluster: str
    client: Workload | None
    to: Resource | str | Address | None
    port: int | None

    @property
    def is_outside(self) -> bool:
        """Whether it is about a host or address, which objects that are not loaded may declare."""
        return self.to is not None and not isinstance(self.to, Resource)


def outbound(mesh: MeshView, client: Workload, to: Resource | str | Address | None, port: int | None) -> Outbound:
    """Tell what the sidecar of a client does with a host.

    The Sidecar that counts is one that selects the client, else the namespace's own, else that of the root namespace;
    of several on one step the oldest. Without one everything that is exported to the namespace is imported. What a
    `Sidecar` says of unknown hosts hides what the mesh configuration says. A host or an address on a port that nobody
    declares for it is as unknown as any other, since listeners and routes are made port by port.
    (`istio/istio: pilot/pkg/model/push_context.go`, getSidecarScope; `pilot/pkg/model/sidecar.go`;
    `pilot/pkg/networking/core/listener.go`, buildSidecarOutboundListener; `pilot/pkg/networking/core/httproute.go`)

    Args:
        mesh: The objects.
        client: Who connects; it runs a sidecar.
        to: The Service or ServiceEntry, or the full host or the address outside, that it addresses; None for an address
            of a pod.
        port: Port of the service; None for any of them.
    """
    return mesh.once(_outbound, _Asked(client.namespace, client.cluster, client, to, port))


def outbound_from(
    mesh: MeshView, namespace: str, cluster: str, to: Resource | str | None, port: int | None
) -> Outbound:
    """Tell what sidecars in a namespace do with a host, whichever they are: Sidecars for chosen pods are left out."""
    return mesh.once(_outbound, _Asked(namespace, cluster, None, to, port))


def outbound_by(
    mesh: MeshView, scopes: tuple[Resource, ...], place: tuple[str, str], to: Resource | None, port: int | None
) -> Outbound:
    """Tell the same of sidecars for which some Sidecars count, as `scopes_of` tells; what is asked is not kept.

    Args:
        mesh: The objects.
        scopes: The Sidecars.
        place: Cluster and namespace of the clients.
        to: The Service or ServiceEntry; None for an address of a pod.
        port: Port of the service.
    """
    return _by_scopes(mesh, _Asked(place[1], place[0], None, to, port), scopes)


def hosts_of(service: Resource) -> tuple[str, ...]:
    """The full hosts that a Service or ServiceEntry declares."""
    if service.kind == SERVICE:
        return (service_host(service.name, service.namespace),)
    return tuple(node.text for node in service.each("spec.hosts[]") if node.text)


def imports_of(mesh: MeshView, scope: Resource, namespace: str) -> "tuple[Import, ...] | None":
    """What a Sidecar imports for clients of a namespace, in its order; None where it has no listeners."""
    return mesh.once(_imports, (scope, namespace))


def _outbound(mesh: MeshView, asked: _Asked) -> Outbound:
    mesh.mark_read(*OUTBOUND_KINDS)
    return _by_scopes(mesh, asked, scopes_of(mesh, asked.namespace, asked.cluster, asked.client))


def _by_scopes(mesh: MeshView, asked: _Asked, scopes: tuple[Resource, ...]) -> Outbound:
    if len(scopes) == 1:
        return _under(mesh, asked, scopes[0])
    if not scopes:
        return _under(mesh, asked, None)
    answers = [_under(mesh, asked, scope) for scope in scopes]
    if len({answer.passage for answer in answers}) == 1:
        return answers[0]
    titles = ", ".join(f"'{scope.title}'" for scope in scopes[:3])
    chain = tuple(scope.root.note("applies if it is the oldest") for scope in scopes[:3])
    missing = f"which of {titles} is the oldest, since that one counts alone"
    options = tuple(dict.fromkeys(one for found in answers for one in found.options or (found.passage,)))
    return Outbound(Passage.UNKNOWN, "it is not known which Sidecar counts", chain, missing, options)


def _under(mesh: MeshView, asked: _Asked, scope: Resource | None) -> Outbound:
    """The answer if this Sidecar counts, or none does."""
    if asked.to is None:
        return _left_out(mesh, asked, scope, "pods addressed directly are no host of the mesh")
    found = _declaring(mesh, asked)
    seen = [one for one in found if visibility(mesh, one).reaches(asked.namespace)]
    served = [one for one in seen if not asked.is_outside or asked.port is None or _has_port(one, asked.port, None)]
    if not served:
        return _left_out(mesh, asked, scope, _unseen(asked, found, seen))
    imports = imports_of(mesh, scope, asked.namespace) if scope is not None else None
    if imports is None:
        return _KNOWN
    taking = [one for one in imports if _takes(one, served, asked)]
    taken = next((one for one in taking if not one.is_bound), None)
    if taken is not None:
        chain = (taken.node.note("imports the host"),)
        return Outbound(Passage.IMPORTED, "the client's Sidecar imports the host", chain)
    left_out = _left_out(mesh, asked, scope, "the client's Sidecar does not import the host")
    if taking:
        chain = (taking[0].node.note("imports the host for an address of the sidecar's own"),)
        missing = "whether the client connects to the address that its Sidecar binds, or to the service's"
        reason = "the host is imported for an address of the sidecar's own"
        options = Passage.IMPORTED, *(left_out.options or (left_out.passage,))
        return Outbound(Passage.UNKNOWN, reason, chain, missing, options)
    return left_out


def _declaring(mesh: MeshView, asked: _Asked) -> tuple[Resource, ...]:
    """What declares a host or an address, whoever sees it."""
    if isinstance(asked.to, Resource):
        return (asked.to,)
    if isinstance(asked.to, str):
        return declared_anywhere(mesh, asked.to, asked.cluster)
    held = mesh.index(_by_address).get(asked.cluster, ())
    return tuple(entry for network, entry in held if asked.to in network)


def _unseen(asked: _Asked, found: tuple[Resource, ...], seen: list[Resource]) -> str:
    """Why nothing that the client sees declares what it addresses."""
    if seen:
        return f"'{seen[0].title}' has no port {asked.port}"
    if found:
        return f"'{found[0].title}' is not exported to the client"
    return f"no service has this {'host' if isinstance(asked.to, str) else 'address'}"


class Import(NamedTuple):
    """One host of a listener of a Sidecar.

    Attributes:
        place: The namespace that it imports from, or `*`.
        pattern: The host.
        number: The only port that it is for; None for all.
        is_bound: Whether it is for an address of the sidecar's own.
        node: Where it is written.
    """

    place: str
    pattern: str
    number: object
    is_bound: bool
    node: Node


def _imports(mesh: MeshView, about: tuple[Resource, str]) -> tuple[Import, ...] | None:  # noqa: ARG001  # a question
    scope, namespace = about
    listeners = tuple(scope.each("spec.egress[]"))
    return tuple(one for listener in listeners for one in _of_listener(listener, namespace)) if listeners else None


def _of_listener(listener: Node, namespace: str) -> Iterator[Import]:
    number, protocol = listener.get("port.number"), listener.text_at("port.protocol")
    only = number.value if number is not None and protocol.upper() != _PROXY_PROTOCOL else None
    bound = _is_bound(listener)
    for node in listener.each("hosts[]"):
        if node.text.count("/") == 1:
            yield Import(*split_scope(node.text, namespace), only or None, bound, node)


def _takes(one: Import, services: list[Resource], asked: _Asked) -> bool:
    """Whether a host of a Sidecar imports one of some services."""
    for service in services:
        if one.place not in (MESH_WIDE, service.namespace):
            continue
        if one.number is not None and not _has_port(service, one.number, asked.port):
            continue
        if one.pattern == MESH_WIDE or _names(one.pattern, service, asked):
            return True
    return False


def _names(pattern: str, service: Resource, asked: _Asked) -> bool:
    hosts = hosts_of(service)
    if isinstance(asked.to, str):
        hosts = tuple(host for host in hosts if covers(host, asked.to))
    return any(covers(pattern, host) for host in hosts)


def _has_port(service: Resource, number: object, asked: int | None) -> bool:
    if asked is not None and asked != number:
        return False
    return any(port_number(port) == number for port in service.each("spec.ports[]"))


def _is_bound(listener: Node) -> bool:
    """Whether a listener is for an address of the sidecar's own, which applications connect to on purpose."""
    is_proxy = listener.text_at("port.protocol").upper() == _PROXY_PROTOCOL
    return bool(listener.text_at("bind")) or listener.text_at("captureMode") == "NONE" or is_proxy


def _left_out(mesh: MeshView, asked: _Asked, scope: Resource | None, reason: str) -> Outbound:
    """What becomes of a host that is not known to the sidecar."""
    said = mesh.once(_unknown_hosts, (scope, asked.cluster))
    if said.passage is Passage.UNKNOWN:
        reason = f"{reason}, and goes to an egress proxy"
        return Outbound(said.passage, reason, said.chain, said.missing, said.options)
    if said.passage is Passage.PASSED_THROUGH:
        missing = _may_be_refused(mesh, asked, scope) if asked.is_outside else ""
        if missing:
            return Outbound(Passage.UNKNOWN, reason, said.chain, missing, (said.passage, Passage.BLOCKED))
        return Outbound(said.passage, reason, said.chain)
    missing = _may_be_declared(mesh, asked, scope) if asked.is_outside else ""
    if missing:
        options = Passage.IMPORTED, Passage.BLOCKED
        return Outbound(Passage.UNKNOWN, f"{reason}, as far as is loaded", said.chain, missing, options)
    return Outbound(Passage.BLOCKED, f"{reason}, and unknown hosts are blocked", said.chain)


def _unknown_hosts(mesh: MeshView, about: tuple[Resource | None, str]) -> Outbound:
    """What is done with hosts that are not known, by a Sidecar or without one."""
    scope, cluster = about
    policy = scope.get("spec.outboundTrafficPolicy") if scope is not None else None
    chain = (_anchor(scope).note("is the Sidecar that counts for the client"),) if scope is not None else ()
    if policy is not None:
        # The first value of the enumeration counts where no mode is written.
        refuses: bool = policy.text_at("mode") != "ALLOW_ANY"
        node: Node | None = policy.get("mode") or policy
        if not refuses and policy.get("egressProxy") is not None:
            notes = (*chain, policy.note("hands unknown hosts to an egress proxy"))
            missing = "what the egress proxy of the Sidecar does with it"
            return Outbound(Passage.UNKNOWN, "", notes, missing, (Passage.PASSED_THROUGH, Passage.BLOCKED))
    else:
        config = mesh_config(mesh, cluster)
        refuses, node = config.blocks_unknown_hosts, config.node
    if not refuses:
        return Outbound(Passage.PASSED_THROUGH, "", chain)
    notes = (*chain, *((node.note("refuses hosts that are not known"),) if node is not None else ()))
    return Outbound(Passage.BLOCKED, "", notes)


def _may_be_refused(mesh: MeshView, asked: _Asked, scope: Resource | None) -> str:
    """What would have to be loaded to tell that unknown hosts are not refused; empty where that is known."""
    if scope is not None and scope.get("spec.outboundTrafficPolicy") is not None:
        return ""
    root = root_namespace(mesh, asked.cluster)
    if mesh_config(mesh, asked.cluster).is_known or mesh.is_complete(root, asked.cluster):
        return ""
    return f"the mesh configuration, ConfigMap 'istio' of namespace '{root}', which may say REGISTRY_ONLY"


def _may_be_declared(mesh: MeshView, asked: _Asked, scope: Resource | None) -> str:
    """What would have to be loaded to tell that nothing else declares what is addressed; empty where nothing may."""
    if mesh.is_whole or mesh.is_listed(SERVICE_ENTRY, asked.cluster):
        return ""
    title = f"'{asked.to}' port {asked.port}" if asked.port is not None else f"'{asked.to}'"
    listeners = tuple(scope.each("spec.egress[]")) if scope is not None else ()
    if not listeners:
        return f"the ServiceEntries for {title} in namespaces that are not loaded"
    written = (node.text for one in listeners for node in one.each("hosts[]") if node.text.count("/") == 1)
    scopes = (split_scope(text, asked.namespace) for text in written)
    named = [place for place, pattern in scopes if not isinstance(asked.to, str) or covers(pattern, asked.to)]
    places = [place for place in named if place != _NOWHERE]
    absent = [place for place in places if place == MESH_WIDE or not mesh.is_complete(place, asked.cluster)]
    if not absent:
        return ""
    where = "namespaces that are not loaded" if MESH_WIDE in absent else f"namespace '{absent[0]}'"
    return f"the ServiceEntries for {title} in {where}"


def _anchor(scope: Resource) -> Node:
    return scope.get("spec.egress") or scope.root


def _by_address(mesh: MeshView) -> Mapping[str, list[tuple[Network, Resource]]]:
    """Cluster -> the addresses of ServiceEntries in it."""
    found: dict[str, list[tuple[Network, Resource]]] = {}
    for entry in mesh.of_kind(SERVICE_ENTRY):
        for node in entry.each("spec.addresses[]"):
            try:
                found.setdefault(entry.cluster, []).append((ip_network(node.text[:64], strict=False), entry))
            except ValueError:
                continue
    return found
