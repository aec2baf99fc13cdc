"""What a connection carries, whichever mesh the two ends are in, and what encrypts it where no mesh does."""

from dataclasses import dataclass, replace

from service_mesh.mesh.gateway_classes import ISTIO
from service_mesh.mesh.implementations import LINKERD, MESH_KINDS, meshes_at_work
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of
from service_mesh.model.kinds import NODE
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.networks import NETWORK_KINDS, enforces_cilium
from service_mesh.posture.cilium.encryption import ENCRYPTION_KINDS, Encryption, encryption
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Edge, Transport, unknown_edge
from service_mesh.posture.istio import transport as istio
from service_mesh.posture.istio.bypass import is_on_own_node
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.enrolment import enrolment as of_istio
from service_mesh.posture.istio.machines import unknown_proxy
from service_mesh.posture.kubernetes.ends import End, Entity
from service_mesh.posture.linkerd import transport as linkerd
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.linkerd.enrolment import Enrolled as Meshed
from service_mesh.posture.linkerd.enrolment import enrolment as of_linkerd
from service_mesh.posture.linkerd.probes import probe_authorization

__all__ = ["CONNECTION_KINDS", "Mesh", "carried", "is_near", "mesh_of"]

CONNECTION_KINDS = tuple(
    dict.fromkeys((*istio.TRANSPORT_KINDS, *linkerd.TRANSPORT_KINDS, *ENCRYPTION_KINDS, *NETWORK_KINDS, *MESH_KINDS))
)
"""The kinds that are read here."""

_ADDRESSES = "status.addresses[].address"

_BY_CILIUM = {
    Encryption.WIREGUARD: Transport.WIREGUARD,
    Encryption.IPSEC: Transport.IPSEC,
    Encryption.ZTUNNEL: Transport.ZTUNNEL,
}


@dataclass(frozen=True, slots=True)
class Mesh:
    """Which meshes may have a part in a connection.

    Attributes:
        istio: Whether one end is in Istio's mesh, or that is not known.
        linkerd: Whether one end is in Linkerd's mesh, or that is not known.
    """

    istio: bool
    linkerd: bool


def mesh_of(mesh: MeshView, *ends: End) -> Mesh:
    """Tell which meshes may have a part in a connection between two ends.

    Of a mesh that nothing in the input speaks of it is taken that there is none, as far as the namespaces are complete:
    otherwise every call in a cluster without a mesh would be unknown for want of the labels of namespaces.
    """
    found = [mesh.once(_mesh_of, end.workload) for end in ends if end.workload is not None]
    return Mesh(any(one.istio for one in found), any(one.linkerd for one in found))


def _mesh_of(mesh: MeshView, workload: Workload) -> Mesh:
    return Mesh(
        (of_istio(mesh, workload).mode is not Enrolled.NONE or bool(unknown_proxy(mesh, workload)))
        and _may_be_in(mesh, workload, ISTIO),
        of_linkerd(mesh, workload).mode is not Meshed.NONE and _may_be_in(mesh, workload, LINKERD),
    )


def _may_be_in(mesh: MeshView, workload: Workload, name: str) -> bool:
    shown = meshes_at_work(mesh, workload.cluster)
    return any(one.startswith(name) for one in shown) or not mesh.is_complete(workload.namespace, workload.cluster)


def carried(mesh: MeshView, call: Call) -> Edge:
    """Tell what a connection carries, and why.

    The mesh of its ends decides; what it leaves in plaintext may be encrypted below it by Cilium. Meshes take TCP
    alone.

    Args:
        mesh: The objects.
        call: The call, taken to go straight to the server.
    """
    server = call.server
    if server.workload is None and not server.is_pod:
        return Edge(Transport.OUTSIDE, f"{server.text} is no workload of the cluster")
    is_tcp = call.protocol == "TCP"
    edge = _of_meshes(mesh, call) if is_tcp else Edge(Transport.PLAINTEXT, "the meshes carry TCP alone")
    return _below(mesh, edge, call) if edge.transport is Transport.PLAINTEXT else edge


def _of_meshes(mesh: MeshView, call: Call) -> Edge:
    found, server = mesh_of(mesh, call.client, call.server), call.server.workload
    if server is None or not (found.istio or found.linkerd):
        return Edge(Transport.PLAINTEXT, "neither end is in a mesh")
    if _is_undetermined(call.client):
        return unknown_edge("it is not known which workload connects", (), f"which workload {call.client.text} is")
    edges = []
    if found.istio:
        edges.append(_of_istio(mesh, call, server))
    if found.linkerd:
        edges.append(_of_linkerd(mesh, call, server))
    return edges[0] if len(edges) == 1 else _of_both(*edges)


def _of_istio(mesh: MeshView, call: Call, server: Workload) -> Edge:
    near = is_near(mesh, call.client, server)
    client = call.client.workload
    return istio.transport(mesh, client, server, call.port, call.service, is_near=near, routed=call.subset)


def _of_linkerd(mesh: MeshView, call: Call, server: Workload) -> Edge:
    """A port is strict where nobody is authorized without mTLS; probes that are let in all the same are in clear."""
    edge = linkerd.transport(mesh, call.client.workload, server, call.port, call.service)
    if edge.transport is not Transport.BROKEN or probe_authorization(mesh, server, call.port) is None:
        return edge
    said = inbound_decision(mesh, call.client, server, call.port, call.request)
    return edge if said.verdict is Verdict.DENIED else Edge(Transport.PLAINTEXT, said.reason, said.chain)


def is_near(mesh: MeshView, client: End, server: Workload) -> bool | None:
    """Tell whether a client is in the network of the server's own node; None where that is not known."""
    if client.workload is not None:
        return is_on_own_node(mesh, client.workload, server)
    if Entity.HOST not in client.entities:
        return False
    return True if client.entities == (Entity.HOST,) else _is_on_node_of(mesh, client, server)


def _is_on_node_of(mesh: MeshView, client: End, server: Workload) -> bool | None:
    """Tell whether a node's address is that of the node that all pods of a server run on; None where it may be."""
    held = [pod.root.text_at("spec.nodeName") for pod in pods_of(mesh, server)]
    nodes = [node for node in mesh.of_kind(NODE) if node.cluster == client.cluster]
    own = {node.name for node in nodes if any(one.text == str(client.address) for one in node.each(_ADDRESSES))}
    if client.address is None or not own or not held or not all(held):
        return None
    return True if own.issuperset(held) else None if own.intersection(held) else False


def _of_both(one: Edge, other: Edge) -> Edge:
    """A connection between two meshes: each proxy takes the other end for one outside of its mesh."""
    for transport in (Transport.BROKEN, Transport.UNKNOWN):
        for edge in (one, other):
            if edge.transport is transport:
                return edge
    chain = (*one.chain, *other.chain)
    if one.is_authenticated or other.is_authenticated:
        return unknown_edge("both meshes take a part in it", chain, "which of the two proxies gets the connection")
    return replace(one, chain=chain)


def _below(mesh: MeshView, edge: Edge, call: Call) -> Edge:
    """What encrypts between nodes, below a connection in plaintext; whether it does decides about no access."""
    if not enforces_cilium(mesh, call.server.cluster):
        return edge
    found = encryption(mesh, call.client, call.server, call.protocol)
    if found.by in _BY_CILIUM:
        return Edge(_BY_CILIUM[found.by], f"{edge.reason}; {found.reason}", (*edge.chain, *found.chain))
    if found.by is Encryption.UNKNOWN and found.chain:
        chain, plain = (*edge.chain, *found.chain), (Transport.PLAINTEXT,)
        return Edge(Transport.EITHER, f"{edge.reason}; {found.reason}", chain, found.missing, plain)
    if found.chain:
        return Edge(edge.transport, f"{edge.reason}; {found.reason}", (*edge.chain, *found.chain))
    return edge


def _is_undetermined(end: End) -> bool:
    """Whether an end is a pod of which too little is known to tell its mesh."""
    return end.is_pod and end.workload is None
