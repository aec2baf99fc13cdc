"""What the ports of a gateway take: the `tls` of its servers decides, and no PeerAuthentication is asked."""

from collections.abc import Iterator
from enum import StrEnum

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import SelectorIndex, gateway_selector, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.istio.enrolment import has_proxy

__all__ = ["GATEWAY_KINDS", "Takes", "gateway_takes", "gateways_configuring", "is_gateway_proxy", "sees_requests"]

GATEWAY_KINDS = (GATEWAY, GATEWAY_API_GATEWAY)
"""The kinds that are read here."""

_NAME = "gateway.networking.k8s.io/gateway-name"
_PROXY = "istio-proxy"
_ENCRYPTED = frozenset({"HTTPS", "TLS"})
_PLAIN_HTTP = frozenset({"HTTP", "HTTP2", "GRPC", "GRPC-WEB"})


class Takes(StrEnum):
    """What a port of a gateway takes: plaintext, TLS of whoever calls, any TLS to hand it on, or the mesh's TLS."""

    PLAINTEXT = "plaintext"
    APP_TLS = "app_tls"
    HANDED_ON = "handed_on"
    MESH_TLS = "mesh_tls"


_BY_MODE = {
    "ISTIO_MUTUAL": Takes.MESH_TLS,
    "PASSTHROUGH": Takes.HANDED_ON,
    "AUTO_PASSTHROUGH": Takes.HANDED_ON,
}


def is_gateway_proxy(workload: Workload) -> bool:
    """Tell whether a workload is a gateway as clients know one: a proxy without an application beside it.

    Such pods carry no label that tells of mesh TLS, so automatic mTLS leaves them out.
    (`istio/istio: manifests/charts/istio-control/istio-discovery/files/gateway-injection-template.yaml`,
    `kube-gateway.yaml`)
    """
    if len(workload.containers) != 1:
        return False
    return workload.containers[0].text_at("name") == _PROXY and has_proxy(workload) is not None


def gateways_configuring(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The Gateways of Istio that configure a workload, if it is a gateway, in the order of the input."""
    mesh.mark_read(GATEWAY)
    return mesh.index(_gateways).matching(workload.cluster, workload.namespace, workload.labels)


def gateway_takes(mesh: MeshView, workload: Workload, port: int) -> tuple[frozenset[Takes], tuple[Note, ...]]:
    """What the servers that listen on a port of a gateway take, and where they say so; nothing where none is loaded.

    Servers name the Service's port, or the pod's.
    (`istio/istio: pilot/pkg/model/gateway.go`, mergeGateways)
    """
    return mesh.once(_takes, (workload, port))


def sees_requests(mesh: MeshView, workload: Workload, port: int) -> frozenset[bool]:
    """Whether the servers on a port of a gateway read requests: one answer for each sort; none where none is loaded.

    Those for HTTP do, and those for HTTPS that end the TLS.
    (`istio/istio: pkg/config/gateway/gateway.go`, IsHTTPServer; `pilot/pkg/networking/core/gateway.go`)
    """
    numbers = frozenset(_numbers(mesh, workload, port))
    servers = _of_istio(mesh, workload, numbers), _of_gateway_api(mesh, workload, numbers)
    return frozenset(_reads_requests(takes, node) for found in servers for takes, node in found)


def _reads_requests(takes: Takes, node: Node) -> bool:
    """Whether a server reads requests; the node is the server, or its mode of TLS."""
    server = node.parent().parent() if isinstance(node.path[-1], str) else node
    protocol = (server.text_at("port.protocol") or server.text_at("protocol")).upper()
    return protocol in _PLAIN_HTTP or (protocol == "HTTPS" and takes is not Takes.HANDED_ON)


def _takes(mesh: MeshView, asked: tuple[Workload, int]) -> tuple[frozenset[Takes], tuple[Note, ...]]:
    mesh.mark_read(*GATEWAY_KINDS)
    workload, port = asked
    numbers = frozenset(_numbers(mesh, workload, port))
    servers = [*_of_istio(mesh, workload, numbers), *_of_gateway_api(mesh, workload, numbers)]
    return frozenset(takes for takes, _ in servers), tuple(node.note("listens there") for _, node in servers[:3])


def _numbers(mesh: MeshView, workload: Workload, port: int) -> Iterator[int]:
    yield port
    for service in services_of(mesh, workload):
        for entry in service.each("spec.ports[]"):
            number = port_number(entry)
            if number is not None and target_number(entry, workload) == port:
                yield number


def _of_istio(mesh: MeshView, workload: Workload, numbers: frozenset[int]) -> Iterator[tuple[Takes, Node]]:
    for gateway in gateways_configuring(mesh, workload):
        for server in gateway.each("spec.servers[]"):
            number = server.get("port.number")
            if number is None or type(number.value) is not int or number.value not in numbers:
                continue
            mode = server.get("tls.mode")
            if mode is not None and mode.text in _BY_MODE:
                yield _BY_MODE[mode.text], mode
            else:
                protocol = server.text_at("port.protocol").upper()
                encrypted = protocol in _ENCRYPTED or (mode is not None and bool(mode.text))
                yield (Takes.APP_TLS if encrypted else Takes.PLAINTEXT), server


def _of_gateway_api(mesh: MeshView, workload: Workload, numbers: frozenset[int]) -> Iterator[tuple[Takes, Node]]:
    name = workload.labels.get(_NAME)
    if not isinstance(name, str):
        return
    found = mesh.find(GATEWAY_API_GATEWAY, workload.namespace, name, workload.cluster)
    for listener in found.each("spec.listeners[]") if found is not None else ():
        number = listener.get("port")
        if number is not None and type(number.value) is int and number.value in numbers:
            encrypted = listener.text_at("protocol").upper() in _ENCRYPTED
            handed_on = encrypted and listener.text_at("tls.mode") == "Passthrough"
            yield Takes.HANDED_ON if handed_on else Takes.APP_TLS if encrypted else Takes.PLAINTEXT, listener


def _gateways(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_configuring(mesh))


def _configuring(mesh: MeshView) -> Iterator[tuple[str, str, Selector, Resource]]:
    for gateway in mesh.of_kind(GATEWAY):
        own = mesh_config(mesh, gateway.cluster).flag("PILOT_SCOPE_GATEWAY_TO_NAMESPACE", default=False)
        yield gateway.cluster, gateway.namespace if own else "", gateway_selector(gateway), gateway
