"""Which Server governs a port: the oldest one of its namespace that selects the pod and the port."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.selection import SelectorIndex, selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.kinds import EXTERNAL_WORKLOAD, LINKERD_SERVER
from service_mesh.model.node import Node
from service_mesh.model.ports import LAST_PORT
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import NOTHING, Selector, label_selector
from service_mesh.posture.linkerd.policy import InboundPolicy, parsed_policy

__all__ = [
    "SERVER_KINDS",
    "Governing",
    "ProxyProtocol",
    "access_policy",
    "governed_ports",
    "governing",
    "governing_external",
    "named_ports",
    "proxy_protocol",
    "server_port",
    "server_selector",
    "servers_on",
    "workloads_of_server",
]

SERVER_KINDS = (LINKERD_SERVER, *WORKLOAD_KINDS)
"""The kinds that are read here; `governing_external` is given its ExternalWorkload."""

_PODS, _EXTERNAL = "spec.podSelector", "spec.externalWorkloadSelector"
_ACCESS_SINCE = (24, 8, 2)
_WITHOUT_ACCESS = frozenset({"v1alpha1", "v1beta1", "v1beta2"})


class ProxyProtocol(StrEnum):
    """What a Server says that its port speaks."""

    UNKNOWN = "unknown"
    HTTP_1 = "HTTP/1"
    HTTP_2 = "HTTP/2"
    GRPC = "gRPC"
    OPAQUE = "opaque"
    TLS = "TLS"

    @property
    def is_http(self) -> bool:
        """Whether HTTPRoutes count on it: where it is HTTP, or found out by looking."""
        return self in (ProxyProtocol.UNKNOWN, ProxyProtocol.HTTP_1, ProxyProtocol.HTTP_2)


_PROTOCOLS = {protocol.value: protocol for protocol in ProxyProtocol}


@dataclass(frozen=True, slots=True)
class Governing:
    """Which Server governs a port.

    Attributes:
        server: The one that counts; None where none does, or where it is not known which.
        candidates: Every Server that selects the port; the oldest first if the order is known.
        missing: What would have to be known; empty where the answer is certain. A Server that is named here with
            something missing counts, unless one that is not loaded is older.
    """

    server: Resource | None = None
    candidates: tuple[Resource, ...] = ()
    missing: str = ""

    @property
    def is_default(self) -> bool:
        """Whether the default policy rules for certain."""
        return self.server is None and not self.missing

    @property
    def rivals(self) -> tuple[Resource, ...]:
        """The Servers that select the port and do not count."""
        return tuple(one for one in self.candidates if one is not self.server) if self.server is not None else ()


def governing(mesh: MeshView, workload: Workload, port: int) -> Governing:
    """Tell which Server governs a container port of a workload.

    Servers select pods of their own namespace. Of several on a port the oldest counts alone, by name where two are of
    one second; up to 2.17 the webhook refused a second one. Files carry no time: then it is not known which counts.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, reindex_servers)

    Args:
        mesh: The objects.
        workload: Whose port; whether it is meshed is not asked.
        port: Number of the container port, whether the pod declares it or not.
    """
    found = governed_ports(mesh, workload).get(port)
    return found if found is not None else _none_on(mesh, workload.namespace, workload.cluster)


def governed_ports(mesh: MeshView, workload: Workload) -> Mapping[int, Governing]:
    """The ports of a workload that some Server selects, and which one governs each."""
    return mesh.once(_governed_ports, workload)


def governing_external(mesh: MeshView, external: Resource, port: int) -> Governing:
    """Tell which Server governs a port of an ExternalWorkload, a machine outside Kubernetes.

    Args:
        mesh: The objects.
        external: An object of kind ExternalWorkload.
        port: Number of the port.
    """
    found = mesh.once(_external_ports, external).get(port)
    return found if found is not None else _none_on(mesh, external.namespace, external.cluster)


def servers_on(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The Servers that select the pods of a workload, whichever port they name."""
    index = mesh.index(_by_pods)
    return index.matching(workload.cluster, workload.namespace, workload.labels)


def workloads_of_server(mesh: MeshView, server: Resource) -> tuple[Workload, ...]:
    """The workloads whose pods a Server selects, whether they have its port or not."""
    return selected(mesh, server_selector(server), server.namespace, server.cluster)


def server_selector(server: Resource) -> Selector:
    """The pods that a Server selects: none where it is for machines; an empty selector selects its namespace."""
    return server.once(_pod_selector)


def server_port(server: Resource, named: Mapping[str, frozenset[int]]) -> frozenset[int]:
    """The numbers of the ports that a Server is for; a text is always a name, digits or not, and ranges do not exist.

    Args:
        server: The Server.
        named: Name of a TCP port of the pod -> its numbers, several where containers share a name.
    """
    node = server.get("spec.port")
    if node is None:
        return frozenset()
    if type(node.value) is int:
        return frozenset((node.value,)) if 0 < node.value <= LAST_PORT else frozenset()
    return named.get(node.text, frozenset())


def named_ports(workload: Workload) -> Mapping[str, frozenset[int]]:
    """The TCP ports of a workload's containers by name, init containers included.

    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/workload.rs`, pod_tcp_ports_by_name)
    """
    template = workload.template
    return _by_name((*template.each("spec.containers[].ports[]"), *template.each("spec.initContainers[].ports[]")))


def access_policy(mesh: MeshView, server: Resource) -> tuple[InboundPolicy, Node | None]:
    """Whom a Server lets in besides its authorizations, and the field that says so.

    `deny` adds nobody; it is the default, and what counts for a value that does not exist. The field came with
    v1beta3, in edge-24.8.2 (2.16); older versions of the API drop it.
    (`linkerd/linkerd2: charts/linkerd-crds/templates/policy/server.yaml`;
    `policy-controller/k8s/index/src/inbound/server.rs`)
    """
    node = server.get("spec.accessPolicy")
    if node is None or server.version in _WITHOUT_ACCESS or mesh.release("linkerd") < _ACCESS_SINCE:
        return InboundPolicy.DENY, None
    return parsed_policy(mesh, node.text) or InboundPolicy.DENY, node


def proxy_protocol(server: Resource) -> ProxyProtocol:
    """What a Server says that its port speaks; found out by looking where it says nothing."""
    node = server.get("spec.proxyProtocol")
    return _PROTOCOLS.get(node.text, ProxyProtocol.UNKNOWN) if node is not None else ProxyProtocol.UNKNOWN


def _governed_ports(mesh: MeshView, workload: Workload) -> Mapping[int, Governing]:
    return _governed(servers_on(mesh, workload), named_ports(workload))


def _external_ports(mesh: MeshView, external: Resource) -> Mapping[int, Governing]:
    if external.kind != EXTERNAL_WORKLOAD:
        return {}
    servers = mesh.index(_by_machines).matching(external.cluster, external.namespace, external.labels)
    return _governed(servers, _by_name(external.each("spec.ports[]"), "port"))


def _governed(servers: Iterable[Resource], named: Mapping[str, frozenset[int]]) -> Mapping[int, Governing]:
    by_port: dict[int, list[Resource]] = {}
    for server in servers:
        for port in server_port(server, named):
            by_port.setdefault(port, []).append(server)
    return {port: _first_of(rivals) for port, rivals in by_port.items()}


def _first_of(rivals: list[Resource]) -> Governing:
    ordered = oldest_first(rivals)
    if ordered is not None:
        return Governing(ordered[0], ordered)
    titles = ", ".join(f"'{server.title}'" for server in rivals[:3])
    return Governing(None, tuple(rivals), f"which of {titles} is the oldest, since that one counts alone")


def _none_on(mesh: MeshView, namespace: str, cluster: str) -> Governing:
    mesh.mark_read(LINKERD_SERVER)
    if mesh.is_complete(namespace, cluster) or mesh.is_listed(LINKERD_SERVER, cluster):
        return Governing()
    return Governing(missing=f"the Servers of namespace '{namespace}'")


def _by_name(ports: Iterable[Node], field: str = "containerPort") -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for port in ports:
        name, number, protocol = port.get("name"), port.get(field), port.get("protocol")
        is_tcp = protocol is None or protocol.text.upper() in ("TCP", "")
        if name is not None and number is not None and type(number.value) is int and is_tcp:
            found.setdefault(name.text, set()).add(number.value)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def _pod_selector(server: Resource) -> Selector:
    return _selector(server, _PODS)


def _machine_selector(server: Resource) -> Selector:
    return _selector(server, _EXTERNAL)


def _selector(server: Resource, path: str) -> Selector:
    node = server.get(path)
    return label_selector(node) if node is not None and isinstance(node.value, dict) else NOTHING


def _by_pods(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_entries(mesh, server_selector))


def _by_machines(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_entries(mesh, _machine_selector))


def _entries(mesh: MeshView, select: Callable[[Resource], Selector]) -> Iterator[tuple[str, str, Selector, Resource]]:
    for server in mesh.of_kind(LINKERD_SERVER):
        yield server.cluster, server.namespace, select(server), server
