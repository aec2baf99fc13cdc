"""Where annotations and labels for Istio stand: on the object itself, and on the pods that it makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of
from service_mesh.model.fix import Edit, Fix, Insert, Remove
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    DESTINATION_RULE,
    ENVOY_FILTER,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    NAMESPACE,
    PEER_AUTHENTICATION,
    POD,
    PROXY_CONFIG,
    REQUEST_AUTHENTICATION,
    SERVICE,
    SERVICE_ENTRY,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
    WASM_PLUGIN,
    WORKLOAD_ENTRY,
    WORKLOAD_GROUP,
    WORKLOADS,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["BEARERS", "CONFIGURATION", "OWNERS", "Place", "moved", "places"]

CONFIGURATION = frozenset(
    {
        AUTHORIZATION_POLICY,
        DESTINATION_RULE,
        ENVOY_FILTER,
        GATEWAY,
        PEER_AUTHENTICATION,
        PROXY_CONFIG,
        REQUEST_AUTHENTICATION,
        SERVICE_ENTRY,
        SIDECAR,
        TELEMETRY,
        VIRTUAL_SERVICE,
        WASM_PLUGIN,
        WORKLOAD_ENTRY,
        WORKLOAD_GROUP,
    }
)
"""Istio's own kinds, which its webhook looks at."""

BEARERS: tuple[Kind, ...] = tuple(sorted({*CONFIGURATION, *WORKLOADS, NAMESPACE, SERVICE, GATEWAY_API_GATEWAY}))
"""Kinds whose annotations and labels Istio reads, or people expect it to."""

OWNERS: tuple[Kind, ...] = tuple(sorted({*WORKLOADS, WORKLOAD_ENTRY, WORKLOAD_GROUP}))
"""Kinds that are looked at to tell who made an object."""


_TEMPLATES = (
    "spec.template.metadata",
    "spec.jobTemplate.spec.template.metadata",
    "spec.metadata",
    "spec.infrastructure",
)
_INGRESS_CLASS = "kubernetes.io/ingress.class"
_MADE_FOR_GATEWAY = "gateway.istio.io/managed"


@dataclass(frozen=True, slots=True)
class Place:
    """Metadata that holds annotations or labels for Istio.

    Attributes:
        metadata: The node of it.
        kind: Name of the kind that it describes: `Pod` for the template of a Deployment.
        annotations: Each annotation for Istio that is a text.
        labels: Each label for Istio that is a text.
        passes_on: Whether annotations and labels are handed on to objects of other kinds.
    """

    metadata: Node
    kind: str
    annotations: tuple[Node, ...]
    labels: tuple[Node, ...]
    passes_on: bool = False

    def label(self, name: str) -> Node | None:
        """One label."""
        found = self.metadata.get("labels")
        return found.key(name) if found is not None else None


def places(resource: Resource, mesh: MeshView) -> Sequence[Place]:
    """The metadata of an object, then of the pods it makes; nothing where none of it is for Istio.

    A Deployment hands its annotations to its ReplicaSets, and the template to the pods: what stands there is told once,
    where somebody wrote it, so a copy that its owner made has none. Neither has what istiod made for a Gateway of the
    Gateway API, which repeats the Gateway's annotations.
    (`istio/istio: pilot/pkg/config/kube/gateway/deploymentcontroller.go`)
    """
    found = mesh.index(_places).get(resource.key, ())
    return found if found and found[0].metadata.resource is resource else ()


def _places(mesh: MeshView) -> Mapping[ResourceKey, Sequence[Place]]:
    # Seven rules ask, and few objects have anything for Istio in their metadata.
    found: dict[ResourceKey, Sequence[Place]] = {}
    for kind in BEARERS:
        for resource in mesh.of_kind(kind):
            if _concerns(resource.metadata) or any(_concerns(_at(resource.data, path)) for path in _TEMPLATES):
                found[resource.key] = tuple(_made(resource, mesh))
    return found


def _made(resource: Resource, mesh: MeshView) -> Iterator[Place]:
    workload = workload_of(mesh, resource) if resource.kind in WORKLOADS else None
    if (workload is not None and workload.resource is not resource) or _MADE_FOR_GATEWAY in resource.labels:
        return
    yield from _place(resource.get("metadata"), resource.kind.name, passes_on=resource.kind == GATEWAY_API_GATEWAY)
    if workload is not None and resource.kind != POD:
        yield from _place(workload.template.get("metadata"), POD.name)
    elif resource.kind == WORKLOAD_GROUP:
        yield from _place(resource.get("spec.metadata"), POD.name, passes_on=True)
    elif resource.kind == GATEWAY_API_GATEWAY:
        yield from _place(resource.get("spec.infrastructure"), POD.name, passes_on=True)


def _place(metadata: Node | None, kind: str, *, passes_on: bool = False) -> Iterator[Place]:
    if metadata is not None:
        yield Place(metadata, kind, _entries(metadata, "annotations"), _entries(metadata, "labels"), passes_on)


def _entries(metadata: Node, field: str) -> tuple[Node, ...]:
    nodes = metadata.each(f"{field}.{{}}")
    return tuple(node for node in nodes if isinstance(node.value, str) and _is_for_istio(node.path[-1]))


def _concerns(metadata: object) -> bool:
    """Tell whether metadata holds a name that is Istio's, or meant to be."""
    if not isinstance(metadata, dict):
        return False
    held = (metadata.get(field) for field in ("annotations", "labels"))
    return any(_is_for_istio(name) for names in held if isinstance(names, dict) for name in names)


def _is_for_istio(name: object) -> bool:
    return isinstance(name, str) and ("istio" in name or name == _INGRESS_CLASS)


def _at(data: object, path: str) -> object:
    for step in path.split("."):
        data = data.get(step) if isinstance(data, dict) else None
    return data


def moved(entry: Node, target: Node, field: str, title: str) -> Fix | None:
    """A fix that takes an annotation or label away and writes it elsewhere; unsafe, since it changes what Istio does.

    Args:
        entry: The annotation or label.
        target: The metadata that it is to stand in.
        field: `annotations` or `labels`.
        title: What the fix says of itself.

    Returns:
        The fix; None where the target holds the name already or cannot take it.
    """
    name = entry.path[-1]
    held = target.get(field)
    if held is not None and (not isinstance(held.value, dict) or name in held.value):
        return None
    around = entry.parent()
    is_only = isinstance(around.value, dict) and len(around.value) == 1
    edits: list[Edit] = [Remove(entry.resource, around.path if is_only else entry.path)]
    if held is not None:
        edits.append(Insert(entry.resource, held.path, str(name), entry.value))
    else:
        edits.append(Insert(entry.resource, target.path, field, {name: entry.value}))
    return Fix(title, False, tuple(edits))
