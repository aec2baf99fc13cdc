"""Where annotations and labels for Linkerd stand: on the object itself, and on the pods that it makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.kinds import NAMESPACE, POD, SERVICE, WORKLOADS, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["BEARERS", "OWNERS", "Place", "places"]

BEARERS: tuple[Kind, ...] = (NAMESPACE, SERVICE, *sorted(WORKLOADS))
"""Kinds whose annotations the injector reads, or people expect it to."""

OWNERS: tuple[Kind, ...] = WORKLOAD_KINDS
"""Kinds that are looked at to tell who made an object."""

_DOMAIN = "linkerd.io"


@dataclass(frozen=True, slots=True)
class Place:
    """Metadata that holds annotations or labels for Linkerd.

    Attributes:
        metadata: The node of it.
        kind: Name of the kind that it describes: `Pod` for the template of a Deployment.
        annotations: Each annotation for Linkerd that is a text.
        labels: Each label for Linkerd that is a text.
    """

    metadata: Node
    kind: str
    annotations: tuple[Node, ...]
    labels: tuple[Node, ...]

    @property
    def is_pod(self) -> bool:
        """Whether it is that of pods."""
        return self.kind == POD.name

    def annotation(self, name: str) -> Node | None:
        """One annotation that is a text."""
        return next((node for node in self.annotations if node.path[-1] == name), None)


def places(resource: Resource, mesh: MeshView) -> Sequence[Place]:
    """The metadata of an object, then of the pods it makes; nothing where none of it is for Linkerd.

    A Deployment hands its template on to ReplicaSets and Pods: what stands there is told once, where somebody wrote it.
    """
    if not resource.once(_is_for_linkerd):  # several rules ask, and few objects have anything for Linkerd
        return ()
    workload = workload_of(mesh, resource) if resource.kind in WORKLOADS else None
    if workload is not None and workload.resource is not resource:
        return ()
    found = [*_place(resource.get("metadata"), resource.kind.name)]
    if workload is not None and resource.kind != POD:
        found += _place(workload.template.get("metadata"), POD.name)
    return found


def _place(metadata: Node | None, kind: str) -> Iterator[Place]:
    if metadata is not None:
        yield Place(metadata, kind, _entries(metadata, "annotations"), _entries(metadata, "labels"))


def _entries(metadata: Node, field: str) -> tuple[Node, ...]:
    nodes = metadata.each(f"{field}.{{}}")
    return tuple(node for node in nodes if isinstance(node.value, str) and _DOMAIN in str(node.path[-1]))


def _is_for_linkerd(resource: Resource) -> bool:
    return _concerns(resource.data)


def _concerns(data: object, depth: int = 5) -> bool:
    """Tell whether metadata, or that of a template, has a name of Linkerd's."""
    if not isinstance(data, dict):
        return False
    metadata = data.get("metadata")
    held = [metadata.get(field) for field in ("annotations", "labels")] if isinstance(metadata, dict) else []
    if any(isinstance(name, str) and _DOMAIN in name for names in held if isinstance(names, dict) for name in names):
        return True
    inner = (data.get(step) for step in ("spec", "template", "jobTemplate"))
    return depth > 0 and any(_concerns(part, depth - 1) for part in inner)
