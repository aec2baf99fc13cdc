"""Which namespaces an object is exported to: VirtualService, DestinationRule, ServiceEntry and Service."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import MESH_WIDE
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE, Kind
from service_mesh.model.resource import Resource

__all__ = ["Rank", "Visibility", "visibility", "visible_as"]

_DEFAULTS: Mapping[Kind, str] = {
    DESTINATION_RULE: "defaultDestinationRuleExportTo",
    SERVICE: "defaultServiceExportTo",
    SERVICE_ENTRY: "defaultServiceExportTo",
    VIRTUAL_SERVICE: "defaultVirtualServiceExportTo",
}
_SERVICE_ANNOTATION = "networking.istio.io/exportTo"


class Rank(IntEnum):
    """In which order istiod asks the VirtualServices that a namespace sees: its own private ones first.

    (`istio/istio: pilot/pkg/model/push_context.go`, initVirtualServices and VirtualServicesForGateway)
    """

    PRIVATE = 0
    EXPORTED = 1
    PUBLIC = 2


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who sees an object.

    Attributes:
        namespace: Namespace of the object.
        entries: The namespaces as written; empty stands for every one.
    """

    namespace: str
    entries: frozenset[str]

    @property
    def is_public(self) -> bool:
        """Seen by every namespace."""
        return not self.entries or MESH_WIDE in self.entries

    @property
    def is_private(self) -> bool:
        """Marked as seen by its own namespace alone; such a rule counts even for clients of the root namespace."""
        return not self.is_public and "." in self.entries

    @property
    def namespaces(self) -> frozenset[str]:
        """The namespaces that see it, where it is not public; `.` is its own."""
        return frozenset(self.namespace if entry == "." else entry for entry in self.entries)

    def reaches(self, namespace: str) -> bool:
        """Tell whether clients of a namespace see the object."""
        entries = self.entries
        return self.is_public or namespace in entries or ("." in entries and namespace == self.namespace)

    def rank_in(self, namespace: str) -> Rank | None:
        """How it ranks among what a namespace sees; None where it is not seen there."""
        if not self.reaches(namespace):
            return None
        return Rank.PUBLIC if self.is_public else Rank.PRIVATE if namespace == self.namespace else Rank.EXPORTED


def visibility(mesh: MeshView, resource: Resource) -> Visibility:
    """Read who an object is exported to: by itself, else by the mesh configuration, else to everybody.

    A Service says it with an annotation.
    (`istio/istio: pilot/pkg/model/push_context.go`, initDefaultExportMaps;
    `pilot/pkg/serviceregistry/kube/conversion.go`)
    """
    return mesh.once(_visibility, resource)


def visible_as(mesh: MeshView, resource: Resource, kind: Kind) -> Visibility:
    """Who sees an object that is treated like one of another kind and has no `exportTo` of its own."""
    return Visibility(resource.namespace, mesh.once(_by_default, (resource.cluster, kind)))


def _visibility(mesh: MeshView, resource: Resource) -> Visibility:
    written = frozenset(_written(resource)) or mesh.once(_by_default, (resource.cluster, resource.kind))
    return Visibility(resource.namespace, written)


def _by_default(mesh: MeshView, asked: tuple[str, Kind]) -> frozenset[str]:
    """What the mesh configuration says for objects of a kind that say nothing themselves."""
    cluster, kind = asked
    return frozenset(mesh_config(mesh, cluster).texts(_DEFAULTS[kind])) if kind in _DEFAULTS else frozenset()


def _written(resource: Resource) -> Iterator[str]:
    if resource.kind == SERVICE:
        listed = resource.annotations.get(_SERVICE_ANNOTATION)
        yield from (part.strip() for part in (listed if isinstance(listed, str) else "").split(",") if part.strip())
    else:
        yield from (node.text for node in resource.each("spec.exportTo[]") if node.text)
