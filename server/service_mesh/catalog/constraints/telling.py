"""Turns broken constraints into findings, and leaves out those that only repeat what is wrong with the structure."""

from collections.abc import Iterable, Iterator

from service_mesh.catalog.constraints.constraint import Break, Manner
from service_mesh.catalog.constraints.plan import Broken
from service_mesh.catalog.constraints.presence import EXCLUSIVE, FORBIDDEN
from service_mesh.catalog.constraints.whole import WRONG_TYPE
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.mending import type_fix
from service_mesh.catalog.wording import called, holder, number, quoted
from service_mesh.model.finding import Anchor, Note
from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource

__all__ = ["constraint_faults"]

_OF_WHOLES = (Manner.ABSENT, Manner.NAMED)
_BY_PRESENCE = (EXCLUSIVE, FORBIDDEN)
"""Rules about whether a field is there: what is wrong inside of it does not matter to them."""


def constraint_faults(broken: Iterable[Broken], resource: Resource, faulty: Iterable[Path]) -> Iterator[Fault]:
    """The findings of broken constraints, one for each node and text.

    Args:
        broken: What the object breaks.
        resource: The object.
        faulty: Paths of the structural faults of the object; of a missing field, where it would be.
    """
    paths = tuple(faulty)
    told: set[tuple[Path, str]] = set()
    for each in broken:
        at, what = (*each.place, *each.what.path), each.what
        if (at, what.text) in told or any(_echoes(each, at, path) for path in paths):
            continue
        told.add((at, what.text))
        message, node = _message(each, at, resource), _node(resource, at)
        fix = type_fix(node, {"type": "integer"}, {}) if what.code == WRONG_TYPE else None
        yield what.code, node.finding(message, fix=fix, related=_related(each, resource), anchor=_anchor(what))


def _echoes(broken: Broken, at: Path, path: Path) -> bool:
    """Whether a break follows from a structural fault: of its value, of one around that, or of its partner."""
    what = broken.what
    if what.manner is Manner.ABSENT and path[:-1] == at:
        return True
    places = [at] if what.other is None else [at, (*broken.place, *what.other)]
    around = at if what.manner is Manner.ABSENT else at[:-1]
    if _starts(around, path) or any(_starts(place, path) for place in places):
        return True
    is_inside = any(_starts(path, place) for place in places)
    return is_inside and what.manner not in _OF_WHOLES and what.code not in _BY_PRESENCE


def _starts(path: Path, start: Path) -> bool:
    return path[: len(start)] == start


def _message(broken: Broken, at: Path, resource: Resource) -> str:
    what = broken.what
    if what.manner is Manner.ABSENT:
        return f"{what.text} in {holder(at, resource.kind.name)}"
    if what.manner is Manner.VALUE:
        value = _node(resource, at).value
        return f"{called(at)} is {quoted(value) if isinstance(value, str) else number(value)}, {what.text}"
    if what.manner is Manner.NAMED:
        return f"{called(at)} {what.text}"
    if what.manner is Manner.ITEMS and what.other is not None:
        item, other = (*broken.place, *what.path[:1]), (*broken.place, *what.other)
        return what.text.replace("{item}", called(item)).replace("{other}", called(other))
    return what.text


def _related(broken: Broken, resource: Resource) -> tuple[Note, ...]:
    if broken.what.other is None:
        return ()
    other = _node(resource, (*broken.place, *broken.what.other))
    at = _node(resource, (*broken.place, *broken.what.path))
    return () if _starts(at.path, other.path) else (other.note("the other one"),)


def _anchor(what: Break) -> Anchor:
    if what.code == WRONG_TYPE:
        return Anchor.VALUE
    return {Manner.VALUE: Anchor.VALUE, Manner.FIELD: Anchor.KEY}.get(what.manner, Anchor.AUTO)


def _node(resource: Resource, path: Path) -> Node:
    """The node at a path, or the last one on the way: a default that the API server fills in is in no document."""
    node = resource.root
    for step in path:
        value = dict(enumerate(node.value)) if isinstance(node.value, list) else node.value
        if not isinstance(value, dict) or step not in value:
            return node
        node = Node(resource, (*node.path, step), value[step])
    return node
