"""The two ends of a connection as network policies see them: a pod by its labels, or something that is no pod."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workload_of
from service_mesh.model.kinds import ENDPOINT_SLICE, NODE, POD, WORKLOAD_ENTRY
from service_mesh.model.node import Node

__all__ = ["END_KINDS", "Address", "End", "Entity", "at_address", "of_entity", "of_workload", "outside", "pod_with"]

Address = IPv4Address | IPv6Address

END_KINDS = (ENDPOINT_SLICE, NODE, *WORKLOAD_KINDS)
"""The kinds that are read here."""

_SERVICE_NAME = "kubernetes.io/service-name"


class Entity(StrEnum):
    """What an end is that is no pod with labels, named as Cilium names it."""

    WORLD = "world"
    HOST = "host"
    REMOTE_NODE = "remote-node"
    KUBE_APISERVER = "kube-apiserver"
    INGRESS = "ingress"
    HEALTH = "health"
    INIT = "init"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection.

    Attributes:
        cluster: Its cluster.
        namespace: Namespace of a pod.
        labels: Labels of a pod.
        service_account: Account of a pod; None where it is not known.
        entities: What it is if it is no pod: one of these, more than one where it is not known which. `host` is the
            node that the pod at the other end runs on. Empty for a pod.
        address: Its address; None where it is not known.
        host: The DNS name it is reached by, for something outside.
        workload: What runs there, if it is loaded; ports are looked up by name in it.
    """

    cluster: str = ""
    namespace: str = ""
    labels: Mapping[str, object] = field(default_factory=dict, hash=False)
    service_account: str | None = None
    entities: tuple[Entity, ...] = ()
    address: Address | None = None
    host: str = ""
    workload: Workload | None = None

    @property
    def is_pod(self) -> bool:
        """Whether it is a pod with labels of its own for a policy."""
        return not self.entities

    @property
    def text(self) -> str:
        """What to call it in a sentence."""
        if self.workload is not None:
            return self.workload.title
        if self.is_pod:
            return f"a pod of namespace '{self.namespace}'"
        return self.host or (str(self.address) if self.address else " or ".join(self.entities))


def of_workload(workload: Workload) -> End:
    """The end that a workload is: a pod, its node if it uses the network of the node, or a machine outside.

    A machine is outside for network policies, which have no namespace and no labels of it, while its mesh knows it.
    """
    if workload.is_machine:
        entry = workload.resource.get("spec.address") if workload.resource.kind == WORKLOAD_ENTRY else None
        where = _address(entry.text) if entry is not None else None
        return End(workload.cluster, entities=(Entity.WORLD,), address=where, workload=workload)
    place = workload.resource.get("status.podIP") if workload.resource.kind == POD else None
    address = _address(place.text) if place is not None else None
    if workload.uses_host_network:
        entities = Entity.HOST, Entity.REMOTE_NODE
        return End(workload.cluster, entities=entities, address=address, workload=workload)
    account = workload.service_account
    return End(workload.cluster, workload.namespace, workload.labels, account, (), address, "", workload)


def pod_with(namespace: str, labels: Mapping[str, object], cluster: str = "") -> End:
    """A pod that is known by its namespace and labels alone."""
    return End(cluster, namespace, labels)


def outside(address: Address | None = None, host: str = "", cluster: str = "") -> End:
    """Something outside of the cluster.

    Args:
        address: Its address, where known.
        host: The DNS name it is reached by, where known.
        cluster: Cluster that the other end is in.
    """
    return End(cluster, entities=(Entity.WORLD,), address=address, host=host.lower().rstrip("."))


def of_entity(entity: Entity, cluster: str = "") -> End:
    """An end of which no more is known than what it is."""
    return End(cluster, entities=(entity,))


def at_address(mesh: MeshView, address: Address, cluster: str = "") -> End:
    """The end with an address: a loaded pod, node, API server or machine that has it, otherwise something outside.

    The address of a Service is none of these: policies see the pods behind it, so ask about those.
    """
    mesh.mark_read(*END_KINDS)
    return mesh.index(_by_address).get((cluster, address)) or outside(address, cluster=cluster)


def _by_address(mesh: MeshView) -> Mapping[tuple[str, Address], End]:
    found: dict[tuple[str, Address], End] = {}
    for item, entities in (*_of_nodes(mesh), *_of_api_servers(mesh)):
        if (address := _address(item.text)) is not None:
            cluster = item.resource.cluster
            found[cluster, address] = End(cluster, entities=entities, address=address)
    for machine in (workload_of(mesh, entry) for entry in mesh.of_kind(WORKLOAD_ENTRY)):
        if machine is not None and (address := of_workload(machine).address) is not None:
            found.setdefault((machine.cluster, address), of_workload(machine))
    for pod in mesh.of_kind(POD):
        workload = workload_of(mesh, pod)
        # The addresses of pods on the network of their node are the node's, which is what policies see.
        if workload is None or workload.uses_host_network:
            continue
        for item in (*pod.each("status.podIP"), *pod.each("status.podIPs[].ip")):
            if (address := _address(item.text)) is not None:
                found[pod.cluster, address] = replace(of_workload(workload), address=address)
    return found


def _of_nodes(mesh: MeshView) -> Iterator[tuple[Node, tuple[Entity, ...]]]:
    for node in mesh.of_kind(NODE):
        yield from ((item, (Entity.HOST, Entity.REMOTE_NODE)) for item in node.each("status.addresses[].address"))


def _of_api_servers(mesh: MeshView) -> Iterator[tuple[Node, tuple[Entity, ...]]]:
    for found in mesh.of_kind(ENDPOINT_SLICE):
        if found.namespace == "default" and found.labels.get(_SERVICE_NAME) == "kubernetes":
            yield from ((item, (Entity.KUBE_APISERVER,)) for item in found.each("endpoints[].addresses[]"))


def _address(text: str) -> Address | None:
    try:
        return ip_address(text[:64])
    except ValueError:
        return None
