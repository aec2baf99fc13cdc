"""What a cluster adds to requirements: facts that nobody said, and those that it tells otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Note
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.loading import load
from service_mesh.operations.request import Inputs
from service_mesh.recommend.detection import Detected, Merged, detect, merged
from service_mesh.recommend.requirements import Requirements

__all__ = ["Completed", "completed"]

_TOLD = ("kube_proxy", "kubernetes", "meshes", "gateways", "policies", "strict_namespaces")
"""Facts that fill no field, and that whoever decides wants to know."""


@dataclass(frozen=True, slots=True)
class Completed:
    """Requirements with what a cluster shows.

    Attributes:
        requirements: Both together; what was said wins.
        told: What was found, in sentences, with the objects that show it.
        unread: What was met and not read.
    """

    requirements: Requirements
    told: tuple[str, ...] = ()
    unread: tuple[NotChecked, ...] = ()


def completed(stated: Requirements, inputs: Inputs | None) -> Completed:
    """Fill in what a snapshot or a context shows.

    Raises:
        InputError: It cannot be read.
        UsageError: The context is unknown.
    """
    if inputs is None:
        return Completed(stated)
    loaded = load(inputs, Complete.AUTO)
    clusters = loaded.clusters
    found = detect(MeshView(clusters.resources, captures=clusters.captures), clusters.captures)
    both = merged(stated, found)
    return Completed(both.requirements, tuple(_told(found, both)), loaded.unread)


def _told(found: Detected, both: Merged) -> Iterator[str]:
    for one in both.contradictions:
        yield f"{one.field} was said to be {one.stated}, and the cluster shows {one.detected}{_from(one.note)}"
    facts = dict(found.facts())
    for name in both.filled:
        part, _, field = name.partition(".")
        held = getattr(both.requirements, part)
        value = held.get(field) if isinstance(held, dict) else getattr(held, field)
        fact = facts.get(field)
        yield f"{name}: {_word(value)}{_from(fact.notes[0] if fact is not None and fact.notes else None)}"
    for name in _TOLD:
        fact = facts[name]
        if fact.value:
            yield f"{name}: {_word(fact.value)}{_from(fact.notes[0] if fact.notes else None)}"


def _from(note: Note | None) -> str:
    return f", as {note.node.resource.title} shows" if note is not None else ""


def _word(value: object) -> str:
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], int):
        return f"{value[1]} {value[0]}"
    if isinstance(value, tuple):
        return ", ".join(_word(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
