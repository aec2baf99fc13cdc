"""What one look at a cluster gives: a value with the place it was read at, or why there is none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource

__all__ = ["Fact", "Reading", "agreed", "counted", "first_of", "reading"]

T = TypeVar("T")

_MOST_NOTES = 5
_MOST_NAMES = 5
_NOTHING = Capture()
_EXCERPT = "counted in what was read; nothing tells whether that is everything"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One thing that was looked for.

    Attributes:
        value: What was found; None where it is not known. Looked for and not there is 0, False or an empty tuple.
        notes: Where it was read, the deciding object first, at most five; none where no object says it.
        missing: What would have to be read, or what keeps it from being known; beside a value, what might add to it.
        remark: What is to be kept in mind of the value; empty for nothing.
    """

    value: T | None
    notes: tuple[Note, ...] = ()
    missing: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked at.

    Attributes:
        mesh: The objects.
        captures: Cluster -> how it was read.
        clusters: Names of the clusters that are looked at, sorted: those that were read, or those that objects name.
    """

    mesh: MeshView
    captures: Mapping[str, Capture]
    clusters: tuple[str, ...]

    def objects(self, kind: Kind, cluster: str | None = None) -> Iterator[Resource]:
        """The objects of a kind in one cluster, or in all that are looked at."""
        wanted = self.clusters if cluster is None else (cluster,)
        return (one for one in self.mesh.of_kind(kind) if one.cluster in wanted)

    def lists(self, kind: Kind, cluster: str) -> bool:
        """Tell whether every object of a kind was read from a cluster."""
        return self.mesh.is_listed(kind, cluster) or self.captures.get(cluster, _NOTHING).lists(kind)

    def unlisted(self, *kinds: Kind, cluster: str | None = None) -> str:
        """What of some kinds was not read, as the end of a sentence; empty where every object of them is here."""
        if not self.clusters:
            return "a cluster"
        wanted = self.clusters if cluster is None else (cluster,)
        gaps = [f"every {kind}{_place(name)}" for name in wanted for kind in kinds if not self.lists(kind, name)]
        more = f" and {len(gaps) - _MOST_NAMES} more" if len(gaps) > _MOST_NAMES else ""
        return ", ".join(gaps[:_MOST_NAMES]) + more

    @property
    def is_excerpt(self) -> bool:
        """Whether a cluster may hold more objects of a kind than its reading holds."""
        return not all(self.captures.get(name, _NOTHING).is_whole for name in self.clusters)


def reading(mesh: MeshView, captures: Mapping[str, Capture]) -> Reading:
    """What can be looked at: the clusters that were read, or without any those that the objects name."""
    named = captures or {resource.cluster for kind in mesh.kinds() for resource in mesh.of_kind(kind)}
    return Reading(mesh, captures, tuple(sorted(named)))


def agreed(look: Reading, ask: Callable[[Reading, str], Fact[T]]) -> Fact[T]:
    """What every cluster says, asked one by one; not known where one does not tell, or where they differ."""
    answers = [ask(look, cluster) for cluster in look.clusters]
    if not answers:
        return Fact(None, missing=look.unlisted())
    notes = first_of(note for answer in answers for note in answer.notes)
    remark = next((answer.remark for answer in answers if answer.remark), "")
    unknown = next((answer for answer in answers if answer.value is None), None)
    if unknown is not None:
        return Fact(None, notes, unknown.missing, remark)
    values = list(dict.fromkeys(answer.value for answer in answers))
    if len(values) > 1:
        return Fact(None, notes, f"one answer: the clusters differ, {', '.join(map(str, values[:_MOST_NAMES]))}")
    return Fact(values[0], notes, answers[0].missing, remark)


def counted(look: Reading, kind: Kind, counts: Callable[[Resource], bool] | None = None) -> Fact[int]:
    """How many objects of a kind all clusters hold together; not known where one cluster did not tell all of them.

    Args:
        look: What is looked at.
        kind: The kind.
        counts: Whether an object counts; all do without it.
    """
    missing = look.unlisted(kind)
    if missing:
        return Fact(None, missing=missing)
    found = [one for one in look.objects(kind) if counts is None or counts(one)]
    notes = tuple(one.root.note(f"the first of {len(found)}") for one in found[:1])
    return Fact(len(found), notes, remark=_EXCERPT if look.is_excerpt else "")


def first_of(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes that are kept of many."""
    return tuple(note for _, note in zip(range(_MOST_NOTES), notes, strict=False))


def _place(cluster: str) -> str:
    return f" of cluster '{cluster}'" if cluster else ""
