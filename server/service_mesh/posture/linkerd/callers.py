"""As whom a client appears to a server's proxy: its identity and addresses, and whether it gets as far as that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address

from service_mesh.mesh.ports import is_headless, port_number, target_number
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import EXTERNAL_WORKLOAD, POD
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Edge, Transport, unknown_edge
from service_mesh.posture.kubernetes.ends import Address, End
from service_mesh.posture.linkerd.clients import NO_IDENTITY, Authorization, Client, admits
from service_mesh.posture.linkerd.enrolment import Enrolled, enrolment
from service_mesh.posture.linkerd.identity import identity_of, is_open
from service_mesh.posture.linkerd.networks import EVERYWHERE, NetworkMatch, cluster_networks, network_in
from service_mesh.posture.linkerd.ports import META_PORTS, skipped_inbound, skipped_outbound, skipped_subnets
from service_mesh.posture.linkerd.transport import Accepts, accepted, transport

__all__ = ["CALLER_KINDS", "Caller", "Passage", "admitting", "caller_of", "past_the_proxy"]

CALLER_KINDS = (EXTERNAL_WORKLOAD, POD)
"""The kinds that are read here besides those of the transport."""


class Passage(StrEnum):
    """Where a connection ends up at the server's pod."""

    PROXY = "proxy"
    PAST = "past the proxy"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Caller:
    """A client as the server's proxy sees it.

    Attributes:
        identity: Identity in the mesh, `NO_IDENTITY` without one; None where it is not known.
        addresses: Addresses of its pods, as far as they are known.
        networks: Networks that its addresses are in where none is known; empty for something outside.
        edge: What the connection carries; None where no proxy of the client's is in between.
        chain: Who says that it has a proxy or none.
        missing: What would have to be known of its identity.
        fails: What would have to be known to tell whether the connection comes about at all; empty where it does.
        text: What to call it.
    """

    identity: str | None
    addresses: tuple[Address, ...] = ()
    networks: tuple[NetworkMatch, ...] = ()
    edge: Edge | None = None
    chain: tuple[Note, ...] = ()
    missing: str = ""
    fails: str = ""
    text: str = ""


def caller_of(mesh: MeshView, client: End, server: Workload, port: int) -> Caller:
    """Tell as whom a client appears on a port of a server that is meshed.

    Identity comes with the mesh's TLS alone: a client without a proxy, or one that connects past its own, has none. A
    machine outside of Kubernetes has the identity of the ExternalWorkload with its address.
    """
    workload = client.workload
    base = Caller(NO_IDENTITY, _addresses(mesh, client), text=client.text)
    if client.is_pod:
        base = replace(base, networks=cluster_networks(mesh, client.cluster) or ())
    if workload is None:
        return _without_workload(mesh, client, base)
    sender = enrolment(mesh, workload)
    base = replace(base, chain=sender.chain)
    if sender.mode is Enrolled.NONE:
        return base
    leaving = skipped_outbound(mesh, workload)
    if all(number in leaving.ports for number in _addressed(mesh, server, port)):
        return replace(base, chain=(*sender.chain, *leaving.chain))
    return _with_proxy(mesh, workload, server, port, base)


def past_the_proxy(mesh: MeshView, caller: Caller, server: Workload, port: int) -> tuple[Passage, Edge]:
    """Tell whether a connection gets to the server's proxy, and why.

    Ports that are skipped pass it by, unless the client's proxy uses the port of the server's proxy for all that is
    meshed. So do connections without the mesh's TLS from networks that are skipped.
    (`linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl`)
    """
    skipped, edge = skipped_inbound(mesh, server), caller.edge
    is_skipped = port in skipped.ports and port not in META_PORTS
    if edge is not None and edge.transport is Transport.BROKEN:
        return Passage.NOWHERE, edge
    if is_skipped and (edge is None or edge.transport is not Transport.MTLS):
        if caller.identity is None and not skipped.is_annotated:
            return Passage.UNKNOWN, unknown_edge("", (), caller.missing)
        return Passage.PAST, Edge(Transport.PLAINTEXT, f"port {port} passes the server's proxy by", skipped.chain)
    if skipped.missing:
        return Passage.UNKNOWN, unknown_edge("", (), skipped.missing)
    return _by_network(mesh, caller, server)


def admitting(authorizations: Iterable[Authorization], caller: Caller) -> tuple[bool | None, tuple[Authorization, ...]]:
    """Tell whether one of some authorizations lets a caller in, and which do; None, and which may, where it depends.

    Pods whose address is not known are somewhere in the networks of the cluster: what holds for each address there
    holds for them. So it is asked for the first address of every stretch that the networks cut these into.
    """
    asked = tuple(authorizations)
    answers = [_for_address(asked, caller, address) for address in _addresses_for(asked, caller)]
    verdicts = {verdict for verdict, _ in answers}
    if verdicts == {False}:
        return False, ()
    found = {id(one): one for verdict, ones in answers if verdict is not False for one in ones}
    return (True if verdicts == {True} else None), tuple(found.values())


def _for_address(
    asked: tuple[Authorization, ...], caller: Caller, address: Address | None
) -> tuple[bool | None, tuple[Authorization, ...]]:
    answers = [(one, admits(one, Client(caller.identity, address))) for one in asked]
    opening = next((one for one, answer in answers if answer), None)
    if opening is not None:
        return True, (opening,)
    doubtful = tuple(one for one, answer in answers if answer is None)
    return (None if doubtful else False), doubtful


def _addresses_for(asked: tuple[Authorization, ...], caller: Caller) -> tuple[Address | None, ...]:
    """The addresses of a caller, or one of each stretch of the cluster's networks; None where neither is known."""
    if caller.addresses:
        return caller.addresses
    if any(one.networks is None for one in asked) or not caller.networks:
        return (None,)
    narrower = (one.networks or () for one in asked if one.networks is not EVERYWHERE)  # which cuts nothing
    cuts = [cut for networks in narrower for match in networks for cut in (match.network, *match.exceptions)]
    found: dict[Address, None] = {}
    for place in (one.network for one in caller.networks):
        found[place.network_address] = None
        for cut in cuts:
            for point in (int(cut.network_address), int(cut.broadcast_address) + 1):
                if cut.version == place.version and point - int(place.network_address) in range(place.num_addresses):
                    found[ip_address(point.to_bytes(place.max_prefixlen // 8, "big"))] = None
    return tuple(found)


def _by_network(mesh: MeshView, caller: Caller, server: Workload) -> tuple[Passage, Edge]:
    networks, said = skipped_subnets(mesh, server)
    to_proxy = Edge(Transport.PLAINTEXT, "")
    is_meshed = bool(caller.identity) or (caller.edge is not None and caller.edge.transport is Transport.MTLS)
    if is_meshed or not (networks or said.missing):
        return Passage.PROXY, to_proxy
    answers = {any(address in network for network in networks) for address in caller.addresses}
    if answers == {True} and caller.identity == NO_IDENTITY:
        reason = f"the network of {caller.text} passes the server's proxy by"
        return Passage.PAST, Edge(Transport.PLAINTEXT, reason, said.chain("lists networks that pass the proxy by"))
    if answers == {False} and not said.missing:
        return Passage.PROXY, to_proxy
    place = f"the address of {caller.text}, since some networks pass the server's proxy by"
    missing = said.missing or (caller.missing if answers == {True} else place)
    return Passage.UNKNOWN, unknown_edge("", (), missing)


def _with_proxy(mesh: MeshView, client: Workload, server: Workload, port: int, base: Caller) -> Caller:
    edge = transport(mesh, client, server, port)
    if edge.transport is Transport.MTLS:
        identity = identity_of(mesh, client)
        missing = "ConfigMap 'linkerd-config', which tells what identities end with" if is_open(identity) else ""
        return replace(base, edge=edge, identity=identity, missing=missing)
    if edge.is_authenticated is None:
        is_sure = enrolment(mesh, client).is_meshed and enrolment(mesh, server).is_meshed
        may_fail = edge.transport is Transport.UNKNOWN and (is_sure or bool(skipped_subnets(mesh, server)[0]))
        fails = edge.missing if may_fail or client.cluster != server.cluster else ""
        return replace(base, edge=edge, identity=None, missing=edge.missing, fails=fails)
    is_plain = edge.transport is Transport.PLAINTEXT or _is_plain_at_a_strict_port(mesh, client, server, port)
    return replace(base, edge=None if is_plain else edge, chain=edge.chain)


def _is_plain_at_a_strict_port(mesh: MeshView, client: Workload, server: Workload, port: int) -> bool:
    """Whether a connection is called broken because it has no identity, which is for the authorizations to say here."""
    mode = accepted(mesh, server, port)
    is_strict = mode is not None and mode.mode is Accepts.STRICT
    return is_strict and client.cluster == server.cluster and not skipped_subnets(mesh, server)[0]


def _addressed(mesh: MeshView, server: Workload, port: int) -> tuple[int, ...]:
    """The ports that clients connect to: those of the Services that lead to the server's, else its own."""
    entries = [
        (service, entry)
        for service in services_of(mesh, server)
        for entry in service.each("spec.ports[]")
        if target_number(entry, server) == port
    ]
    return tuple(port if is_headless(one) else port_number(entry) or port for one, entry in entries) or (port,)


def _without_workload(mesh: MeshView, client: End, base: Caller) -> Caller:
    if client.is_pod:
        return replace(base, identity=None, missing=f"whether {client.text} is in the mesh, and its account")
    machine = mesh.index(_machines).get((client.cluster, client.address)) if client.address is not None else None
    identity = machine.get("spec.meshTLS.identity") if machine is not None else None
    if identity is None or not identity.text:
        return base
    return replace(base, identity=identity.text, chain=(identity.note("is the identity of the machine"),))


def _addresses(mesh: MeshView, client: End) -> tuple[Address, ...]:
    if client.address is not None:
        return (client.address,)
    if client.workload is None:
        return ()
    found = [network_in(pod.root.text_at("status.podIP")) for pod in pods_of(mesh, client.workload)]
    if None in found:  # a pod that waits for its address
        return ()
    return tuple(network.network_address for network in found if network is not None)


def _machines(mesh: MeshView) -> Mapping[tuple[str, Address], Resource]:
    found: dict[tuple[str, Address], Resource] = {}
    for machine in mesh.of_kind(EXTERNAL_WORKLOAD):
        for node in machine.each("spec.workloadIPs[].ip"):
            network = network_in(node.text)
            if network is not None:
                found.setdefault((machine.cluster, network.network_address), machine)
    return found
