"""Which clients send alike to one port: told by what their sidecars say of the service, not client by client."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import or_
from typing import NamedTuple

from service_mesh.mesh.destination_rules import rules_about, rules_served
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.namespaces import namespace_labels
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import (
    ADMIN_NETWORK_POLICY,
    AUTHORIZATION_POLICY,
    BASELINE_ADMIN_NETWORK_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    DESTINATION_RULE,
    ENVOY_FILTER,
    GATEWAY,
    LINKERD_SERVER,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
    SERVER_AUTHORIZATION,
    SERVICE,
    SERVICE_ENTRY,
    SERVICE_PROFILE,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
    WASM_PLUGIN,
)
from service_mesh.model.resource import Resource
from service_mesh.posture.access.facts import facts, sending, sends_by_node, service_number
from service_mesh.posture.access.groups import Crowd, first_of, grouped
from service_mesh.posture.access.looks import looks
from service_mesh.posture.istio.addressing import Way, ways_to
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.egress import alike_headless
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.enrolment import enrolment as of_istio
from service_mesh.posture.istio.gateway_servers import is_gateway_proxy
from service_mesh.posture.istio.outbound import Passage, outbound_by
from service_mesh.posture.istio.sidecar_scopes import scopes_of
from service_mesh.posture.linkerd.enrolment import Enrolled as Meshed
from service_mesh.posture.linkerd.enrolment import enrolment as of_linkerd

__all__ = ["NO_TRANSPORT", "OF_CLIENTS", "OF_LINKERD", "OF_SERVERS", "Group", "Leaving", "Senders", "selectors_but"]

NO_TRANSPORT = frozenset(
    {
        ADMIN_NETWORK_POLICY,
        AUTHORIZATION_POLICY,
        BASELINE_ADMIN_NETWORK_POLICY,
        CILIUM_CLUSTERWIDE_NETWORK_POLICY,
        CILIUM_NETWORK_POLICY,
        NETWORK_POLICY,
        REQUEST_AUTHENTICATION,
    }
)
"""Kinds whose selectors say nothing about what connections carry."""

OF_SERVERS = frozenset({GATEWAY, LINKERD_SERVER, PEER_AUTHENTICATION})
"""Kinds whose selectors say what servers take, and nothing about clients."""

OF_CLIENTS = frozenset({DESTINATION_RULE, ENVOY_FILTER, SIDECAR, TELEMETRY, WASM_PLUGIN})
"""Kinds whose selectors say what clients send, or nothing that is asked about here."""

OF_LINKERD = frozenset({LINKERD_SERVER, SERVER_AUTHORIZATION})
"""Kinds whose selectors say something about servers in Linkerd's mesh alone."""

_OF_SIDECARS = frozenset({DESTINATION_RULE, SIDECAR})
"""Kinds of which it is looked up what they say of a service."""

_OF_CILIUM = "io.cilium/mtls-enabled"
"""The label of namespaces whose traffic Cilium's ztunnel encrypts."""

_FOR_CLIENTS = (DESTINATION_RULE, SERVICE_ENTRY, SERVICE_PROFILE, SIDECAR, VIRTUAL_SERVICE)
_EXPORTED = (DESTINATION_RULE, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE)


class _Everywhere(Enum):
    """Stands for all namespaces."""

    YES = True


@dataclass(frozen=True, slots=True)
class _Sender:
    """Clients that nothing tells apart as such.

    Attributes:
        clients: The clients.
        sample: One of them.
        base: Number of what they agree in besides what their sidecars say of a service; None where they are no plain
            clients with a sidecar, of whom it is not looked up.
        scopes: The Sidecars that count for them.
    """

    clients: int
    sample: Workload
    base: int | None = None
    scopes: tuple[Resource, ...] = ()


class Leaving(NamedTuple):
    """Clients for which the same Sidecars count, and others of which nothing else is said.

    Attributes:
        clients: The clients.
        key: What tells apart what their sidecars say before a connection leaves; None where they say nothing.
    """

    clients: int
    key: Hashable


@dataclass(frozen=True, slots=True)
class Group:
    """Clients that send alike to one port, if they send at all.

    Attributes:
        clients: The clients.
        leaving: The same, divided by what their sidecars say before a connection leaves.
        is_plain: Whether it was looked up what their sidecars say.
        is_mixed: Whether different Sidecars count for them.
    """

    clients: int
    leaving: tuple[Leaving, ...]
    is_plain: bool = False
    is_mixed: bool = False


class _Said(NamedTuple):
    """What sidecars say of one way.

    Attributes:
        sent: What tells apart what they send there.
        refused: What tells apart what they say before it leaves; None where they let it.
    """

    sent: Hashable
    refused: Hashable


@dataclass(slots=True)
class Senders:
    """All clients, sorted by what they send.

    Attributes:
        mesh: The objects.
        crowd: The clients.
    """

    mesh: MeshView
    crowd: Crowd
    _senders: tuple[_Sender, ...] = ()
    _said: dict[Hashable, tuple[_Said | None, ...]] = field(default_factory=dict)
    _groups: dict[Hashable, list[Group]] = field(default_factory=dict)

    def towards(self, server: Workload | None, port: int, service: Resource | None) -> list[Group]:
        """Group the clients by what they send to a port of a workload, addressed by a service or as the pod."""
        if not self._senders:
            self._senders = tuple(self._sorted())
        ways = ways_to(self.mesh, server, port, service) if server is not None else ()
        if server is not None:
            ways += tuple(one for way in ways for one in alike_headless(self.mesh, server, way))
        keys = tuple(_way_key(self.mesh, way) for way in ways)
        if keys not in self._groups:
            self._groups[keys] = self._grouped([self._of_way(key, way) for key, way in zip(keys, ways, strict=True)])
        return self._groups[keys]

    def _grouped(self, said: list[tuple[_Said | None, ...]]) -> list[Group]:
        """The clients by what is said of all ways together."""
        groups: dict[tuple[Hashable, ...], dict[Hashable, int]] = {}
        scopes: dict[Hashable, set[tuple[Resource, ...]]] = {}
        for number, sender in enumerate(self._senders):
            mine = [one for of_way in said if (one := of_way[number]) is not None]
            is_plain = sender.base is not None
            sent = (sender.base, *(one.sent for one in mine)) if is_plain else (None, number)
            # Of one way alone, what is sent there makes no difference to what is said before it leaves.
            before = tuple(one if len(mine) > 1 else one.refused for one in mine)
            leaving = (sender.base, before) if any(one.refused is not None for one in mine) else None
            found = groups.setdefault(sent, {})
            found[leaving] = found.get(leaving, 0) | sender.clients
            scopes.setdefault(sent, set()).add(sender.scopes)
        return [
            Group(
                reduce(or_, found.values()),
                tuple(Leaving(clients, key) for key, clients in found.items()),
                sent[0] is not None,
                len(scopes[sent]) > 1,
            )
            for sent, found in groups.items()
        ]

    def _sorted(self) -> Iterator[_Sender]:
        samples = [one.sample for one in self.crowd.classes]
        sets = grouped((_alone(self.mesh, one), number) for number, one in enumerate(samples))
        bases: dict[Hashable, int] = {}
        for clients in sets.values():
            sample = samples[first_of(clients)]
            if not _is_plain(self.mesh, sample):
                yield _Sender(clients, sample)
                continue
            base = bases.setdefault(_base(self.mesh, sample), len(bases))
            yield _Sender(clients, sample, base, scopes_of(self.mesh, sample.namespace, sample.cluster, sample))

    def _of_way(self, key: Hashable, way: Way) -> tuple[_Said | None, ...]:
        """What the sidecars of each sender say of one way; None for those of whom it is not looked up."""
        if key not in self._said:
            self._said[key] = tuple(
                _said(self.mesh, one, way) if one.base is not None else None for one in self._senders
            )
        return self._said[key]


def _way_key(mesh: MeshView, way: Way) -> Hashable:
    """What ways agree in of which sidecars say the same."""
    if way.service is None:
        return None
    host = way.host if way.service.kind == SERVICE_ENTRY else ""
    return service_number(mesh, way.service), way.number, host


def _said(mesh: MeshView, sender: _Sender, way: Way) -> _Said:
    """What the sidecars of some clients say of one way: whether they let it out, and which rules are for it."""
    sample = sender.sample
    said = outbound_by(mesh, sender.scopes, (sample.cluster, sample.namespace), way.service, way.number)
    chain = tuple((note.node.resource.key, note.node.path) for note in said.chain)
    told = said.passage, said.reason, said.missing, chain
    refused = told if said.may_block else None
    options = tuple(one for one in said.options if one is not Passage.BLOCKED)
    match said.passage:
        case Passage.BLOCKED:
            return _Said(told, refused)
        case Passage.PASSED_THROUGH:
            return _Said((said.passage, said.reason), refused)
        case Passage.UNKNOWN if options == (Passage.PASSED_THROUGH,):
            return _Said((options, said.reason), refused)
    sent = said.passage if said.passage is Passage.IMPORTED else options if len(options) == 1 else told
    if way.service is None or not rules_about(mesh, way.host, sample.cluster):
        return _Said(sent, refused)
    return _Said((sent, rules_served(mesh, way.host, sample.namespace, sample.cluster, sample.labels)), refused)


def selectors_but(mesh: MeshView, left_out: frozenset[object]) -> int:
    """The selectors of all loaded objects but those of some kinds, as in `Look.selectors`."""
    return mesh.once(_selectors_but, left_out)


def _selectors_but(mesh: MeshView, left_out: frozenset[object]) -> int:
    mask = 0
    for kind, selectors in looks(mesh).of_kind.items():
        mask |= 0 if kind in left_out else selectors
    return mask


def _is_plain(mesh: MeshView, client: Workload) -> bool:
    """Whether a client has a sidecar of Istio and nothing else that takes part."""
    has_sidecar = of_istio(mesh, client).mode is Enrolled.SIDECAR and not is_gateway_proxy(client)
    return has_sidecar and of_linkerd(mesh, client).mode is Meshed.NONE


def _common(mesh: MeshView, client: Workload) -> tuple[Hashable, ...]:
    istio, linkerd, told = of_istio(mesh, client).mode, of_linkerd(mesh, client).mode, facts(mesh, client)
    nodes = told.own[-1] if sends_by_node(mesh, client) else None
    of_cilium = namespace_labels(mesh, client.namespace, client.cluster).get(_OF_CILIUM)
    is_gateway = is_gateway_workload(mesh, client)  # sends through no waypoint
    return client.cluster, told.place[2:4], of_cilium, istio, linkerd, client.uses_host_network, nodes, is_gateway


def _base(mesh: MeshView, client: Workload) -> Hashable:
    """What plain clients with a sidecar agree in besides what the sidecar says of a service."""
    told = facts(mesh, client)
    selectors = told.selectors & selectors_but(mesh, NO_TRANSPORT | OF_SERVERS | OF_LINKERD | _OF_SIDECARS)
    home = "" if told.place[3] else client.namespace
    return *_common(mesh, client), told.place[4], sending(mesh, client), told.addresses, selectors, home


def _alone(mesh: MeshView, client: Workload) -> Hashable:
    """What clients agree in that send alike, whatever they call."""
    istio, linkerd, told = of_istio(mesh, client).mode, of_linkerd(mesh, client).mode, facts(mesh, client)
    common = _common(mesh, client)
    if istio in (Enrolled.NONE, Enrolled.AMBIENT) and linkerd is Meshed.NONE:
        return common
    has_sidecar = istio in (Enrolled.SIDECAR, Enrolled.UNKNOWN)
    selectors = told.selectors & selectors_but(mesh, NO_TRANSPORT | OF_SERVERS | OF_LINKERD) if has_sidecar else 0
    is_told_apart = (has_sidecar and _speaks(mesh, client)) or not told.place[3]
    return (
        *common,
        told.place[4],
        sending(mesh, client),
        told.addresses,
        selectors,
        client.namespace if is_told_apart else "",
    )


def _speaks(mesh: MeshView, client: Workload) -> bool:
    """Whether settings for clients may be about the namespace of a client in particular."""
    names = mesh.once(_speaking, client.cluster)
    return isinstance(names, _Everywhere) or client.namespace in names


def _speaking(mesh: MeshView, cluster: str) -> frozenset[str] | _Everywhere:
    """The namespaces that hold settings for clients, or that something is exported to and not to all."""
    found = {one.namespace for kind in _FOR_CLIENTS for one in mesh.of_kind(kind) if one.cluster == cluster}
    root = root_namespace(mesh, cluster)
    if any(one.namespace == root and one.cluster == cluster for one in mesh.of_kind(SIDECAR)):
        return _Everywhere.YES
    for kind in _EXPORTED:
        for resource in mesh.of_kind(kind):
            seen = visibility(mesh, resource)
            found |= frozenset() if seen.is_public else seen.namespaces | {resource.namespace}
    return frozenset(found)
