"""What the proxies of the meshes decide about a call: the waypoint on its way, then the one before the server."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import port_number, port_to
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.connections import is_near, mesh_of
from service_mesh.posture.access.layers import Layer, LayerAnswer
from service_mesh.posture.access.networks import unless_elsewhere
from service_mesh.posture.access.ways import Way, end_of_waypoint
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.istio.attachment import Point
from service_mesh.posture.istio.authorization.decision import AUTHORIZATION_KINDS, authorized
from service_mesh.posture.istio.authorization.peers import NO_IDENTITY, Peer, Protocol
from service_mesh.posture.istio.authorization.peers import Call as Seen
from service_mesh.posture.istio.authorization.policies import Place, at_waypoint, at_workload
from service_mesh.posture.istio.bypass import inbound_bypass, own_node_bypass, proxy_setting
from service_mesh.posture.istio.client_tls import tls_settings
from service_mesh.posture.istio.gateway_servers import is_gateway_proxy, sees_requests
from service_mesh.posture.istio.machines import account_of_machine, unknown_proxy
from service_mesh.posture.istio.protocols import HTTP, protocol_of
from service_mesh.posture.kubernetes.ends import Address, End
from service_mesh.posture.linkerd.access import ACCESS_KINDS, inbound_decision
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Addressed

__all__ = ["POLICY_KINDS", "authorization_answers"]

_TLS = "tls"

POLICY_KINDS = tuple(dict.fromkeys((*AUTHORIZATION_KINDS, *ACCESS_KINDS)))
"""The kinds that are read here."""


def authorization_answers(mesh: MeshView, call: Call, way: Way) -> Iterator[LayerAnswer]:
    """What each proxy on the way of a call says.

    A waypoint sees the client's identity; whoever stands before the server sees the waypoint's. Nobody decides about
    connections that pass the server's proxy by.
    (https://istio.io/latest/docs/ambient/usage/l4-policy/; `istio/ztunnel: src/proxy/inbound.rs`)

    Args:
        mesh: The objects.
        call: The call.
        way: Its way.
    """
    server, end = call.server.workload, call.client
    if call.protocol != "TCP":
        return
    if way.waypoint is not None and way.waypoint.gateway is not None:
        gateway = way.waypoint.gateway
        seen = _at_waypoint(call, Peer(_principal(mesh, end, way.edge), end.address), way.service)
        own = _identity(mesh, end)
        yield LayerAnswer(Layer.WAYPOINT, _authorized(mesh, at_waypoint(gateway, way.service), seen, own, way.edge))
        end = end_of_waypoint(mesh, gateway)
    if server is None:
        return
    first = _first_client(mesh, call, server) if end is call.client else None
    peer = Peer(_principal(mesh, end, way.last), end.address, first)
    found = mesh_of(mesh, call.server)
    near = own_node_bypass(mesh, server, is_near=is_near(mesh, call.client, server)) if way.waypoint is None else None
    passing = _passing(mesh, server, call.port, way.last)
    if found.istio and passing is not True and (near is None or near.missing):
        seen = Seen(
            peer,
            call.port,
            _protocol(mesh, call, way.last),
            call.request,
            server_address=call.server.address,
            sni=_asked_for(way.last),
            authorizers=call.authorizers,
        )
        untold = unknown_proxy(mesh, server)
        place = Place(Point.SIDECAR, server) if untold else at_workload(mesh, server)
        said = _authorized(mesh, place, seen, _identity(mesh, end), way.last)
        for missing in (near.missing if near is not None else "", passing or "", untold):
            said = _unless_past(said, missing)
        yield LayerAnswer(Layer.AUTHORIZATION, unless_elsewhere(said, way.missing))
    if found.linkerd:
        said = inbound_decision(mesh, call.client, server, call.port, call.request)
        yield LayerAnswer(Layer.AUTHORIZATION, unless_elsewhere(said, way.missing))


def _asked_for(edge: Edge) -> str | None:
    """The name that a DestinationRule has the client's proxy ask for in TLS; None where none says one."""
    for note in edge.chain:
        resource, path = note.node.resource, note.node.path
        if resource.kind == DESTINATION_RULE and _TLS in path:
            holders = path[: path.index(_TLS)]
            settings = next((one for one in tls_settings(resource) if one.path == (*holders, _TLS)), None)
            return settings.text_at("sni") or None if settings is not None else None
    return None


def _unless_past(said: Decision, missing: str) -> Decision:
    """What a proxy says of a connection that may pass it by, where something is missing to tell."""
    if not missing or said.verdict is not Verdict.DENIED:
        return said
    needed = tuple(dict.fromkeys((missing, *said.missing)))
    return Decision(Verdict.UNKNOWN, f"{said.reason}, unless no proxy sees the connection", said.chain, needed)


def _authorized(mesh: MeshView, place: Place, seen: Seen, own: str | None, edge: Edge) -> Decision:
    """What a proxy says; where it is not known whether a connection carries an identity, what both cases come to."""
    if seen.peer.principal is not None or own is None:
        return authorized(mesh, place, seen)
    cases = [
        authorized(mesh, place, replace(seen, peer=replace(seen.peer, principal=one))) for one in (own, NO_IDENTITY)
    ]
    if cases[0].verdict is cases[1].verdict and cases[0].verdict is not Verdict.UNKNOWN:
        return cases[0]
    missing = (*((edge.missing,) if edge.missing else ()), *cases[0].missing, *cases[1].missing)
    reason = "it depends on whether the connection carries an identity"
    return Decision(Verdict.UNKNOWN, reason, (*cases[0].chain, *cases[1].chain), tuple(dict.fromkeys(missing)))


def _passing(mesh: MeshView, server: Workload, port: int, edge: Edge) -> bool | str:
    """Whether what arrives does so past the server's proxy, or what is missing to tell.

    The port of tunnels is always captured.
    """
    if inbound_bypass(mesh, server, port) is None or edge.carries == (Transport.HBONE,):
        return False
    if edge.carries and Transport.HBONE not in edge.carries:
        return True
    return edge.missing or "what the connection carries"


def _at_waypoint(call: Call, peer: Peer, service: Resource | None) -> Seen:
    """The call as a waypoint has it: with the address and port of the service, where one is addressed."""
    entry = _entry(service, call) if call.via is None else _numbered(call.via)
    request = call.request if call.via is None else call.via.request
    if entry is None:
        seen = Seen(peer, call.port, _detected(request), request, server_address=call.server.address)
    else:
        address = entry.resource.root.text_at("spec.clusterIP") if entry.resource.kind == SERVICE else ""
        protocol = _said(entry) or _detected(request)
        seen = Seen(peer, port_number(entry), protocol, request, server_address=_address(address))
    return replace(seen, authorizers=call.authorizers)


def _first_client(mesh: MeshView, call: Call, server: Workload) -> Address | None:
    """The first client as a gateway has it: who connects, unless it is told to trust proxies before it.

    (https://istio.io/latest/docs/ops/configuration/traffic-management/network-topologies/)
    """
    if call.remote_address is not None or not is_gateway_proxy(server):
        return call.remote_address
    trusted, _ = proxy_setting(mesh, server, ("gatewayTopology",))
    return None if trusted else call.client.address


def _protocol(mesh: MeshView, call: Call, edge: Edge) -> Protocol | None:
    """What the server's proxy takes a connection for: what the Services before it say, else what it finds in it.

    Which of them the client addresses, if any, makes no difference there; of TLS that it does not end, it sees nothing.
    At a gateway its servers say it. (`istio/istio: pilot/pkg/networking/core/listener_inbound.go`,
    buildInboundChainConfigs)
    """
    server = call.server.workload
    if server is not None and is_gateway_proxy(server) and (reads := sees_requests(mesh, server, call.port)):
        return None if len(reads) > 1 else Protocol.HTTP if True in reads else Protocol.TCP
    if edge.transport is Transport.APP_TLS or server is None:
        return Protocol.TCP
    services = dict.fromkeys((call.service, *services_of(mesh, server)))
    said = {_said(entry) for service in services if (entry := _entry(service, call)) is not None}
    if len(said) > 1:
        return None
    return next(iter(said), None) or _detected(call.request)


def _entry(service: Resource | None, call: Call) -> Node | None:
    """The port of a service that leads to the server's; of something outside, the one that is called."""
    if service is None:
        return None
    if call.server.workload is None:
        return next((one for one in service.each("spec.ports[]") if port_number(one) == call.port), None)
    return port_to(service, call.server.workload, call.port)


def _numbered(addressed: Addressed) -> Node | None:
    """The port of a service that is addressed, whoever it leads to."""
    ports = addressed.service.each("spec.ports[]") if addressed.service is not None else iter(())
    return next((port for port in ports if port_number(port) == addressed.number), None)


def _said(entry: Node) -> Protocol | None:
    """What a port of a service says of its protocol; None where that is to be detected."""
    said = protocol_of(entry)
    return None if not said else Protocol.HTTP if said in HTTP else Protocol.TCP


def _detected(request: HttpRequest) -> Protocol | None:
    return Protocol.HTTP if request.method is not None or request.path is not None else None


def _address(text: str) -> Address | None:
    try:
        return ip_address(text[:64])
    except ValueError:
        return None


def _principal(mesh: MeshView, end: End, edge: Edge) -> str | None:
    """The identity that a connection carries; None where that is not known."""
    carries = edge.is_authenticated
    return None if carries is None else _identity(mesh, end) if carries else NO_IDENTITY


def _identity(mesh: MeshView, end: End) -> str | None:
    namespace, account = end.namespace, end.service_account if end.is_pod else None
    if end.workload is not None and end.workload.is_machine:
        namespace, account = end.workload.namespace, account_of_machine(end.workload)
    return f"{mesh_config(mesh, end.cluster).trust_domain}/ns/{namespace}/sa/{account}" if account is not None else None
