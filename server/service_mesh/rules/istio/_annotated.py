"""Where annotations and labels for Istio stand: on the object itself, and on the pods that it makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    CRON_JOB,
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
from service_mesh.model.moves import moved
from service_mesh.model.node import Node
from service_mesh.model.path import descend
from service_mesh.model.resource import Resource

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


_TEMPLATES: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys(WORKLOADS, ("spec", "template", "metadata")),
    CRON_JOB: ("spec", "jobTemplate", "spec", "template", "metadata"),
    WORKLOAD_GROUP: ("spec", "metadata"),
    GATEWAY_API_GATEWAY: ("spec", "infrastructure"),
}
"""Where objects that make others say what those are to carry."""

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
    return mesh.index(_places).get(resource, ())


def _places(mesh: MeshView) -> Mapping[Resource, Sequence[Place]]:
    # Seven rules ask, and few objects have anything for Istio in their metadata.
    found: dict[Resource, Sequence[Place]] = {}
    for kind in BEARERS:
        template = _TEMPLATES.get(kind)
        for resource in mesh.of_kind(kind):
            if _concerns(resource.metadata) or (template and _concerns(descend(resource.data, template))):
                found[resource] = tuple(_made(resource, mesh))
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
    for names in (metadata.get("annotations"), metadata.get("labels")):
        if isinstance(names, dict) and any(map(_is_for_istio, names)):
            return True
    return False


def _is_for_istio(name: object) -> bool:
    return isinstance(name, str) and ("istio" in name or name == _INGRESS_CLASS)
