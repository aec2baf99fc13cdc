"""Ports that Linkerd treats otherwise: opaque ones, whose protocol it does not look for, and those that pass it by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import LINKERD_SERVER, SERVICE
from service_mesh.model.networks import Network
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS, installation
from service_mesh.posture.linkerd.networks import network_in
from service_mesh.posture.linkerd.port_lists import PortList, ports_in, ranges_in
from service_mesh.posture.linkerd.servers import ProxyProtocol, governing, proxy_protocol
from service_mesh.posture.linkerd.settings import SETTING_KINDS, Setting, annotation, setting

__all__ = [
    "META_PORTS",
    "OPAQUE_PORTS",
    "PORT_KINDS",
    "SKIP_INBOUND",
    "SKIP_OUTBOUND",
    "SKIP_SUBNETS",
    "PortSetting",
    "default_opaque",
    "is_opaque",
    "opaque_of_pods",
    "opaque_of_service",
    "skipped_inbound",
    "skipped_outbound",
    "skipped_subnets",
]

PORT_KINDS = (*dict.fromkeys((*SETTING_KINDS, *INSTALLATION_KINDS, SERVICE, LINKERD_SERVER)),)
"""The kinds that are read here."""

OPAQUE_PORTS = "config.linkerd.io/opaque-ports"
"""The annotation of Services, of pods, and of namespaces for both."""

SKIP_INBOUND = "config.linkerd.io/skip-inbound-ports"
"""The annotation with ports where connections reach the pod without its proxy."""

SKIP_OUTBOUND = "config.linkerd.io/skip-outbound-ports"
"""The annotation with ports to which the pod connects without its proxy."""

SKIP_SUBNETS = "config.linkerd.io/skip-subnets"
"""The annotation with networks from which connections reach the pod without its proxy."""

META_PORTS = frozenset({4190, 4191})
"""The proxy's own ports, tap and metrics: always left to it. (`linkerd/linkerd2: charts/partials/templates`)"""

_OPAQUE = "25,587,3306,4444,5432,6379,9300,11211"
_SKIPPED = "4567,4568"


@dataclass(frozen=True, slots=True)
class PortSetting:
    """Some ports, and who says so.

    Attributes:
        ports: The ports.
        chain: The annotation or the installation that lists them; empty for the chart's own list.
        missing: What would have to be loaded to know; empty where it is known.
        is_annotated: Whether an annotation lists them.
    """

    ports: PortList
    chain: tuple[Note, ...] = ()
    missing: str = ""
    is_annotated: bool = False


def default_opaque(mesh: MeshView, cluster: str = "") -> PortSetting:
    """The ports that are opaque where no annotation says anything: chart value `proxy.opaquePorts`."""
    return _of_chart(mesh, cluster, "proxy.opaquePorts", _OPAQUE)


def opaque_of_service(mesh: MeshView, service: Resource) -> PortSetting:
    """The ports of a Service that clients treat as opaque: this annotation is for the side that connects.

    Numbers and names are those of the Service's own ports, not of the pods behind it. Without an annotation of its own
    that of the namespace counts, which the webhook copies when the Service is made, and then the default list.
    (`linkerd/linkerd2: controller/api/destination/watcher/opaque_ports_watcher.go`;
    `policy-controller/k8s/index/src/outbound/index.rs`)
    """
    return mesh.once(_opaque_of_service, service)


def opaque_of_pods(mesh: MeshView, workload: Workload) -> PortSetting:
    """The ports of pods that clients treat as opaque, whichever Service they come by.

    Names are those of container ports. An injected pod without an annotation gets the default ports that it declares.
    (`linkerd/linkerd2: controller/api/destination/watcher/workload_watcher.go`, GetAnnotatedOpaquePorts;
    `controller/proxy-injector/webhook.go`)
    """
    return mesh.once(_opaque_of_pods, workload)


def is_opaque(mesh: MeshView, workload: Workload, port: int) -> bool | None:
    """Tell whether the proxy of a meshed workload forwards a port as it comes; None where that is not known.

    The Server that governs the port decides alone; without one the annotation of the pods does, whose list counts for
    nothing on this side if one entry of it is a name or is wrong.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, default_inbound_server)
    """
    governed = governing(mesh, workload, port)
    if governed.server is not None:
        return proxy_protocol(governed.server) is ProxyProtocol.OPAQUE
    said = setting(mesh, workload, OPAQUE_PORTS)
    if governed.missing or said.missing:
        return None
    if said.node is not None:
        return port in (ports_in(said.text) or ())
    return port in default_opaque(mesh, workload.cluster).ports and port in _declared(workload)


def skipped_inbound(mesh: MeshView, workload: Workload) -> PortSetting:
    """The container ports of a meshed workload where connections pass its proxy by, in plaintext and unchecked.

    The proxy's own ports are left out. (`linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl`)
    """
    return _skipped(mesh, workload, SKIP_INBOUND, "proxyInit.ignoreInboundPorts")


def skipped_outbound(mesh: MeshView, workload: Workload) -> PortSetting:
    """The ports to which a meshed workload connects without its proxy.

    What counts is the port that is connected to, which is the Service's and not the pod's where a Service is addressed.
    (`linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl`)
    """
    return _skipped(mesh, workload, SKIP_OUTBOUND, "proxyInit.ignoreOutboundPorts")


def skipped_subnets(mesh: MeshView, workload: Workload) -> tuple[tuple[Network, ...], Setting]:
    """The networks from which connections reach a workload without its proxy, and the annotation that lists them."""
    said = setting(mesh, workload, SKIP_SUBNETS)
    text = said.text
    if said.node is None and not said.missing:
        found = installation(mesh, workload.cluster)
        text = found.text("proxyInit.skipSubnets") if found is not None else ""
    networks = (network_in(entry.strip()) for entry in text.split(",")[:1024])
    return tuple(network for network in networks if network is not None), said


def _skipped(mesh: MeshView, workload: Workload, name: str, path: str) -> PortSetting:
    said = setting(mesh, workload, name)
    if said.missing:
        return PortSetting(PortList(), (), said.missing)
    if said.node is not None:
        return PortSetting(
            ranges_in(said.text), said.chain("lists ports that pass the proxy by"), "", is_annotated=True
        )
    return _of_chart(mesh, workload.cluster, path, _SKIPPED)


def _of_chart(mesh: MeshView, cluster: str, path: str, usual: str) -> PortSetting:
    mesh.mark_read(*INSTALLATION_KINDS)
    found = installation(mesh, cluster)
    if found is None or not isinstance(found.value(path), str):
        return PortSetting(ranges_in(usual))
    return PortSetting(ranges_in(found.text(path)), (found.node.note(f"sets '{path}'"),))


def _opaque_of_service(mesh: MeshView, service: Resource) -> PortSetting:
    mesh.mark_read(*PORT_KINDS)
    namespace = namespace_named(mesh, service.namespace, service.cluster)
    node = annotation(service.root, OPAQUE_PORTS)
    if node is None and not service.is_from_cluster:
        if namespace is None:
            return PortSetting(PortList(), (), f"the annotations of namespace '{service.namespace}'")
        node = annotation(namespace.root, OPAQUE_PORTS)
    if node is None:
        return default_opaque(mesh, service.cluster)
    names = _names(service.each("spec.ports[]"), "port")
    return PortSetting(ranges_in(node.text, names), (node.note("lists opaque ports"),), "", is_annotated=True)


def _opaque_of_pods(mesh: MeshView, workload: Workload) -> PortSetting:
    mesh.mark_read(*PORT_KINDS)
    said = setting(mesh, workload, OPAQUE_PORTS)
    if said.missing:
        return PortSetting(PortList(), (), said.missing)
    if said.node is None:
        return _usual_of_pods(mesh, workload)
    names = _names(workload.template.each("spec.containers[].ports[]"), "containerPort")
    return PortSetting(ranges_in(said.text, names), said.chain("lists opaque ports"), "", is_annotated=True)


def _usual_of_pods(mesh: MeshView, workload: Workload) -> PortSetting:
    usual = default_opaque(mesh, workload.cluster)
    declared = tuple((port, port) for port in sorted(_declared(workload)) if port in usual.ports)
    return PortSetting(PortList(declared), usual.chain) if declared else usual


def _declared(workload: Workload) -> frozenset[int]:
    numbers = (node.value for node in workload.template.each("spec.containers[].ports[].containerPort"))
    return frozenset(number for number in numbers if type(number) is int)


def _names(ports: Iterable[Node], field: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for port in ports:
        name, number = port.get("name"), port.get(field)
        if name is not None and name.text and number is not None and type(number.value) is int:
            found[name.text] = number.value
    return found
