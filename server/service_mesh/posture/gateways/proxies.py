"""The proxies that an Istio Gateway configures, with every Gateway that they share, and the servers at a port."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.gateways import gateway_scope, gateway_workloads
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import gateway_selector, services_of
from service_mesh.mesh.servers import Server, served_host, servers
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.gateway_servers import gateways_configuring

__all__ = ["GatewayProxy", "conflict", "proxies_of", "reading", "served", "servers_at"]

_MOST = 20
"""Workloads of one Gateway that are told apart."""


class GatewayProxy(NamedTuple):
    """A proxy that is configured by Gateways.

    Attributes:
        namespace: Namespace of its pods; that of the Gateway where none are loaded.
        cluster: Its cluster.
        labels: Labels of its pods; those that the Gateway selects by where none are loaded.
        gateways: The Gateways, in the order in which istiod puts them together as far as it is known.
        is_ordered: Whether that order is known.
        workload: What runs it; None where that is not loaded.
    """

    namespace: str
    cluster: str
    labels: Mapping[str, object]
    gateways: tuple[Resource, ...]
    is_ordered: bool
    workload: Workload | None = None


def proxies_of(mesh: MeshView, gateway: Resource) -> tuple[GatewayProxy, ...]:
    """The proxies of an Istio Gateway, one for every workload; one for all of them where none is loaded.

    (`istio/istio: pilot/pkg/model/push_context.go`, mergeGateways and initGateways)
    """
    return mesh.once(_proxies_of, gateway)


def servers_at(mesh: MeshView, proxy: GatewayProxy, number: int) -> tuple[Server, ...]:
    """The servers that take connections to a port, in the order of their Gateways.

    Servers name a port of the Service or of the pod; which of both two servers name is no matter.
    (`istio/istio: pilot/pkg/model/gateway.go`, resolvePorts)
    """
    wanted = _listening(mesh, proxy, number)
    listed = (server for gateway in proxy.gateways for server in servers(gateway))
    return tuple(server for server in listed if _listening(mesh, proxy, server.port) == wanted)


def reading(server: Server) -> str:
    """How a server reads what it takes: `http`, `tls` or `tcp`."""
    is_tls = server.reads_tls or server.protocol in ("HTTPS", "TLS")
    return "http" if server.is_plain_http else "tls" if is_tls else "tcp"


def conflict(found: tuple[Server, ...]) -> str:
    """What would tell which of the servers at a port istiod keeps; empty where they go together."""
    names = ", ".join(dict.fromkeys(f"'{server.node.resource.title}'" for server in found[:3]))
    if len({server.bind for server in found}) > 1:
        return f"to which address it comes, since servers of {names} listen on different ones"
    if len({reading(server) for server in found}) > 1:
        return f"which of the servers of {names} istiod keeps, since their protocols do not go together"
    return ""


def served(proxy: GatewayProxy, found: tuple[Server, ...]) -> tuple[tuple[Server, ...], str]:
    """The servers that istiod keeps of those at a port, and what would have to be known to tell.

    One with `tls` of which any host is taken is dropped with all its hosts.
    (`istio/istio: pilot/pkg/model/gateway.go`, mergeGateways)
    """
    taken: dict[str, Server] = {}
    kept: list[Server] = []
    for server in found:
        hosts = {served_host(host) for host in server.hosts} if server.has_tls else set()
        rivals = [taken[host] for host in sorted(hosts) if host in taken]
        if not rivals:
            kept.append(server)
            taken.update(dict.fromkeys(hosts, server))
        elif not proxy.is_ordered and any(one.node.resource is not server.node.resource for one in rivals):
            names = f"'{rivals[0].node.resource.title}' and '{server.node.resource.title}'"
            return found, f"which of {names} is the older, since they serve one host and istiod drops the other server"
    return tuple(kept), ""


def _proxies_of(mesh: MeshView, gateway: Resource) -> tuple[GatewayProxy, ...]:
    found = tuple(_running(mesh, gateway))
    if found:
        return found
    selector, scope = gateway_selector(gateway), gateway_scope(mesh, gateway)
    alike = (
        one
        for one in mesh.of_kind(GATEWAY)
        if one.cluster == gateway.cluster
        and gateway_selector(one) == selector
        and gateway_scope(mesh, one) in (None, scope)
    )
    gateways, is_ordered = _ordered(tuple(alike))
    return (GatewayProxy(gateway.namespace, gateway.cluster, selector.equal, gateways, is_ordered),)


def _running(mesh: MeshView, gateway: Resource) -> Iterator[GatewayProxy]:
    for workload in gateway_workloads(mesh, gateway)[:_MOST]:
        gateways, is_ordered = _ordered(gateways_configuring(mesh, workload))
        yield GatewayProxy(workload.namespace, workload.cluster, workload.labels, gateways, is_ordered, workload)


def _ordered(found: tuple[Resource, ...]) -> tuple[tuple[Resource, ...], bool]:
    ordered = oldest_first(found)
    return (found, False) if ordered is None else (ordered, True)


def _listening(mesh: MeshView, proxy: GatewayProxy, number: int) -> int:
    """The port of the pod that a port of a server, or of the Service, stands for."""
    workload = proxy.workload
    if workload is None:
        return number
    ports: Iterator[Node] = (port for one in services_of(mesh, workload) for port in one.each("spec.ports[]"))
    entry = next((port for port in ports if port_number(port) == number), None)
    target = target_number(entry, workload) if entry is not None else None
    return number if target is None else target
