"""What a client's sidecar does with a host: whether its `Sidecar` imports it, and what becomes of what it does not.

Only sidecars ask this: gateways and ztunnel read no `Sidecar` and no outbound policy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.selection import SelectorIndex, policy_selector
from service_mesh.mesh.services import declaring
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.finding import Note
from service_mesh.model.hosts import MESH_WIDE, covers, service_host, split_scope
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY, SIDECAR
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector

__all__ = ["OUTBOUND_KINDS", "Outbound", "Passage", "hosts_of", "outbound", "outbound_from", "scopes_of"]

OUTBOUND_KINDS = (SERVICE, SERVICE_ENTRY, SIDECAR)
"""The kinds that are read here besides the installation's."""

_PROXY_PROTOCOL = "HTTP_PROXY"


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
    """

    passage: Passage
    reason: str
    chain: tuple[Note, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, so that it is answered once."""

    namespace: str
    cluster: str
    client: Workload | None
    to: Resource | str | None
    port: int | None


def outbound(mesh: MeshView, client: Workload, to: Resource | str | None, port: int | None) -> Outbound:
    """Tell what the sidecar of a client does with a host.

    The Sidecar that counts is one that selects the client, else the namespace's own, else that of the root namespace;
    of several on one step the oldest. Without one everything that is exported to the namespace is imported. What a
    `Sidecar` says of unknown hosts hides what the mesh configuration says.
    (`istio/istio: pilot/pkg/model/push_context.go`, getSidecarScope; `pilot/pkg/model/sidecar.go`)

    Args:
        mesh: The objects.
        client: Who connects; it runs a sidecar.
        to: The Service or ServiceEntry, or the full host, that it addresses; None for an address of a pod.
        port: Port of the service; None for any of them.
    """
    return mesh.once(_outbound, _Asked(client.namespace, client.cluster, client, to, port))


def outbound_from(
    mesh: MeshView, namespace: str, cluster: str, to: Resource | str | None, port: int | None
) -> Outbound:
    """Tell what sidecars in a namespace do with a host, whichever they are: Sidecars for chosen pods are left out."""
    return mesh.once(_outbound, _Asked(namespace, cluster, None, to, port))


def scopes_of(mesh: MeshView, namespace: str, cluster: str, client: Workload | None = None) -> tuple[Resource, ...]:
    """The Sidecar that counts for a client or for a namespace's clients; several where their age does not tell."""
    return mesh.once(_scopes, (namespace, cluster, client))


def hosts_of(service: Resource) -> tuple[str, ...]:
    """The full hosts that a Service or ServiceEntry declares."""
    if service.kind == SERVICE:
        return (service_host(service.name, service.namespace),)
    return tuple(node.text for node in service.each("spec.hosts[]") if node.text)


def _outbound(mesh: MeshView, asked: _Asked) -> Outbound:
    mesh.mark_read(*OUTBOUND_KINDS)
    scopes = scopes_of(mesh, asked.namespace, asked.cluster, asked.client)
    if not scopes:
        return _under(mesh, asked, None)
    answers = [_under(mesh, asked, scope) for scope in scopes]
    if len({answer.passage for answer in answers}) == 1:
        return answers[0]
    titles = ", ".join(f"'{scope.title}'" for scope in scopes[:3])
    chain = tuple(scope.root.note("applies if it is the oldest") for scope in scopes[:3])
    missing = f"which of {titles} is the oldest, since that one counts alone"
    return Outbound(Passage.UNKNOWN, "it is not known which Sidecar counts", chain, missing)


def _under(mesh: MeshView, asked: _Asked, scope: Resource | None) -> Outbound:
    """The answer if this Sidecar counts, or none does."""
    if asked.to is None:
        return _left_out(mesh, asked, scope, "pods addressed directly are no host of the mesh")
    found = declaring(mesh, asked.to, asked.namespace, asked.cluster) if isinstance(asked.to, str) else (asked.to,)
    seen = [one for one in found if visibility(mesh, one).reaches(asked.namespace)]
    if not seen:
        what = "no service has this host" if not found else f"'{found[0].title}' is not exported to the client"
        return _left_out(mesh, asked, scope, what)
    listeners = tuple(scope.each("spec.egress[]")) if scope is not None else ()
    if not listeners:
        return Outbound(Passage.IMPORTED, "every host that is exported is known")
    imports = [(item, entry) for item in listeners if (entry := _import(item, seen, asked)) is not None]
    taken = next((entry for item, entry in imports if not _is_bound(item)), None)
    if taken is not None:
        return Outbound(Passage.IMPORTED, "the client's Sidecar imports the host", (taken.note("imports the host"),))
    if imports:
        chain = (imports[0][1].note("imports the host for an address of the sidecar's own"),)
        missing = "whether the client connects to the address that its Sidecar binds, or to the service's"
        return Outbound(Passage.UNKNOWN, "the host is imported for an address of the sidecar's own", chain, missing)
    return _left_out(mesh, asked, scope, "the client's Sidecar does not import the host")


def _import(listener: Node, services: list[Resource], asked: _Asked) -> Node | None:
    """The entry of a listener that imports one of some services."""
    number, protocol = listener.get("port.number"), listener.text_at("port.protocol")
    if number is not None and number.value and protocol.upper() != _PROXY_PROTOCOL:
        services = [one for one in services if _has_port(one, number.value, asked.port)]
    for node in listener.each("hosts[]"):
        if node.text.count("/") != 1:
            continue
        place, pattern = split_scope(node.text, asked.namespace)
        if any(place in (MESH_WIDE, one.namespace) and _names(pattern, one, asked) for one in services):
            return node
    return None


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
    policy = scope.get("spec.outboundTrafficPolicy") if scope is not None else None
    chain = (_anchor(scope).note("is the Sidecar that counts for the client"),) if scope is not None else ()
    if policy is not None:
        if policy.get("egressProxy") is not None:
            notes = (*chain, policy.note("hands unknown hosts to an egress proxy"))
            missing = "what the egress proxy of the Sidecar does with it"
            return Outbound(Passage.UNKNOWN, f"{reason}, and goes to an egress proxy", notes, missing)
        # The first value of the enumeration counts where no mode is written.
        refuses: bool = policy.text_at("mode") != "ALLOW_ANY"
        node: Node | None = policy.get("mode") or policy
    else:
        config = mesh_config(mesh, asked.cluster)
        refuses, node = config.blocks_unknown_hosts, config.node
    if not refuses:
        return Outbound(Passage.PASSED_THROUGH, reason, chain)
    notes = (node.note("refuses hosts that are not known"),) if node is not None else ()
    return Outbound(Passage.BLOCKED, f"{reason}, and unknown hosts are blocked", (*chain, *notes))


def _anchor(scope: Resource) -> Node:
    return scope.get("spec.egress") or scope.root


def _scopes(mesh: MeshView, asked: tuple[str, str, Workload | None]) -> tuple[Resource, ...]:
    mesh.mark_read(*OUTBOUND_KINDS)
    if not mesh.of_kind(SIDECAR):
        return ()
    namespace, cluster, client = asked
    wide = mesh.index(_for_namespaces)
    root = root_namespace(mesh, cluster)
    steps = (
        mesh.index(_for_chosen).matching(cluster, namespace, client.labels) if client is not None else (),
        wide.get((cluster, namespace), ()),
        wide.get((cluster, root), ()),
    )
    rivals = next((step for step in steps if step), ())
    ordered = oldest_first(rivals)
    return rivals if ordered is None else ordered[:1]


def _is_chosen(sidecar: Resource) -> bool:
    return sidecar.get("spec.workloadSelector") is not None


def _for_chosen(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_selecting(mesh))


def _selecting(mesh: MeshView) -> Iterator[tuple[str, str, Selector, Resource]]:
    for sidecar in mesh.of_kind(SIDECAR):
        if _is_chosen(sidecar):
            yield sidecar.cluster, sidecar.namespace, policy_selector(sidecar), sidecar


def _for_namespaces(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for sidecar in mesh.of_kind(SIDECAR):
        if not _is_chosen(sidecar):
            found.setdefault((sidecar.cluster, sidecar.namespace), []).append(sidecar)
    return {key: tuple(sidecars) for key, sidecars in found.items()}
