"""A view that counts the kinds it is asked for, so that tests can hold them against what a rule declares."""

from collections.abc import Callable
from typing import TypeVar

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import NAMESPACE, Kind
from service_mesh.model.resource import Resource

__all__ = ["WatchedView"]

A = TypeVar("A")
T = TypeVar("T")


class WatchedView(MeshView):
    """What was read for an answer that is held counts again whenever it is asked for."""

    _reads: set[Kind]
    _read_for: dict[object, frozenset[Kind]]

    def take_reads(self) -> frozenset[Kind]:
        """The kinds asked for since the last call."""
        reads, self._reads = frozenset(self._noted()), set()
        return reads

    def of_kind(self, kind: Kind) -> tuple[Resource, ...]:
        """Count the kind."""
        self._noted().add(kind)
        return super().of_kind(kind)

    def find(self, kind: Kind, namespace: str, name: str, cluster: str = "") -> Resource | None:
        """Count the kind."""
        self._noted().add(kind)
        return super().find(kind, namespace, name, cluster)

    def inhabited_namespaces(self) -> set[tuple[str, str]]:
        """Count namespaces."""
        self._noted().add(NAMESPACE)
        return super().inhabited_namespaces()

    def mark_read(self, *kinds: Kind) -> None:
        """Count the kinds."""
        self._noted().update(kinds)

    def index(self, build: Callable[[MeshView], T]) -> T:
        """Count what the index was built from."""
        return self._counted(build, lambda: super(WatchedView, self).index(build))

    def once(self, question: Callable[[MeshView, A], T], about: A) -> T:
        """Count what the answer was found in."""
        return self._counted((question, about), lambda: super(WatchedView, self).once(question, about))

    def _noted(self) -> set[Kind]:
        if not hasattr(self, "_reads"):
            self._reads, self._read_for = set(), {}
        return self._reads

    def _counted(self, key: object, ask: Callable[[], T]) -> T:
        outer = self._noted()
        self._reads = set()
        try:
            answer = ask()
            reads = self._read_for.setdefault(key, frozenset(self._reads))
        finally:
            self._reads = outer
        outer |= reads
        return answer
