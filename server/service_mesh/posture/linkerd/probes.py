"""Which probes of the kubelet a meshed port answers: the paths that are let in without being authorized."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.node import Node
from service_mesh.posture.linkerd.authorizations import port_access
from service_mesh.posture.linkerd.clients import Authorization
from service_mesh.posture.linkerd.installation import installation
from service_mesh.posture.linkerd.networks import EVERYWHERE, NetworkMatch, network_in
from service_mesh.posture.linkerd.ports import is_opaque
from service_mesh.posture.linkerd.servers import proxy_protocol

__all__ = ["Probe", "ProbeKind", "probe_authorization", "probe_networks", "probes_of"]

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOLDERS = ("spec.containers[]", "spec.initContainers[]")


class ProbeKind(StrEnum):
    """How the kubelet asks."""

    HTTP = "httpGet"
    GRPC = "grpc"
    TCP = "tcpSocket"


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe of a container.

    Attributes:
        node: The probe's `httpGet`, `grpc` or `tcpSocket`.
        kind: Which of them it is.
        port: Number of the port; None where its name is no TCP port of the container.
        path: What an HTTP probe asks for, without a query; empty for the others.
    """

    node: Node
    kind: ProbeKind
    port: int | None
    path: str = ""


def probes_of(workload: Workload) -> tuple[Probe, ...]:
    """The probes of a workload's containers, init containers included.

    A name stands for a TCP port of the same container.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/workload.rs`, pod_http_probes)
    """
    return tuple(_probes(workload))


def probe_networks(mesh: MeshView, cluster: str = "") -> tuple[NetworkMatch, ...]:
    """The networks that probes are expected from: chart value `policyController.probeNetworks`; none turns it off.

    Everywhere, as in the chart, where the installation is not known.
    """
    found = installation(mesh, cluster)
    written = found.value("policyController.probeNetworks") if found is not None else None
    if not isinstance(written, list):
        return EVERYWHERE
    networks = (network_in(text) for text in written if isinstance(text, str))
    return tuple(NetworkMatch(network) for network in networks if network is not None)


def probe_authorization(mesh: MeshView, workload: Workload, port: int) -> Authorization | None:
    """What lets GET requests for the exact paths of the HTTP probes of a port in, whatever else is authorized.

    None where nothing does: where the pod has no such probe on the port, where routes take over, and where the port is
    not treated as HTTP. Probes by gRPC are never let in this way.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, default_inbound_http_routes)
    """
    probe = next((one for one in probes_of(workload) if one.port == port and one.kind is ProbeKind.HTTP), None)
    networks = probe_networks(mesh, workload.cluster)
    if probe is None or not networks:
        return None
    access = port_access(mesh, workload, port)
    server = access.governing.server
    is_http = proxy_protocol(server).is_http if server is not None else is_opaque(mesh, workload, port) is not True
    return Authorization(probe.node, networks=networks) if is_http and not access.routes else None


def _probes(workload: Workload) -> Iterator[Probe]:
    for path in _HOLDERS:
        for container in workload.template.each(path):
            names = _names(container)
            for field in _PROBES:
                yield from _of_probe(container.get(field), names)


def _of_probe(probe: Node | None, names: Mapping[str, int]) -> Iterator[Probe]:
    for kind in ProbeKind:
        node = probe.get(kind) if probe is not None else None
        if node is not None and isinstance(node.value, dict):
            yield Probe(node, kind, _port(node, names), _path(node) if kind is ProbeKind.HTTP else "")


def _path(node: Node) -> str:
    path = node.get("path")
    return (path.text.partition("?")[0] if path is not None else "") or "/"


def _port(node: Node, names: Mapping[str, int]) -> int | None:
    port = node.get("port")
    if port is None:
        return None
    return port.value if type(port.value) is int else names.get(port.text.lower())


def _names(container: Node) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for port in container.each("ports[]"):
        name, number, protocol = port.get("name"), port.get("containerPort"), port.get("protocol")
        is_tcp = protocol is None or protocol.text.upper() in ("TCP", "")
        if name is not None and number is not None and type(number.value) is int and is_tcp:
            found.setdefault(name.text.lower(), number.value)
    return found
