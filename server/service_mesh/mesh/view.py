"""A set of objects with its indexes: rules ask it, it remembers what was asked and knows what was not loaded."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from service_mesh.mesh.capture import Capture
from service_mesh.model.kinds import NAMESPACE, SERVICE, WORKLOADS, Kind
from service_mesh.model.path import ABSENT
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["Complete", "MeshView"]

A = TypeVar("A")
T = TypeVar("T")

_NEWEST = (10_000,)
_FILES = Capture()


class Complete(StrEnum):
    """Whether what is not in the input can be taken not to exist."""

    AUTO = "auto"
    YES = "yes"
    NO = "no"


class MeshView:
    """Objects by kind, cluster and namespace; a later layer, or a later object of one layer, replaces the same object.

    Args:
        resources: The objects.
        complete: `yes`: everything is there. `no`: nothing is proven absent. `auto`: a namespace is complete when the
            input holds its Namespace object, or a Service and a workload of it.
        releases: Project -> the release that is judged by, as numbers; see `Catalogue.releases`.
        captures: Cluster -> how it was read; nothing for a cluster that is known from files alone.
        writings: Every writing of the objects that the input holds more than once.
        seen: Cluster and name of the namespaces that something is given of, where every other is to be taken as
            complete (with `auto`): for questions about a difference, which what is not given makes on neither side.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        complete: Complete = Complete.AUTO,
        releases: Mapping[str, tuple[int, ...]] = MappingProxyType({}),
        captures: Mapping[str, Capture] = MappingProxyType({}),
        writings: Mapping[ResourceKey, tuple[Resource, ...]] = MappingProxyType({}),
        seen: AbstractSet[tuple[str, str]] | None = None,
    ) -> None:
        self._complete = complete
        self._releases = releases
        self._captures = captures
        self._writings = writings
        by_key: dict[ResourceKey, Resource] = {}
        for resource in resources:
            key = resource.key
            held = by_key.get(key)
            if held is None or resource.layer >= held.layer:
                by_key[key] = resource
        self._by_key = by_key
        by_kind: dict[Kind, list[Resource]] = {}
        for key, resource in by_key.items():
            by_kind.setdefault(key.kind, []).append(resource)
        self._by_kind = {kind: tuple(found) for kind, found in by_kind.items()}
        self._indexes: dict[object, Any] = {}
        self._answers: dict[object, dict[Any, Any]] = {}  # by question, so that one about an object makes no key
        self._complete_namespaces = self._judge_completeness()
        self._seen = seen

    def kinds(self) -> AbstractSet[Kind]:
        """The kinds that the input holds objects of."""
        return self._by_kind.keys()

    def of_kind(self, kind: Kind) -> tuple[Resource, ...]:
        """Every object of a kind, in the order of the input."""
        return self._by_kind.get(kind, ())

    def find(self, kind: Kind, namespace: str, name: str, cluster: str = "") -> Resource | None:
        """One object by its identity, or None; whether None proves anything tells `is_complete`."""
        return self._by_key.get(ResourceKey(cluster, kind, namespace, name))

    def writings(self, resource: Resource) -> tuple[Resource, ...]:
        """Every writing of an object that stands in the input several times, this one among them, in their order."""
        return self._writings.get(resource.key, (resource,))

    def index(self, build: Callable[["MeshView"], T]) -> T:
        """The result of `build(self)`, computed once per view: how a rule gets an index of its own without all pairs.

        Args:
            build: A module-level function; it is the key of the index.
        """
        answer: T = self._indexes.get(build, ABSENT)
        if answer is ABSENT:
            answer = self._indexes[build] = build(self)
        return answer

    def once(self, question: Callable[["MeshView", A], T], about: A) -> T:
        """The result of `question(self, about)`, worked out once per view: for what many rules ask about one thing.

        Args:
            question: A module-level function.
            about: What it is about, hashable: a resource, a workload, or a tuple.
        """
        answers = self._answers.get(question)
        if answers is None:
            answers = self._answers[question] = {}
        answer: T = answers.get(about, ABSENT)
        if answer is ABSENT:
            answer = answers[about] = question(self, about)
        return answer

    def forget(self) -> None:
        """Drop what `index` and `once` keep: it is much, and who asks after the rules asks little of it again."""
        self._answers.clear()
        self._indexes.clear()

    def asked(self, question: Callable[["MeshView", A], T], about: A) -> T:
        """The result of `question(self, about)`, for what is asked of a mesh once and need not be kept."""
        return question(self, about)

    def mark_read(self, *kinds: Kind) -> None:
        """Name kinds that an index looks at later, when its answers are worked out one by one.

        Nothing comes of it here: the tests watch a view of their own, and hold what is read against what a rule
        declares.
        """

    def release(self, project: str) -> tuple[int, ...]:
        """The release of a project (`istio`, `linkerd`, `cilium`, `gateway_api`, `kubernetes`) that is judged by.

        Major and minor, to be compared: `mesh.release("istio") >= (1, 27)`. One that is not known is beyond all others.
        """
        return self._releases.get(project, _NEWEST)

    def now(self, cluster: str = "") -> float | None:
        """The time a cluster is judged at, in seconds since 1970; None where nothing tells, as for files."""
        return self._captures.get(cluster, _FILES).now

    def cert_days(self, cluster: str = "") -> int | None:
        """With how many whole days left a certificate is to be renewed now; None where nobody said."""
        return self._captures.get(cluster, _FILES).cert_days

    def kubernetes_version(self, cluster: str = "") -> str:
        """Version of a cluster's API server as its reading tells it, such as `1.34.2`; empty where it does not."""
        return self._captures.get(cluster, _FILES).kubernetes

    def is_listed(self, kind: Kind, cluster: str = "") -> bool:
        """Tell whether every object of a kind was read from a cluster, so that one that is not here does not exist."""
        return self._captures.get(cluster, _FILES).lists(kind)

    def is_complete(self, namespace: str, cluster: str = "") -> bool:
        """Tell whether an object of this namespace that is not here does not exist."""
        if self._complete is Complete.AUTO:
            place = cluster, namespace
            if place in self._complete_namespaces or (self._seen is not None and place not in self._seen):
                return True
            return self._captures.get(cluster, _FILES).is_whole
        return self._complete is Complete.YES

    @property
    def is_excerpt(self) -> bool:
        """Whether the input is known to be a part of something, as a Markdown document is."""
        return self._complete is Complete.NO

    @property
    def is_whole(self) -> bool:
        """Whether everything is known to be here, namespaces without any object too."""
        if self._complete is Complete.AUTO:
            return bool(self._captures) and all(capture.is_whole for capture in self._captures.values())
        return self._complete is Complete.YES

    @property
    def complete_namespaces(self) -> tuple[str, ...]:
        """Names of the namespaces taken as complete, sorted, `cluster/namespace` where a cluster is named."""
        names = self._complete_namespaces if self._complete is Complete.AUTO else self.present_namespaces()
        if self._complete is Complete.NO:
            return ()
        return tuple(sorted(f"{cluster}/{name}" if cluster else name for cluster, name in names))

    def present_namespaces(self) -> set[tuple[str, str]]:
        """Cluster and name of every namespace that is loaded or that an object lives in."""
        return self._named_namespaces() | self.inhabited_namespaces()

    def inhabited_namespaces(self) -> set[tuple[str, str]]:
        """Cluster and name of every namespace that an object lives in."""
        return {(key.cluster, key.namespace) for key in self._by_key if key.namespace}

    def _named_namespaces(self) -> set[tuple[str, str]]:
        return {(r.cluster, r.name) for r in self._by_kind.get(NAMESPACE, ())}

    def _judge_completeness(self) -> frozenset[tuple[str, str]]:
        served = _namespaces(self._by_kind, (SERVICE,))
        staffed = _namespaces(self._by_kind, WORKLOADS)
        return frozenset(self._named_namespaces() | (served & staffed))


def _namespaces(by_kind: Mapping[Kind, tuple[Resource, ...]], kinds: Iterable[Kind]) -> set[tuple[str, str]]:
    return {(r.cluster, r.namespace) for kind in kinds for r in by_kind.get(kind, ())}
