"""Which annotation of Linkerd's counts for a workload: that of its pods, or what its namespace hands down to them."""

from dataclasses import dataclass

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, pods_of
from service_mesh.model.finding import Note
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import proxy_of

__all__ = ["SETTING_KINDS", "Setting", "annotation", "setting"]

SETTING_KINDS = (NAMESPACE, *WORKLOAD_KINDS)
"""The kinds that are read here."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a workload is told by one annotation.

    Attributes:
        node: The annotation that counts; None where there is none, or where that is not known.
        missing: What would have to be loaded to know; empty where it is known.
    """

    node: Node | None = None
    missing: str = ""

    @property
    def text(self) -> str:
        """What it says; empty where there is none."""
        return self.node.text if self.node is not None else ""

    def chain(self, text: str) -> tuple[Note, ...]:
        """The annotation as a link of a chain."""
        return (self.node.note(text),) if self.node is not None else ()


def setting(mesh: MeshView, workload: Workload, name: str) -> Setting:
    """Find the annotation of a name that counts for the pods of a workload.

    The pods' own wins, even where its value is of no use. What the namespace says is copied onto pods when they are
    injected: a running pod keeps what it got, so of those the pod alone counts.
    (`linkerd/linkerd2: pkg/inject/overrides.go`, AppendNamespaceAnnotations;
    `policy-controller/k8s/index/src/inbound/workload.rs`, Settings)

    Args:
        mesh: The objects.
        workload: Whose pods are asked about.
        name: Name of one of the annotations that configure proxies.
    """
    mesh.mark_read(*SETTING_KINDS)
    own = annotation(workload.template, name)
    if own is not None:
        return Setting(own)
    injected = mesh.once(_newest_injected, workload)
    if injected is not None:
        return Setting(annotation(injected.root, name))
    namespace = namespace_named(mesh, workload.namespace, workload.cluster)
    if namespace is None:
        return Setting(missing=f"the annotations of namespace '{workload.namespace}'")
    return Setting(annotation(namespace.root, name))


def annotation(holder: Node, name: str) -> Node | None:
    """An annotation of an object or of a pod template."""
    annotations = holder.get("metadata.annotations")
    return annotations.key(name) if annotations is not None else None


def _newest_injected(mesh: MeshView, workload: Workload) -> Resource | None:
    injected = (pod for pod in pods_of(mesh, workload) if is_meant_to_run(pod) and proxy_of(pod) is not None)
    return max(injected, key=_created, default=None)


def _created(pod: Resource) -> tuple[str, str]:
    return pod.created_at, pod.name
