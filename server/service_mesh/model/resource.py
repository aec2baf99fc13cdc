"""One object of a cluster, wherever it was read from: plain data plus where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service_mesh.model.kinds import CLUSTER_SCOPED, Kind
from service_mesh.model.node import Node
from service_mesh.model.origin import Layer, Origin

__all__ = ["Resource", "ResourceKey"]


class ResourceKey(NamedTuple):
    """What makes two objects the same object: later layers replace by it."""

    cluster: str
    kind: Kind
    namespace: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """An object as the API server would decode it.

    `data` is shared and never changed. Fields of the wrong type read as absent here: saying that they are wrong is
    the schema check's part.

    Attributes:
        data: The whole object, plain dicts, lists and scalars.
        origin: Where it was written; None when it came from a live cluster.
        cluster: Name of the cluster, empty for files.
        layer: Which input it came from.
    """

    data: Mapping[str, object]
    origin: Origin | None = None
    cluster: str = ""
    layer: Layer = Layer.PATHS

    @property
    def api_version(self) -> str:
        """`group/version`, or `version` for the core group."""
        return _text(self.data.get("apiVersion"))

    @property
    def group(self) -> str:
        """API group, empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """API version without its group."""
        return self.api_version.rpartition("/")[2]

    @property
    def kind(self) -> Kind:
        """Group and kind."""
        return Kind(self.group, _text(self.data.get("kind")))

    @property
    def metadata(self) -> Mapping[str, object]:
        """The metadata, empty if it is no map."""
        return _mapping(self.data.get("metadata"))

    @property
    def name(self) -> str:
        """metadata.name, or metadata.generateName followed by `*`."""
        name = _text(self.metadata.get("name"))
        return name or (f"{prefix}*" if (prefix := _text(self.metadata.get("generateName"))) else "")

    @property
    def namespace(self) -> str:
        """metadata.namespace; `default` where a namespaced object names none; empty for cluster-scoped kinds."""
        if self.kind in CLUSTER_SCOPED:
            return ""
        return _text(self.metadata.get("namespace")) or "default"

    @property
    def labels(self) -> Mapping[str, object]:
        """metadata.labels."""
        return _mapping(self.metadata.get("labels"))

    @property
    def annotations(self) -> Mapping[str, object]:
        """metadata.annotations."""
        return _mapping(self.metadata.get("annotations"))

    @property
    def created_at(self) -> str:
        """metadata.creationTimestamp as written (RFC 3339, so it sorts as text), or empty."""
        return _text(self.metadata.get("creationTimestamp"))

    @property
    def key(self) -> ResourceKey:
        """Identity across layers."""
        return ResourceKey(self.cluster, self.kind, self.namespace, self.name)

    @property
    def title(self) -> str:
        """`Kind namespace/name`, the way findings name objects."""
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind.name} {place}{self.name}"

    @property
    def root(self) -> Node:
        """The node of the whole object."""
        return Node(self, (), self.data)

    def get(self, path: str) -> Node | None:
        """The node at a dotted path such as `spec.tls.mode`, or None."""
        return self.root.get(path)

    def each(self, path: str) -> Iterator[Node]:
        """Every node that a path such as `spec.http[].route[]` reaches; see `Node.each`."""
        return self.root.each(path)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
