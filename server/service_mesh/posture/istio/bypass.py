"""What passes the proxies by: ports, addresses, protocols and pods that are left out of capture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.networks import Network, contains
from service_mesh.model.node import Node
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.source.embedded import embedded_map

__all__ = [
    "META_PORTS",
    "Bypass",
    "captures_all",
    "inbound_bypass",
    "is_on_own_node",
    "outbound_bypass",
    "own_node_bypass",
    "proxy_setting",
]

META_PORTS = frozenset({15020, 15021, 15090})
"""Ports of the sidecar's own that the injector leaves out of capture: metrics, health, statistics.

(`istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml`)
"""

_PREFIX = "traffic.sidecar.istio.io/"
_BYPASS_ZTUNNEL = "ambient.istio.io/bypass-inbound-capture"
_INTERCEPTION = "sidecar.istio.io/interceptionMode"
_CONFIG = "proxy.istio.io/config"
_TUNNELS_SINCE = (1, 29)
_PROXY_USER = 1337
_PROXY = "istio-proxy"
_EVERYTHING = "*"
_MOST = 200
"""Entries of one list that are read."""


@dataclass(frozen=True, slots=True)
class Bypass:
    """Why a connection passes a proxy by.

    Attributes:
        reason: Why, in one sentence.
        chain: The setting that says so.
        missing: What would have to be known to tell whether it does; empty where it does for certain.
        takes_tunnels: Whether tunnels are taken all the same.
    """

    reason: str
    chain: tuple[Note, ...] = ()
    missing: str = ""
    takes_tunnels: bool = True


def inbound_bypass(mesh: MeshView, server: Workload, port: int) -> Bypass | None:
    """Tell why connections to a container port pass the server's proxy by; None where they do not.

    What passes it by reaches the application as it was sent, and no policy of the mesh is enforced.
    (`istio/istio: tools/istio-iptables/pkg/capture/run.go`; `cni/pkg/iptables/iptables.go`)
    """
    return mesh.once(_inbound, (server, port))


def is_on_own_node(mesh: MeshView, client: Workload, server: Workload) -> bool | None:
    """Tell whether a client is in the network of the node that the server runs on; None where that is not known."""
    if not client.uses_host_network or client.cluster != server.cluster:
        return False
    ours, theirs = _nodes(mesh, client), _nodes(mesh, server)
    if not ours or not theirs:
        return None
    return False if not ours & theirs else True if len(ours | theirs) == 1 else None


def own_node_bypass(mesh: MeshView, server: Workload, *, is_near: bool | None) -> Bypass | None:
    """Tell why connections of a process in the network of a node pass the server's ztunnel by; None where they do not.

    Those of its own node arrive from an address that is left out of capture, probes of the kubelet and any other alike.
    (`istio/istio: cni/pkg/iptables/iptables.go`)

    Args:
        mesh: The objects.
        server: The server.
        is_near: Whether the process runs on the server's own node; None where that is not known.
    """
    if is_near is False or enrolment(mesh, server).mode is not Enrolled.AMBIENT:
        return None
    missing = "" if is_near else f"whether the client runs on the node of '{server.title}', as its pods tell"
    return Bypass("what comes from the network of the server's own node passes ztunnel by", missing=missing)


def _nodes(mesh: MeshView, workload: Workload) -> frozenset[str]:
    """The nodes that a workload's pods run on; none where one of them is not known."""
    names = [pod.root.text_at("spec.nodeName") for pod in pods_of(mesh, workload)]
    return frozenset(names) if all(names) else frozenset()


def outbound_bypass(mesh: MeshView, client: Workload, port: int, addresses: Iterable[Network]) -> Bypass | None:
    """Tell why connections of a client with a sidecar pass its proxy by; None where they do not.

    Ports that are left out come first, then addresses that are, then ports that are taken in, then addresses.
    (`istio/istio: tools/istio-iptables/pkg/capture/run.go`)

    Args:
        mesh: The objects.
        client: Who connects.
        port: The port that it connects to: of the Service, where it addresses one.
        addresses: What it connects to, as far as that is known.
    """
    return mesh.once(_outbound, (client, port, tuple(addresses)))


def captures_all(mesh: MeshView, client: Workload) -> bool:
    """Tell whether the sidecar of a client captures whatever it connects to, whichever the port and address."""
    return mesh.once(_captures_all, client)


def proxy_setting(mesh: MeshView, workload: Workload, path: tuple[str, ...]) -> tuple[object, Node | None]:
    """A setting of a workload's proxy: its own annotation before what the mesh configuration says for all.

    (`istio/api: mesh/v1alpha1/proxy.proto`, ProxyConfig)
    """
    node = _annotation(workload, _CONFIG)
    found = _at(embedded_map(node.text) or {}, path) if node is not None and node.text else None
    if found is not None:
        return found, node
    config = mesh_config(mesh, workload.cluster)
    return _at(config.setting("defaultConfig"), path), config.node


def _inbound(mesh: MeshView, asked: tuple[Workload, int]) -> Bypass | None:
    mesh.mark_read(*ENROLMENT_KINDS)
    server, port = asked
    match enrolment(mesh, server).mode:
        case Enrolled.SIDECAR if not server.is_machine:
            return _past_sidecar(mesh, server, port)
        case Enrolled.AMBIENT:
            return _past_ztunnel(mesh, server)
        case _:
            return None


def _past_ztunnel(mesh: MeshView, server: Workload) -> Bypass | None:
    """Up to 1.28 tunnels to such pods time out, though clients send them (`istio/istio`, pull request 58577)."""
    node = _annotation(server, _BYPASS_ZTUNNEL)
    if node is None or node.text != "true":
        return None
    note, takes_tunnels = node.note("leaves ztunnel out"), mesh.release("istio") >= _TUNNELS_SINCE
    return Bypass("the server's pods leave incoming traffic uncaptured", (note,), takes_tunnels=takes_tunnels)


def _past_sidecar(mesh: MeshView, server: Workload, port: int) -> Bypass | None:
    if port in META_PORTS:
        return Bypass(f"port {port} is the sidecar's own and is not captured")
    if (uncaptured := _uncaptured(mesh, server)) is not None:
        return uncaptured
    text, node = _listed(mesh, server, "excludeInboundPorts")
    if str(port) in _parts(text):
        return Bypass(f"port {port} passes the server's proxy by", _chain(node, "leaves the port out"))
    text, node = _listed(mesh, server, "includeInboundPorts")
    if text is not None and str(port) not in (included := _parts(text)) and _EVERYTHING not in included:
        return Bypass(f"port {port} passes the server's proxy by", _chain(node, "does not take the port in"))
    return None


def _uncaptured(mesh: MeshView, workload: Workload) -> Bypass | None:
    node = _annotation(workload, _INTERCEPTION)
    mode: object = node.text if node is not None and node.text else None
    if mode is None:
        mode, node = proxy_setting(mesh, workload, ("interceptionMode",))
    if mode != "NONE":
        return None
    return Bypass("the proxy captures nothing", _chain(node, "turns capture off"))


def _captures_all(mesh: MeshView, client: Workload) -> bool:
    if client.is_machine:
        return True
    if _uncaptured(mesh, client) is not None or _as_proxy_user(client) is not None:
        return False
    if _parts(_listed(mesh, client, "excludeOutboundPorts")[0]) or _listed(mesh, client, "excludeOutboundIPRanges")[0]:
        return False
    included = _listed(mesh, client, "includeOutboundIPRanges")[0]
    return included is None or included.strip() == _EVERYTHING


def _outbound(mesh: MeshView, asked: tuple[Workload, int, tuple[Network, ...]]) -> Bypass | None:
    client, port, addresses = asked
    if client.is_machine:
        return None
    found = _uncaptured(mesh, client) or _as_proxy_user(client)
    if found is not None:
        return found
    text, node = _listed(mesh, client, "excludeOutboundPorts")
    if str(port) in _parts(text):
        return Bypass(f"port {port} passes the client's proxy by", _chain(node, "leaves the port out"))
    return _by_address(mesh, client, port, addresses)


def _by_address(mesh: MeshView, client: Workload, port: int, addresses: tuple[Network, ...]) -> Bypass | None:
    excluded, outer = _listed(mesh, client, "excludeOutboundIPRanges")
    included, inner = _listed(mesh, client, "includeOutboundIPRanges")
    takes_all = included is None or included.strip() == _EVERYTHING
    left_out, taken = _networks(excluded), _networks(included)
    if takes_all and not left_out:
        return None
    always = str(port) in _parts(_listed(mesh, client, "includeOutboundPorts")[0])
    answers = {_passes(address, left_out, None if takes_all else taken, always=always) for address in addresses}
    if not left_out and not taken:
        answers = {not always}
    if answers == {False}:
        return None
    chain = _chain(outer if left_out else inner, "leaves addresses out")
    missing = "" if answers == {True} else "the address that the client connects to, since some pass its proxy by"
    return Bypass("the address passes the client's proxy by", chain, missing)


def _passes(address: Network, left_out: list[Network], taken: list[Network] | None, *, always: bool) -> bool:
    if any(contains(network, address) for network in left_out):
        return True
    return not always and taken is not None and not any(contains(network, address) for network in taken)


def _as_proxy_user(client: Workload) -> Bypass | None:
    """Processes that run as the proxy's own user are not captured, so that the proxy's traffic is not either."""
    containers = [one for one in client.containers if one.text_at("name") != _PROXY]
    whole = client.template.get("spec.securityContext.runAsUser")
    users = [one.get("securityContext.runAsUser") or whole for one in containers]
    alike = [user for user in users if user is not None and user.value == _PROXY_USER]
    if not alike:
        return None
    missing = "" if len(alike) == len(users) else "which container connects, since one runs as the proxy's user"
    reason = "the client runs as the proxy's user, which is not captured"
    return Bypass(reason, _chain(alike[0], "is the proxy's user"), missing)


_VALUES: Mapping[str, str] = {
    "includeOutboundIPRanges": "includeIPRanges",
    "excludeOutboundIPRanges": "excludeIPRanges",
}


def _listed(mesh: MeshView, workload: Workload, name: str) -> tuple[str | None, Node | None]:
    """A list of ports or addresses: the pod's annotation, else the chart's value; None where neither says anything."""
    node = _annotation(workload, _PREFIX + name)
    if node is not None:
        return node.text, node
    config = mesh_config(mesh, workload.cluster)
    found = config.installed.value(f"global.proxy.{_VALUES.get(name, name)}") if config.installed else None
    return (found, config.node) if isinstance(found, str) and found else (None, None)


def _parts(text: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",", _MOST)) if text else frozenset()


def _networks(text: str | None) -> list[Network]:
    found = []
    for part in _parts(text):
        try:
            found.append(ip_network(part[:64], strict=False))
        except ValueError:
            continue
    return found


def _annotation(workload: Workload, name: str) -> Node | None:
    held = workload.template.value_at("metadata.annotations")
    if not isinstance(held, dict) or name not in held:
        return None
    holder = workload.template.get("metadata.annotations")
    return holder.key(name) if holder is not None else None


def _chain(node: Node | None, text: str) -> tuple[Note, ...]:
    return (node.note(text),) if node is not None else ()


def _at(value: object, path: tuple[str, ...]) -> object:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
