"""Whether the proxy of a client lets a connection out of the cluster: what EgressNetworks and their routes say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.finding import Note
from service_mesh.model.kinds import (
    EGRESS_NETWORK,
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_HTTP_ROUTE,
    SERVICE,
    TCP_ROUTE,
    TLS_ROUTE,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.decisions import Decision, Verdict, known_as_far
from service_mesh.posture.kubernetes.ends import Address
from service_mesh.posture.linkerd.deciding import merged, open_or
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.linkerd.hosts import host_rank
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS, installation
from service_mesh.posture.linkerd.networks import NetworkMatch, cluster_networks, network_in, network_matches
from service_mesh.posture.linkerd.ports import PORT_KINDS, skipped_outbound
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.posture.linkerd.route_matching import rules_taking
from service_mesh.posture.logic import any_of
from service_mesh.posture.requests import HttpRequest

__all__ = ["EGRESS_KINDS", "OutsideCall", "outbound_decision"]

_ROUTES = (GRPC_ROUTE, HTTP_ROUTE, LINKERD_HTTP_ROUTE, TLS_ROUTE, TCP_ROUTE)

EGRESS_KINDS = tuple(
    dict.fromkeys((EGRESS_NETWORK, SERVICE, *_ROUTES, *ENROLMENT_KINDS, *INSTALLATION_KINDS, *PORT_KINDS))
)
"""The kinds that are read here."""

_GLOBAL = "linkerd-egress"
_CONTROLLER = "linkerd.io/policy-controller"
_OTHER_PROTOCOL = "what the proxy makes of a protocol other than that of the routes on the port"


@dataclass(frozen=True, slots=True)
class OutsideCall:
    """A call to something outside of the cluster.

    Attributes:
        address: The address that is connected to; None where it is not known.
        port: The port there.
        request: The request; None where nothing is known of it. With TLS of the client's own its host alone is seen.
        is_tls: Whether the client speaks TLS of its own; None where that is not known.
        host: The name that the address was looked up by, if any.
    """

    address: Address | None
    port: int
    request: HttpRequest | None = None
    is_tls: bool | None = False
    host: str = ""


def outbound_decision(mesh: MeshView, client: Workload, call: OutsideCall) -> Decision:
    """Tell whether Linkerd lets a client call something outside of the cluster.

    The EgressNetworks of the client's namespace are asked, and those of the global one only if it has none. The
    narrowest network with the address decides, the oldest of equals. What a route on it takes is let through; the rest
    is as `trafficPolicy` says. An address that none is about, and that of a Service, are left alone. It is no barrier
    against a client that means harm: the proxy runs in the client's own pod.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/egress_network.rs`, resolve_egress_network;
    `policy-controller/grpc/src/outbound.rs`, to_proto)
    """
    mesh.mark_read(*EGRESS_KINDS)
    if call.is_tls is None:
        both = [outbound_decision(mesh, client, replace(call, is_tls=one)) for one in (False, True)]
        return merged(both, "it is not known whether the client speaks TLS", ("whether the connection is TLS",))
    sender = enrolment(mesh, client)
    if sender.mode is Enrolled.NONE:
        return _open("the client is not in the mesh, so no proxy decides", sender.chain)
    skipped = skipped_outbound(mesh, client)
    if call.port in skipped.ports:
        return _open(f"port {call.port} passes the client's proxy by", skipped.chain)
    if call.address and (service := mesh.index(_by_address).get((client.cluster, call.address))) is not None:
        return _open(f"{call.address} is the address of {service.title}", (service.root.note("has the address"),))
    decided = known_as_far(_by_networks(mesh, client, call), _not_loaded(mesh, client))
    for missing, chain in ((sender.missing, sender.chain), (skipped.missing, skipped.chain)):
        if missing:
            decided = open_or(decided, "it is not known whether the client's proxy decides", missing, chain)
    return decided


def _by_networks(mesh: MeshView, client: Workload, call: OutsideCall) -> Decision:
    places = mesh.index(_by_namespace)
    home = _global_namespace(mesh, client.cluster)
    asked = places.get((client.cluster, client.namespace)) or places.get((client.cluster, home)) or ()
    sizes = [(_narrowest(mesh, network, call.address), network) for network in asked]
    if call.address is None and any(size is None for size, _ in sizes):
        open_ones = [network for size, network in sizes if size is None]
        certain = _by_narrowest(mesh, client, call, [one for one in sizes if one[0] is not None])
        outcomes = [certain, *(_by_network(mesh, client, network, call) for network in open_ones)]
        return merged(outcomes, "it is not known which EgressNetwork decides", (f"the address of '{call.host}'",))
    if any(size is None for size, _ in sizes):
        doubtful = [network.root.note("may be about the address") for size, network in sizes if size is None]
        missing = ("the networks of the cluster (ConfigMap 'linkerd-config')",)
        return Decision(Verdict.UNKNOWN, "it is not known which EgressNetwork decides", tuple(doubtful), missing)
    return _by_narrowest(mesh, client, call, sizes)


def _by_narrowest(
    mesh: MeshView, client: Workload, call: OutsideCall, sizes: list[tuple[int | None, Resource]]
) -> Decision:
    """What the network decides that is about the address most narrowly, the oldest of equals."""
    about = sorted(((size, network) for size, network in sizes if size), key=lambda found: -found[0])
    if not about:
        return Decision(Verdict.ALLOWED, "no EgressNetwork is about the address")
    _, equals = next(groupby(about, key=lambda found: found[0]))
    networks = [network for _, network in equals]
    ordered = oldest_first(networks)
    outcomes = [_by_network(mesh, client, network, call) for network in (ordered[:1] if ordered else networks)]
    titles = ", ".join(f"'{network.title}'" for network in networks[:3])
    return merged(outcomes, "several EgressNetworks are about the address", (f"which of {titles} is the oldest",))


def _by_network(mesh: MeshView, client: Workload, network: Resource, call: OutsideCall) -> Decision:
    on_port = [one for one in mesh.index(_attached).get(network.key, ()) if call.port in one.ports or None in one.ports]
    own = [one.route for one in on_port if one.route.namespace == network.namespace]
    of_client = [one.route for one in on_port if one.route.namespace == client.namespace and one.route not in own]
    decided = _by_routes(mesh, network, own, call)
    if not of_client:
        return decided
    missing = ("which routes count where both namespaces have some",)
    both = decided, _by_routes(mesh, network, of_client, call)
    return (
        merged(both, "routes of the network's namespace and of the client's are attached", missing) if own else both[1]
    )


def _by_routes(mesh: MeshView, network: Resource, routes: list[Resource], call: OutsideCall) -> Decision:
    """The first kind of routes that is there makes the port one of its protocol."""
    for kinds in ((GRPC_ROUTE,), (HTTP_ROUTE, LINKERD_HTTP_ROUTE), (TLS_ROUTE,), (TCP_ROUTE,)):
        found = [route for route in routes if route.kind in kinds]
        if not found:
            continue
        if kinds == (TCP_ROUTE,):
            return _passing(network, found[0].root)
        if kinds == (TLS_ROUTE,):
            return _by_names(network, found, call)
        return _by_requests(mesh, network, found, call)
    return _by_policy(network)


def _by_requests(mesh: MeshView, network: Resource, routes: list[Resource], call: OutsideCall) -> Decision:
    rest = _by_policy(network)
    if call.is_tls:
        is_http = routes[0].kind != GRPC_ROUTE
        return rest if is_http else _unsure(routes[0], _OTHER_PROTOCOL)
    routed = rules_taking(mesh, routes, call.request)
    outcomes = [_passing(network, winner.node) for winner in routed.winners]
    if routed.may_miss:
        outcomes.append(rest)
    return merged(outcomes, "it is not known whether a route takes the request", routed.missing)


def _by_names(network: Resource, routes: list[Resource], call: OutsideCall) -> Decision:
    if not call.is_tls:
        return _unsure(routes[0], "whether the connection is TLS" if call.request is None else _OTHER_PROTOCOL)
    host = call.request.host if call.request is not None else None
    answers = [(route, _is_named(route, host)) for route in routes]
    taking = next((route for route, answer in answers if answer), None)
    if taking is not None:
        return _passing(network, taking.root)
    outcomes = [_passing(network, route.root) for route, answer in answers if answer is None]
    missing = ("the server name in the client's TLS",)
    return merged((*outcomes, _by_policy(network)), "it is not known whether a route takes the connection", missing)


def _is_named(route: Resource, host: str | None) -> bool | None:
    names = tuple(route.each("spec.hostnames[]"))
    return any_of(host_rank(name, host)[1] for name in names) if names else True


def _by_policy(network: Resource) -> Decision:
    node = network.get("spec.trafficPolicy")
    text = node.text if node is not None else ""
    where = node or network.root
    if text not in ("Allow", "Deny"):
        missing = (f"the 'trafficPolicy' of {network.title}",)
        return Decision(Verdict.UNKNOWN, f"{network.title} has no policy", (where.note("says no policy"),), missing)
    verdict = Verdict.of(text == "Allow")
    reason = f"{network.title} {'allows' if text == 'Allow' else 'denies'} what no route takes"
    return Decision(verdict, reason, (where.note(f"is '{text}'"),))


def _passing(network: Resource, node: Node) -> Decision:
    chain = network.root.note("is about the address"), node.note("takes the call")
    return Decision(Verdict.ALLOWED, f"{node.resource.title} takes the call", chain)


def _unsure(route: Resource, missing: str) -> Decision:
    chain = (route.root.note("makes the port one of its protocol"),)
    return Decision(Verdict.UNKNOWN, f"{route.title} is for another protocol", chain, (missing,))


def _open(reason: str, chain: tuple[Note, ...]) -> Decision:
    return Decision(Verdict.ALLOWED, reason, chain, (), Verdict.ALLOWED)


def _narrowest(mesh: MeshView, network: Resource, address: Address | None) -> int | None:
    """Bits of the narrowest network with an address, and one; 0 where none has it, None where that is not known.

    An address that is not known is one outside of the cluster.
    """
    written = network.get("spec.networks")
    if address is None:
        return 1 if written is None or written.value is None else None
    if written is None or written.value is None:
        around = cluster_networks(mesh, network.cluster)
        if around is None:
            return None
        return 0 if any(one.contains(address) for one in around) else 1
    found: tuple[NetworkMatch, ...] = network_matches(written.items) or ()
    return max((one.network.prefixlen + 1 for one in found if one.contains(address)), default=0)


def _global_namespace(mesh: MeshView, cluster: str) -> str:
    found = installation(mesh, cluster)
    return (found.text("egress.globalEgressNetworkNamespace") if found is not None else "") or _GLOBAL


def _not_loaded(mesh: MeshView, client: Workload) -> str:
    if mesh.is_listed(EGRESS_NETWORK, client.cluster):
        return ""
    has_own = (client.cluster, client.namespace) in mesh.index(_by_namespace)  # then the global ones are not asked
    places = (client.namespace, *(() if has_own else (_global_namespace(mesh, client.cluster),)))
    absent = [f"'{place}'" for place in dict.fromkeys(places) if not mesh.is_complete(place, client.cluster)]
    return f"the EgressNetworks of namespace {' and '.join(absent)}" if absent else ""


@dataclass(frozen=True, slots=True)
class _Attached:
    route: Resource
    ports: frozenset[int | None]


def _attached(mesh: MeshView) -> Mapping[ResourceKey, tuple[_Attached, ...]]:
    """The routes on each EgressNetwork with their ports, None for all."""
    found: dict[ResourceKey, dict[ResourceKey, tuple[Resource, set[int | None]]]] = {}
    for route in (one for kind in _ROUTES for one in mesh.of_kind(kind)):
        for parent in route.each("spec.parentRefs[]"):
            if not refers_to(parent, EGRESS_NETWORK, default=route.group):
                continue
            home, port = parent.text_at("namespace") or route.namespace, parent.get("port")
            key = ResourceKey(route.cluster, EGRESS_NETWORK, home, parent.text_at("name"))
            if not _is_refused(route, key.name):
                ports = found.setdefault(key, {}).setdefault(route.key, (route, set()))[1]
                ports.add(port.value if port is not None and type(port.value) is int else None)
    return {
        key: tuple(_Attached(route, frozenset(ports)) for route, ports in held.values()) for key, held in found.items()
    }


def _is_refused(route: Resource, name: str) -> bool:
    """Whether the controller says in a route's status that it does not accept it there."""
    for status in route.each("status.parents[]"):
        is_about = status.text_at("parentRef.kind") == EGRESS_NETWORK.name and status.text_at("parentRef.name") == name
        conditions = [(one.text_at("type"), one.text_at("status")) for one in status.each("conditions[]")]
        if is_about and status.text_at("controllerName") == _CONTROLLER and ("Accepted", "False") in conditions:
            return True
    return False


def _by_namespace(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for network in mesh.of_kind(EGRESS_NETWORK):
        found.setdefault((network.cluster, network.namespace), []).append(network)
    return {place: tuple(networks) for place, networks in found.items()}


def _by_address(mesh: MeshView) -> Mapping[tuple[str, Address], Resource]:
    """Services by their addresses inside of the cluster."""
    found: dict[tuple[str, Address], Resource] = {}
    for service in mesh.of_kind(SERVICE):
        for node in (*service.each("spec.clusterIP"), *service.each("spec.clusterIPs[]")):
            network = network_in(node.text)
            if network is not None:
                found.setdefault((service.cluster, network.network_address), service)
    return found
