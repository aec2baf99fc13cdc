"""One object of a cluster, wherever it was read from: plain data plus where it stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from service_mesh.model.kinds import CLUSTER_SCOPED, HELM_VALUES, Kind
from service_mesh.model.node import Node, reached
from service_mesh.model.origin import Layer, Origin
from service_mesh.model.path import ABSENT, descend, parsed

__all__ = ["Resource", "ResourceKey"]

T = TypeVar("T")


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
        chart: For values of a chart of which several files may count at once, what tells them apart; empty for others.
        kind: Group and kind.
        name: metadata.name, or metadata.generateName followed by `*`; for values their `chart`.
        namespace: metadata.namespace; `default` where a namespaced object names none; empty for cluster-scoped kinds.
        key: Identity across layers.
    """

    data: Mapping[str, object]
    origin: Origin | None = None
    cluster: str = ""
    layer: Layer = Layer.PATHS
    chart: str = ""
    kind: Kind = field(init=False)
    name: str = field(init=False)
    namespace: str = field(init=False)
    key: ResourceKey = field(init=False)
    _answers: dict[object, Any] = field(init=False, repr=False, default_factory=dict)
    _looked_up: dict[str, Any] = field(init=False, repr=False, default_factory=dict)
    _spread: dict[str, tuple[Node, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        # Every index and every rule asks for these, so they are worked out once.
        kind = _kind(self.group, _text(self.data.get("kind")))
        metadata = self.metadata
        prefix = _text(metadata.get("generateName"))
        namespace = "" if kind in CLUSTER_SCOPED else _text(metadata.get("namespace")) or "default"
        object.__setattr__(self, "kind", kind)
        name = _text(metadata.get("name")) or (f"{prefix}*" if prefix else self.chart)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "namespace", namespace)
        object.__setattr__(self, "key", ResourceKey(self.cluster, kind, namespace, name))

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
    def metadata(self) -> Mapping[str, object]:
        """The metadata, empty if it is no map."""
        return _mapping(self.data.get("metadata"))

    @property
    def labels(self) -> Mapping[str, object]:
        """metadata.labels."""
        metadata = self.data.get("metadata")
        return _mapping(metadata.get("labels")) if isinstance(metadata, dict) else {}

    @property
    def annotations(self) -> Mapping[str, object]:
        """metadata.annotations."""
        metadata = self.data.get("metadata")
        return _mapping(metadata.get("annotations")) if isinstance(metadata, dict) else {}

    @property
    def created_at(self) -> str:
        """metadata.creationTimestamp as written (RFC 3339, so it sorts as text), or empty."""
        return _text(self.metadata.get("creationTimestamp"))

    @property
    def title(self) -> str:
        """`Kind namespace/name`, the way findings name objects; chart values are called that."""
        if self.kind == HELM_VALUES:
            return "chart values"
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind.name} {place}{self.name}"

    def once(self, question: Callable[["Resource"], T]) -> T:
        """The result of `question(self)`, worked out once: for what many rules ask and this object alone decides.

        Args:
            question: A module-level function; it is the key of the answer.
        """
        held = self._answers.get(question, ABSENT)
        if held is ABSENT:
            held = self._answers[question] = question(self)
        answer: T = held
        return answer

    def field_names(self) -> set[str]:
        """The names of all fields in it, at any depth: what has no such field needs not be looked at closely."""
        maps: list[Mapping[str, object]] = [self.data]
        for fields in maps:  # which grows by the maps that are found in them
            for value in fields.values():  # plain values all: their types need no look at what is derived from what
                if type(value) is dict:
                    maps.append(value)
                elif type(value) is list:
                    for item in value:
                        if type(item) is dict:
                            maps.append(item)  # noqa: PERF401  # most lists hold one thing or two
        return set().union(*maps)

    def forget(self) -> None:
        """Drop what `once` keeps. It refers back to the object, so without this only the collector would free both."""
        self._answers.clear()
        self.forget_lookups()

    def forget_lookups(self) -> None:
        """Drop the nodes that `get` and `each` keep while an object is looked at by many rules."""
        self._looked_up.clear()
        self._spread.clear()

    @property
    def is_from_cluster(self) -> bool:
        """Whether it was read from a cluster, live or saved: its API server took it, and its secrets are gone."""
        return self.layer <= Layer.SNAPSHOT

    @property
    def root(self) -> Node:
        """The node of the whole object."""
        return Node(self, (), self.data)

    def get(self, path: str) -> Node | None:
        """The node at a dotted path such as `spec.tls.mode`, or None."""
        held = self._looked_up.get(path, ABSENT)
        if held is ABSENT:
            held = self._looked_up[path] = self._found(path)
        node: Node | None = held
        return node

    def _found(self, path: str) -> Node | None:
        names, spreads = parsed(path)
        if spreads:
            return self.root.get(path)
        value = descend(self.data, names)
        return None if value is ABSENT else Node(self, names, value)

    def each(self, path: str) -> Iterator[Node]:
        """Every node that a path such as `spec.http[].route[]` reaches; see `Node.each`."""
        held = self._spread.get(path)
        if held is None:
            held = self._spread[path] = reached(self, (), self.data, path)
        return iter(held)


@lru_cache(maxsize=1024)
def _kind(group: str, name: str) -> Kind:
    """One value for all objects of a kind."""
    return Kind(group, name)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
