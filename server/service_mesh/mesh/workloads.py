"""What runs: every kind of pod template, bare pods and workload entries, each counted once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import (
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    POD,
    REPLICA_SET,
    ROLLOUT,
    STATEFUL_SET,
    WORKLOAD_ENTRY,
    WORKLOAD_GROUP,
    WORKLOADS,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["WORKLOAD_KINDS", "Workload", "pods_of", "workload_of", "workloads", "workloads_in"]

_LONGEST_CHAIN = 8
_HASH = "pod-template-hash"

WORKLOAD_KINDS = (*sorted(WORKLOADS), WORKLOAD_ENTRY, WORKLOAD_GROUP)
"""The kinds that are read here: whoever asks for workloads reads them."""

_TEMPLATES: Mapping[Kind, str] = {
    **dict.fromkeys((DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, JOB, ROLLOUT), "spec.template"),
    CRON_JOB: "spec.jobTemplate.spec.template",
    WORKLOAD_GROUP: "spec.template",
}


@dataclass(frozen=True, eq=False)
class Workload:
    """Something that runs with labels and an identity.

    Attributes:
        resource: The object that makes it.
        template: The node with the pod's `metadata` and `spec`: the object itself for a Pod. For a WorkloadEntry it is
            the object and for a WorkloadGroup its template, which have labels and an account but no containers.
    """

    resource: Resource
    template: Node

    @property
    def cluster(self) -> str:
        """Name of its cluster."""
        return self.resource.cluster

    @property
    def namespace(self) -> str:
        """Its namespace: that of the object, whatever the template says."""
        return self.resource.namespace

    @property
    def key(self) -> ResourceKey:
        """Identity of the object that makes it."""
        return self.resource.key

    @property
    def title(self) -> str:
        """`Kind namespace/name`."""
        return self.resource.title

    @property
    def is_machine(self) -> bool:
        """Whether it runs outside Kubernetes: a WorkloadEntry or the template of some."""
        return self.resource.kind in (WORKLOAD_ENTRY, WORKLOAD_GROUP)

    @cached_property
    def labels(self) -> Mapping[str, object]:
        """Labels of its pods; for a WorkloadEntry those of its metadata and of its spec, which win.

        (`istio/istio: pilot/pkg/serviceregistry/serviceentry/conversion.go`, convertWorkloadEntryToWorkloadInstance)
        """
        if self.resource.kind == WORKLOAD_ENTRY:
            return {**self.resource.labels, **_mapping(self.resource.get("spec.labels"))}
        return _mapping(self._metadata("labels"))

    @cached_property
    def annotations(self) -> Mapping[str, object]:
        """Annotations of its pods."""
        return _mapping(self._metadata("annotations"))

    @property
    def service_account(self) -> str:
        """Name of the account its pods run as."""
        if self.resource.kind == WORKLOAD_ENTRY:
            found = self.resource.get("spec.serviceAccount")
        elif self.resource.kind == WORKLOAD_GROUP:
            found = self.template.get("serviceAccount")
        else:
            found = self.template.get("spec.serviceAccountName") or self.template.get("spec.serviceAccount")
        return (found.text if found else "") or "default"

    @property
    def uses_host_network(self) -> bool:
        """Whether its pods share the network of their node."""
        return self.template.value_at("spec.hostNetwork") is True

    @cached_property
    def containers(self) -> tuple[Node, ...]:
        """Its containers, the init containers that stay (restartPolicy Always) included."""
        lasting = (node for node in self.template.each("spec.initContainers[]") if _stays(node))
        return (*self.template.each("spec.containers[]"), *lasting)

    def container(self, name: str) -> Node | None:
        """One of its containers by name."""
        return next((node for node in self.containers if _named(node) == name), None)

    def port_number(self, name: str) -> int | None:
        """Number of the container port of a name (`k8s.io/kubernetes: pkg/api/v1/pod/util.go`, FindPort)."""
        return self.port_numbers.get(name)

    @cached_property
    def port_numbers(self) -> Mapping[str, int | None]:
        """Number of the first container port of each name; of no name too."""
        numbers: dict[str, int | None] = {}
        for port in self.container_ports:
            held = port.value if isinstance(port.value, dict) else {}
            name, number = held.get("name"), held.get("containerPort")
            numbers.setdefault(name if isinstance(name, str) else "", number if isinstance(number, int) else None)
        return numbers

    @cached_property
    def container_ports(self) -> tuple[Node, ...]:
        """The entries of `ports` of its containers."""
        return tuple(port for container in self.containers for port in container.each("ports[]"))

    @cached_property
    def declared_numbers(self) -> frozenset[int]:
        """The numbers of its container ports."""
        numbers = (port.value_at("containerPort") for port in self.container_ports)
        return frozenset(number for number in numbers if type(number) is int)

    @property
    def labels_node(self) -> Node:
        """Where its labels stand, or the nearest place above."""
        if self.resource.kind == WORKLOAD_ENTRY:
            return self.resource.get("spec.labels") or self.resource.get("metadata.labels") or self.resource.root
        return self._metadata("labels") or self._metadata("") or self.template

    def _metadata(self, field: str) -> Node | None:
        metadata = "metadata"
        if self.resource.kind == WORKLOAD_GROUP:
            return self.resource.get(f"spec.{metadata}.{field}" if field else f"spec.{metadata}")
        return self.template.get(f"{metadata}.{field}" if field else metadata)


def workloads(mesh: MeshView) -> tuple[Workload, ...]:
    """Everything that runs, each once: an object made by another one that is here too is left out.

    A snapshot holds a Deployment, its ReplicaSets and their Pods; they are one workload. `pods_of` gives the pods.
    """
    return mesh.index(_workloads)


def workloads_in(mesh: MeshView, namespace: str, cluster: str = "") -> tuple[Workload, ...]:
    """The workloads of a namespace."""
    return mesh.index(_by_namespace).get((cluster, namespace), ())


def workload_of(mesh: MeshView, resource: Resource) -> Workload | None:
    """The workload that an object makes, or belongs to as a ReplicaSet or Pod; None for other objects."""
    return mesh.once(_workload_of, resource)


def pods_of(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The live pods of a workload, as far as the input holds them; a bare Pod is its own."""
    return mesh.index(_pods).get(workload.key, ())


def _workload_of(mesh: MeshView, resource: Resource) -> Workload | None:
    return mesh.index(_by_key).get(_top(mesh, resource).key)


def _workloads(mesh: MeshView) -> tuple[Workload, ...]:
    return tuple(_found(mesh))


def _found(mesh: MeshView) -> Iterator[Workload]:
    for kind in WORKLOAD_KINDS:
        for resource in mesh.of_kind(kind):
            if _owner(mesh, resource) is None and (made := mesh.once(_made, resource)) is not None:
                yield made


def _made(_: MeshView, resource: Resource) -> Workload | None:
    template = _template(resource)
    return Workload(resource, template) if template is not None else None


def _template(resource: Resource) -> Node | None:
    path = _TEMPLATES.get(resource.kind)
    return resource.get(path) if path else resource.root


def _by_namespace(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Workload, ...]]:
    grouped: dict[tuple[str, str], list[Workload]] = {}
    for workload in workloads(mesh):
        grouped.setdefault((workload.cluster, workload.namespace), []).append(workload)
    return {key: tuple(found) for key, found in grouped.items()}


def _by_key(mesh: MeshView) -> Mapping[ResourceKey, Workload]:
    return {workload.key: workload for workload in workloads(mesh)}


def _pods(mesh: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    grouped: dict[ResourceKey, list[Resource]] = {}
    for pod in mesh.of_kind(POD):
        grouped.setdefault(_top(mesh, pod).key, []).append(pod)
    return {key: tuple(found) for key, found in grouped.items()}


def _top(mesh: MeshView, resource: Resource) -> Resource:
    # A longer chain than that of a CronJob is a cycle, or no cluster's.
    for _ in range(_LONGEST_CHAIN):
        owner = _owner(mesh, resource)
        if owner is None:
            break
        resource = owner
    return resource


def _owner(mesh: MeshView, resource: Resource) -> Resource | None:
    """The controller that made an object, if it is here and makes pods itself."""
    for reference in resource.each("metadata.ownerReferences[]"):
        group, _, _version = reference.text_at("apiVersion").rpartition("/")
        kind = Kind(group, reference.text_at("kind"))
        is_controller = reference.get("controller")
        if kind in WORKLOADS and is_controller is not None and is_controller.value is True:
            name = reference.text_at("name")
            found = mesh.find(kind, resource.namespace, name, resource.cluster)
            return found or (_deployment_behind(mesh, resource, name) if kind == REPLICA_SET else None)
    return None


def _deployment_behind(mesh: MeshView, pod: Resource, replica_set: str) -> Resource | None:
    """The Deployment of a ReplicaSet that is not here: what is saved of a cluster often lacks ReplicaSets.

    A ReplicaSet is named after its Deployment and the hash that its pods carry as a label.
    (`k8s.io/kubernetes: pkg/controller/deployment/sync.go`, getNewReplicaSet)
    """
    ending = f"-{pod.labels.get(_HASH)}"
    if not replica_set.endswith(ending):
        return None
    return mesh.find(DEPLOYMENT, pod.namespace, replica_set.removesuffix(ending), pod.cluster)


def _stays(container: Node) -> bool:
    return container.text_at("restartPolicy") == "Always"


def _named(node: Node) -> str:
    return node.text_at("name")


def _mapping(node: Node | None) -> Mapping[str, object]:
    return node.value if node is not None and isinstance(node.value, dict) else {}
