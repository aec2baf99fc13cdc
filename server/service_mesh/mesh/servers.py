"""What a server of an Istio Gateway does with connections, and which servers end up in one proxy."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.gateways import gateway_workloads
from service_mesh.mesh.selection import gateway_selector
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import split_scope
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Server", "all_servers", "proxies", "served_host", "servers"]

_MOST = 50
"""Workloads of one Gateway that are told apart: what has more is known by its selector."""

_HTTP = frozenset({"HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB"})
_PASSING = frozenset({"PASSTHROUGH", "AUTO_PASSTHROUGH"})


@dataclass(frozen=True, slots=True)
class Server:
    """An entry of `spec.servers`.

    Attributes:
        node: The entry.
        port: Its port number.
        protocol: Its protocol in capitals.
        bind: The address it listens on; empty for all.
        mode: TLS mode in capitals; empty without `tls`, PASSTHROUGH where `tls` names none.
    """

    node: Node
    port: int
    protocol: str
    bind: str
    mode: str

    @property
    def is_plain_http(self) -> bool:
        """Whether it reads HTTP that is not encrypted."""
        return self.protocol in _HTTP

    @property
    def has_tls(self) -> bool:
        """Whether it has a `tls` block, even one that only redirects: istiod then refuses hosts that it has already."""
        return bool(self.mode)

    @property
    def reads_tls(self) -> bool:
        """Whether connections are told apart by TLS server name."""
        return self.has_tls and not self.is_plain_http

    @property
    def passes_through(self) -> bool:
        """Whether it passes TLS on without opening it."""
        return self.reads_tls and self.mode in _PASSING

    @property
    def section(self) -> str:
        """The kind of routes of a VirtualService that it takes; none for automatic passing on.

        (`istio/istio: pilot/pkg/networking/core/gateway.go`, createGatewayTCPFilterChainOpts and IsHTTPServer)
        """
        if self.passes_through:
            return "tls" if self.mode == "PASSTHROUGH" else ""
        return "http" if self.is_plain_http or self.protocol == "HTTPS" else "tcp"

    @property
    def hosts(self) -> Iterator[Node]:
        """Its hosts as written."""
        return (host for host in self.node.each("hosts[]") if host.text)

    def credential(self) -> Node | None:
        """The name of the Secret with its certificate, where it has a use for one."""
        found = self.node.get("tls.credentialName")
        return found if found is not None and found.text and self.mode not in _PASSING else None


def servers(gateway: Resource) -> tuple[Server, ...]:
    """The servers of an Istio Gateway that have a port number and a protocol."""
    return gateway.once(_all_servers)


def _all_servers(gateway: Resource) -> tuple[Server, ...]:
    return tuple(_servers(gateway))


def _servers(gateway: Resource) -> Iterator[Server]:
    for node in gateway.each("spec.servers[]"):
        number, protocol = node.get("port.number"), node.get("port.protocol")
        if number is None or type(number.value) is not int or protocol is None or not protocol.text:
            continue
        bind, tls, mode = node.get("bind"), node.get("tls"), node.get("tls.mode")
        said = (mode.text if mode is not None else "") or "PASSTHROUGH"
        shown = said.upper() if tls is not None and isinstance(tls.value, dict) else ""
        yield Server(node, number.value, protocol.text.upper(), bind.text if bind else "", shown)


def all_servers(mesh: MeshView) -> Iterator[Server]:
    """The servers of all Istio Gateways."""
    for gateway in mesh.of_kind(GATEWAY):
        yield from servers(gateway)


def proxies(mesh: MeshView, gateway: Resource) -> frozenset[tuple[str, ...]]:
    """Keys of the proxies that a Gateway configures: its selector, and each workload it selects.

    Two Gateways with a key in common have servers in one proxy.
    """
    selector = frozenset(gateway_selector(gateway).equal.items())
    by_selector = (gateway.cluster, "", *(f"{key}={value}" for key, value in sorted(selector)))
    pods = gateway_workloads(mesh, gateway)[:_MOST]
    return frozenset({by_selector, *((pod.cluster, str(pod.key.kind), pod.namespace, pod.key.name) for pod in pods)})


def served_host(host: Node) -> str:
    """A server's host with its namespace resolved: `*/x` is `x` for everybody, `./x` is one of the own namespace."""
    scope, name = split_scope(host.text, host.resource.namespace)
    return name if scope == "*" else f"{scope}/{name}"
