"""Whether what travels between two ends is encrypted on the wire, which no policy of Cilium decides or changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.cilium_config import CONFIG_KINDS, CiliumConfig, cilium_config
from service_mesh.mesh.namespaces import namespace_labels, namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import NAMESPACE, NODE
from service_mesh.model.resource import Resource
from service_mesh.posture.kubernetes.ends import End, Entity

__all__ = ["ENCRYPTION_KINDS", "Encrypted", "Encryption", "encryption"]

ENCRYPTION_KINDS = (NAMESPACE, NODE, *CONFIG_KINDS, *WORKLOAD_KINDS)
"""The kinds that are read here."""

_ENROLLED = "io.cilium/mtls-enabled"
_SWITCHES = {"enable-wireguard": "wireguard", "enable-ipsec": "ipsec"}
_OPT_OUT = "node-encryption-opt-out-labels"
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_MOST_LABELS = 50
_NODES = frozenset({Entity.HOST, Entity.REMOTE_NODE})


class Encryption(StrEnum):
    """What encrypts: the first two know nodes and not workloads."""

    WIREGUARD = "wireguard"
    IPSEC = "ipsec"
    ZTUNNEL = "ztunnel"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Whether traffic between two ends is encrypted, and why.

    Attributes:
        by: What encrypts it.
        reason: Why, in one sentence.
        chain: The options that decide it.
        missing: What would have to be known, where it is unknown.
    """

    by: Encryption
    reason: str
    chain: tuple[Note, ...] = ()
    missing: str = ""


def encryption(mesh: MeshView, client: End, server: End, protocol: str = "TCP") -> Encrypted:
    """Tell what encrypts the traffic between two ends: nothing, unless Cilium was told to.

    WireGuard and IPsec encrypt between pods of different nodes, WireGuard between nodes too if it is told so; ztunnel
    (1.19 and later) encrypts TCP between pods of namespaces that are enrolled.
    (`cilium/cilium: Documentation/security/network/encryption-wireguard.rst`, `encryption-ipsec.rst`,
    `encryption-ztunnel.rst`)
    """
    mesh.mark_read(*ENCRYPTION_KINDS)
    config = cilium_config(mesh, client.cluster)
    if config is None:
        return Encrypted(
            Encryption.UNKNOWN, "the options of Cilium are not loaded", (), "the ConfigMap 'cilium-config'"
        )
    if mesh.release("cilium") >= (1, 19) and config.is_on("enable-ztunnel"):
        return _by_ztunnel(mesh, config, client, server, protocol)
    switch = next((name for name in _SWITCHES if config.is_on(name)), "")
    if not switch:
        return Encrypted(Encryption.NONE, "no encryption is turned on")
    if client.cluster != server.cluster and server.is_pod:
        return _between_clusters(mesh, config, switch, server)
    return _between_nodes(mesh, config, switch, client, server)


def _by_ztunnel(mesh: MeshView, config: CiliumConfig, client: End, server: End, protocol: str) -> Encrypted:
    chain = _chain(config, "enable-ztunnel")
    if protocol != "TCP" or not (client.is_pod and server.is_pod):
        return Encrypted(Encryption.NONE, "ztunnel takes only TCP between pods", chain)
    if client.cluster != server.cluster:
        missing = "that both ends are in one cluster: Cilium's ztunnel does not take part in a Cluster Mesh"
        return Encrypted(Encryption.UNKNOWN, "the ends are in different clusters", chain, missing)
    enrolled = [_is_enrolled(mesh, end) for end in (client, server)]
    if None in enrolled:
        return Encrypted(Encryption.UNKNOWN, "a namespace is not loaded", chain, "the labels of the namespaces")
    if all(enrolled):
        return Encrypted(Encryption.ZTUNNEL, "both namespaces are enrolled", chain)
    if any(enrolled):
        missing = f"that both namespaces carry label '{_ENROLLED}', or neither: Cilium does not support one alone"
        return Encrypted(Encryption.UNKNOWN, "only one of the namespaces is enrolled", chain, missing)
    return Encrypted(Encryption.NONE, "neither namespace is enrolled", chain)


def _between_nodes(mesh: MeshView, config: CiliumConfig, switch: str, client: End, server: End) -> Encrypted:
    chain, kind = _chain(config, switch), Encryption(_SWITCHES[switch])
    ends = client, server
    if any(not end.is_pod and not _NODES.intersection(end.entities) for end in ends):
        return Encrypted(Encryption.NONE, "what leaves the cluster is not encrypted", chain)
    of_nodes = [end for end in ends if not end.is_pod]
    if of_nodes and kind is Encryption.IPSEC:
        missing = "whether IPsec takes in the network of nodes, which Cilium's documentation leaves open"
        return Encrypted(Encryption.UNKNOWN, "one end is in the network of a node", chain, missing)
    if of_nodes and not config.is_on("encrypt-node"):
        return Encrypted(Encryption.NONE, "the network of nodes is left out", chain)
    places = [_places(mesh, end) for end in ends]
    if not all(places) or (places[0] & places[1] and len(places[0] | places[1]) > 1):
        reason = f"{kind} encrypts between nodes alone"
        return Encrypted(Encryption.UNKNOWN, reason, chain, "on which nodes both ends run")
    if places[0] == places[1]:
        return Encrypted(Encryption.NONE, "both ends run on one node", (*chain, *_placed(mesh, client, server)))
    if of_nodes and (left_out := _left_out(mesh, config, of_nodes, chain)) is not None:
        return left_out
    return Encrypted(kind, "both ends run on different nodes", chain)


def _between_clusters(mesh: MeshView, config: CiliumConfig, switch: str, server: End) -> Encrypted:
    """Between pods of clusters that are connected: both must have it on.

    (`cilium/cilium: Documentation/security/network/encryption-wireguard.rst`, `encryption-ipsec.rst`)
    """
    chain, kind = _chain(config, switch), Encryption(_SWITCHES[switch])
    other = cilium_config(mesh, server.cluster)
    if other is None:
        missing = f"the ConfigMap 'cilium-config' of cluster '{server.cluster}'"
        return Encrypted(Encryption.UNKNOWN, "the options of the other cluster are not loaded", chain, missing)
    if not other.is_on(switch):
        return Encrypted(Encryption.NONE, f"the other cluster does not have {kind} on", chain)
    if kind is Encryption.IPSEC:
        missing = "whether both clusters hold the same key in Secret 'cilium-ipsec-keys'"
        return Encrypted(Encryption.UNKNOWN, "IPsec needs one key for both clusters", chain, missing)
    return Encrypted(kind, "both clusters have it on", (*chain, *_chain(other, switch)))


def _left_out(mesh: MeshView, config: CiliumConfig, ends: list[End], chain: tuple[Note, ...]) -> Encrypted | None:
    """Nodes that are kept from encrypting what is their own: control-plane nodes, unless other labels are chosen.

    (`cilium/cilium: Documentation/security/network/encryption-wireguard.rst`, node-encryption-opt-out-labels)
    """
    option = config.option(_OPT_OUT)
    listed = (option.text if option is not None else _CONTROL_PLANE).split(",", _MOST_LABELS)
    for name in sorted(set().union(*(_places(mesh, end) for end in ends))):
        node = mesh.find(NODE, "", name, ends[0].cluster)
        if node is None:
            missing = f"the labels of Node '{name}', since some nodes do not encrypt what is their own"
            return Encrypted(Encryption.UNKNOWN, "one end is in the network of a node", chain, missing)
        if any(_has(node, part) for part in listed):
            note = (node.get("metadata.labels") or node.root).note("keeps the node from encrypting")
            return Encrypted(Encryption.NONE, f"node '{name}' is left out of encryption", (*chain, note))
    return None


def _has(node: Resource, wanted: str) -> bool:
    """Whether a node has a label: `name`, or `name=value`."""
    name, equals, value = wanted.strip().partition("=")
    return bool(name) and name in node.labels and (not equals or node.labels[name] == value.lstrip("="))


def _is_enrolled(mesh: MeshView, end: End) -> bool | None:
    if namespace_named(mesh, end.namespace, end.cluster) is None:
        return None
    return namespace_labels(mesh, end.namespace, end.cluster).get(_ENROLLED) == "true"


def _places(mesh: MeshView, end: End) -> frozenset[str]:
    """The nodes that an end runs on; none where one of them is not known."""
    pods = pods_of(mesh, end.workload) if end.workload is not None else ()
    names = [name.text if (name := pod.get("spec.nodeName")) is not None else "" for pod in pods]
    return frozenset(names) if all(names) else frozenset()


def _placed(mesh: MeshView, *ends: End) -> Iterator[Note]:
    """Where the pods of some ends name their node."""
    for end in ends:
        for pod in pods_of(mesh, end.workload) if end.workload is not None else ():
            if (name := pod.get("spec.nodeName")) is not None:
                yield name.note("is the node")


def _chain(config: CiliumConfig, name: str) -> tuple[Note, ...]:
    option = config.option(name)
    return (option.note("turns encryption on"),) if option is not None else ()
