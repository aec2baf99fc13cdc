"""Which namespaces an object is exported to: the `exportTo` of VirtualService, DestinationRule and ServiceEntry."""

from dataclasses import dataclass

from service_mesh.model.hosts import MESH_WIDE
from service_mesh.model.resource import Resource

__all__ = ["ROOT_NAMESPACE", "Visibility", "visibility"]

ROOT_NAMESPACE = "istio-system"
"""Where mesh-wide configuration lives unless the mesh configuration names another namespace."""


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who sees an object.

    Attributes:
        namespace: Namespace of the object.
        entries: `exportTo` as written; empty stands for the mesh default, which is every namespace.
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
        return self.is_public or namespace in self.namespaces


def visibility(resource: Resource) -> Visibility:
    """Read `spec.exportTo` of an object."""
    return Visibility(
        resource.namespace, frozenset(filter(None, (node.text for node in resource.each("spec.exportTo[]"))))
    )
