"""Gateways of different APIs, or several of one, whose listeners one proxy opens: what one says may change another."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.attachments import listeners_of
from service_mesh.mesh.gateway_classes import ISTIO, implementation
from service_mesh.mesh.selection import services_of, workloads_of
from service_mesh.mesh.servers import servers
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.hosts import resolve_host, service_host, service_name
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import GATEWAY_NAME
from service_mesh.posture.istio.gateway_servers import gateways_configuring
from service_mesh.posture.istio.running_gateways import workloads_for

__all__ = ["added_by_gateways", "added_by_servers"]

_HOSTNAME = "Hostname"


def added_by_servers(mesh: MeshView, gateway: Resource, number: int) -> str:
    """What Gateways for the same pods add at a port of a Gateway of the Gateway API; empty for nothing.

    With a `Hostname` among its addresses, it is a Service's pods that open its listeners.
    (`istio/istio: pilot/pkg/config/kube/gateway/conversion.go`, IsManaged and extractGatewayServices)

    Args:
        mesh: The objects.
        gateway: A Gateway that Istio serves.
        number: The port.
    """
    hosts = frozenset(_addresses(gateway))
    for host in hosts:
        for other in mesh.index(_by_address).get((gateway.cluster, host), ()):
            if other is not gateway and _listens(other, number):
                return _text(other)
    for workload in (*workloads_for(mesh, gateway), *_behind(mesh, hosts, gateway.cluster)):
        for other in gateways_configuring(mesh, workload):
            if any(server.port == number for server in servers(other)):
                return _text(other)
    return ""


def added_by_gateways(mesh: MeshView, workload: Workload, number: int) -> str:
    """What Gateways of the Gateway API add at a port of a workload that Istio's Gateways configure; empty for nothing.

    Args:
        mesh: The objects.
        workload: The gateway's workload.
        number: The port.
    """
    name = workload.labels.get(GATEWAY_NAME)
    own = mesh.find(GATEWAY_API_GATEWAY, workload.namespace, name, workload.cluster) if isinstance(name, str) else None
    hosts = (service_host(one.name, one.namespace) for one in services_of(mesh, workload))
    listed = (one for host in hosts for one in mesh.index(_by_address).get((workload.cluster, host), ()))
    found = next((one for one in (own, *listed) if one is not None and _listens(one, number)), None)
    return "" if found is None else _text(found)


def _text(gateway: Resource) -> str:
    return f"what '{gateway.title}' adds at the port, which the same pods open"


def _listens(gateway: Resource, number: int) -> bool:
    return any(node.value_at("port") == number for node in listeners_of(gateway))


def _behind(mesh: MeshView, hosts: frozenset[str], cluster: str) -> Iterator[Workload]:
    for named in map(service_name, hosts):
        service = mesh.find(SERVICE, named.namespace, named.name, cluster) if named is not None else None
        if service is not None:
            yield from workloads_of(mesh, service)


def _addresses(gateway: Resource) -> Iterator[str]:
    for node in gateway.each("spec.addresses[]"):
        if node.text_at("type") == _HOSTNAME:
            yield resolve_host(node.text_at("value"), gateway.namespace)


def _by_address(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for gateway in mesh.of_kind(GATEWAY_API_GATEWAY):
        if implementation(mesh, gateway) == ISTIO:
            for host in dict.fromkeys(_addresses(gateway)):
                found.setdefault((gateway.cluster, host), []).append(gateway)
    return {key: tuple(gateways) for key, gateways in found.items()}
