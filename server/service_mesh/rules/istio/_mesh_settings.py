"""Where the settings of a mesh and of its proxies are written: in text, in chart values, in an IstioOperator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of
from service_mesh.model.fix import Fix
from service_mesh.model.kinds import (
    CONFIG_MAP,
    HELM_RELEASE,
    HELM_VALUES,
    ISTIO_OPERATOR,
    SAIL_ISTIO,
    WORKLOAD_GROUP,
    WORKLOADS,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_fields import MESH_CONFIG, PROXY_CONFIG, field_names
from service_mesh.source.embedded import embedded_map

__all__ = [
    "BEARERS",
    "HOLDERS",
    "VALUES",
    "Settings",
    "chart_values",
    "mesh_settings",
    "pod_annotations",
    "proxy_settings",
]

VALUES: Mapping[Kind, str] = {
    HELM_VALUES: "",
    HELM_RELEASE: "spec.values",
    ISTIO_OPERATOR: "spec.values",
    SAIL_ISTIO: "spec.values",
}
"""Kind -> where it holds values of a chart."""

HOLDERS: tuple[Kind, ...] = (CONFIG_MAP, *VALUES)
"""Kinds that hold settings of a mesh."""

BEARERS: tuple[Kind, ...] = tuple(sorted({*WORKLOADS, WORKLOAD_GROUP}))
"""Kinds that hold settings of a proxy as an annotation of pods."""

_ISTIOD = ("meshConfig", "pilot", "sidecarInjectorWebhook")
_ANNOTATION = "proxy.istio.io/config"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that one object holds.

    Attributes:
        root: The map of them; a node of its own where they stand in text.
        message: Whose settings they are: MeshConfig or ProxyConfig.
        text: The field in whose text they stand; None where they are fields of the object.
    """

    root: Node
    message: str
    text: Node | None = None

    @property
    def whose(self) -> str:
        """Whose settings they are, for people."""
        return "the mesh configuration" if self.message == MESH_CONFIG else "the proxy's configuration"

    def place(self, node: Node) -> Node:
        """What to point at for a setting: text has no places within."""
        return self.text or node

    def renamed(self, node: Node, name: str | None, *, safe: bool = False) -> Fix | None:
        """A fix that renames a setting; None within text, without a name, and where that name is taken."""
        if name is None or self.text is not None:
            return None
        around = node.parent().value
        return Fix.rename(node, name, safe=safe) if isinstance(around, dict) and name not in around else None

    def path(self, node: Node) -> str:
        """The setting's place as people write it: `extensionProviders[0].name`."""
        written = ""
        for step in node.path[len(self.root.path) :]:
            written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else str(step)
        return written[:120]


def mesh_settings(resource: Resource) -> Iterator[Settings]:
    """The settings of a mesh that an object holds; nothing where what it holds is not Istio's."""
    if resource.kind == CONFIG_MAP:
        is_named = resource.name == "istio" or resource.name.startswith("istio-")
        if is_named and (text := resource.get("data.mesh")) is not None:
            yield from _in_text(text, MESH_CONFIG)
        return
    places = [f"{VALUES[resource.kind]}.meshConfig"]
    if resource.kind == ISTIO_OPERATOR:
        places.append("spec.meshConfig")
    for place in places:
        node = resource.get(place)
        if node is not None and isinstance(node.value, dict) and (resource.kind == ISTIO_OPERATOR or _is_mesh(node)):
            yield Settings(node, MESH_CONFIG)


def proxy_settings(resource: Resource, mesh: MeshView) -> Iterator[Settings]:
    """The settings of proxies that an annotation of the pods of an object holds."""
    annotations = pod_annotations(resource, mesh)
    annotation = annotations.key(_ANNOTATION) if annotations is not None else None
    if annotation is not None:
        yield from _in_text(annotation, PROXY_CONFIG)


def pod_annotations(resource: Resource, mesh: MeshView) -> Node | None:
    """The annotations of the pods that an object makes; None where it only has copies of what its owner says."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return None
    if resource.kind == WORKLOAD_GROUP:
        return resource.get("spec.metadata.annotations")
    return workload.template.get("metadata.annotations")


def chart_values(resource: Resource) -> Node | None:
    """Values of istiod's chart that an object holds; None for values of other charts."""
    if resource.kind not in VALUES:
        return None
    path = VALUES[resource.kind]
    node = resource.get(path) if path else resource.root
    if node is None or not isinstance(node.value, dict):
        return None
    values = node.value
    known = resource.kind in (ISTIO_OPERATOR, SAIL_ISTIO) or any(isinstance(values.get(n), dict) for n in _ISTIOD)
    return node if known else None


def _in_text(text: Node, message: str) -> Iterator[Settings]:
    read = embedded_map(text.text)
    if read:
        yield Settings(Node(text.resource, (), read), message, text)


def _is_mesh(node: Node) -> bool:
    """Other charts may have a `meshConfig` too."""
    return bool(set(field_names(MESH_CONFIG)) & {str(found.path[-1]) for found in node.each("{}")})
