"""Turns what the validator says about an object into our own findings: one for each fault, on the node it is about."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from service_mesh.catalog.duplicates import Repeat
from service_mesh.catalog.facts import type_name
from service_mesh.catalog.formats import NAMES
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.mending import enum_fix, rename_fix, type_fix
from service_mesh.catalog.wording import called, expected, found, holder, listed, number, quoted
from service_mesh.model.finding import Anchor
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource

__all__ = ["FactAt", "SchemaError", "faults_of", "path_of", "repeat_fault"]

FactAt = Callable[[Path], Mapping[str, object]]
"""The fact of the value at a path, as a map; a plain type reads as `{"type": NAME}`."""


class ErrorKind(Protocol):
    """What kind of error the validator reports."""

    @property
    def name(self) -> str:
        """The keyword that failed."""


class SchemaError(Protocol):
    """The part of the validator's errors that is read; its message is not."""

    @property
    def instance_path(self) -> list[str | int]:
        """Where the value is."""

    @property
    def kind(self) -> ErrorKind:
        """What failed."""


_ORDER = ("enum", "format", "pattern")
"""Which error of one value is told when several hold; those not named come between `enum` and `format`."""

_NUMBER = re.compile(r"\+?0*([0-9]+)")

_BOUNDS: Mapping[str, str] = {
    "minimum": "is {value}, below the minimum {limit}",
    "maximum": "is {value}, above the maximum {limit}",
    "exclusiveMinimum": "is {value}, not above {limit}",
    "exclusiveMaximum": "is {value}, not below {limit}",
    "multipleOf": "is {value}, no multiple of {limit}",
    "anyOf": "is {value}, a float too large to be taken for an integer",
    "minLength": "has {size} characters, fewer than {limit}",
    "maxLength": "has {size} characters, more than {limit}",
    "minItems": "has {size} items, fewer than {limit}",
    "maxItems": "has {size} items, more than {limit}",
}


def faults_of(errors: Iterable[SchemaError], resource: Resource, fact_at: FactAt) -> Iterator[Fault]:
    """The findings of an object.

    A field of the wrong type is reported once and nothing below it; of several faults of one value the plainest is
    told; a required field is not reported missing where it stands under a misspelt name; the items of a list that has
    to be empty are not looked at.
    """
    by_path: dict[Path, list[ErrorKind]] = {}
    for error in errors:
        by_path.setdefault(path_of(error, resource.data), []).append(error.kind)
    unfillable = {path for path, kinds in by_path.items() if any(map(_wants_emptiness, kinds))}
    for path, kinds in by_path.items():
        if not any(path[:end] in unfillable for end in range(len(path))):
            yield from _Place(_node(resource, path), fact_at, kinds).faults()


def path_of(error: SchemaError, data: object) -> Path:
    """Where an error is, in the steps of the data: the validator names a field made of digits by a number."""
    path: list[str | int] = []
    value = data
    for step in error.instance_path:
        known = _field_named(value, step) if isinstance(value, dict) and isinstance(step, int) else step
        path.append(known)
        value = value[known]  # type: ignore[index]  # the validator took these steps in the same data
    return tuple(path)


def _field_named(value: dict[str, object], number: int) -> str:
    """The field that the validator means; it drops a sign and zeros at the start."""
    if str(number) in value:
        return str(number)
    return next(name for name in value if (match := _NUMBER.fullmatch(name)) and match[1] == str(number))


def repeat_fault(resource: Resource, repeat: Repeat) -> Fault:
    """The finding of an item that a list holds twice."""
    same = " and ".join(f"{name} {quoted(value)}" for name, value in repeat.keys)
    node, first = _node(resource, repeat.path), _node(resource, repeat.first)
    message = f"{called(repeat.path)} repeats {same or found(node.value)} of {called(repeat.first)}"
    return "SC126", node.finding(message, related=(first.note("the first of them"),))


@dataclass(frozen=True, slots=True)
class _Place:
    """A value and everything the validator has against it."""

    node: Node
    fact_at: FactAt
    kinds: list[ErrorKind]

    def faults(self) -> Iterator[Fault]:
        if any(kind.name == "type" for kind in self.kinds):
            yield self._type()
            return
        unknown = [name for kind in self.kinds for name in cast(list[str], getattr(kind, "unexpected", []))]
        near = {name: nearest(name, self._fields) for name in unknown}
        for name in unknown:
            yield self._unknown(name, near[name])
        for kind in self.kinds:
            if kind.name == "required" and _property(kind) not in near.values():
                yield "SC125", self.node.finding(f"{quoted(_property(kind))} is missing in {_holder(self.node)}")
        values = [kind for kind in self.kinds if kind.name not in ("required", "additionalProperties")]
        if values:
            yield _value_fault(self.node, self._fact, min(values, key=lambda kind: _rank(kind.name)))

    @property
    def _fact(self) -> Mapping[str, object]:
        return self.fact_at(self.node.path)

    @property
    def _fields(self) -> tuple[str, ...]:
        return tuple(cast(dict[str, object], self._fact.get("fields", {})))

    def _type(self) -> Fault:
        node, fact = self.node, self._fact
        if node.value is None and node.path and isinstance(node.path[-1], str):
            message = f"{called(node.path)} is null in {_holder(node.parent())}, which reads as missing"
            return "SC125", node.finding(message)
        message = f"{called(node.path)} is {found(node.value)} where {expected(type_name(fact))} is expected"
        fix = type_fix(node, fact, self.fact_at((*node.path, 0)))
        return "SC121", node.finding(message, fix=fix, anchor=Anchor.VALUE)

    def _unknown(self, name: str, near: str | None) -> Fault:
        path = self.node.path
        child = _node(self.node.resource, (*path, name))
        fix = rename_fix(child, near, self._fields, self.fact_at((*path, near))) if near else None
        return "SC120", child.finding(
            f"{quoted(name)} is not a field of {_holder(self.node)}", fix=fix, anchor=Anchor.KEY
        )


def _value_fault(node: Node, fact: Mapping[str, object], kind: ErrorKind) -> Fault:
    name = called(node.path)
    if kind.name == "enum":
        known = cast(list[object], fact.get("enum", []))
        message = f"{name} is {_short(node.value)}, not one of {listed(known)}"
        return "SC122", node.finding(message, fix=enum_fix(node, known), anchor=Anchor.VALUE)
    if kind.name in _BOUNDS:
        return "SC123", node.finding(f"{name} {_bound(kind, node.value)}")
    if kind.name == "pattern":
        message = f"{name} is {quoted(node.value)}, which does not match '{_cut(str(getattr(kind, 'pattern', '')))}'"
    else:
        form = str(getattr(kind, "format", ""))
        message = f"{name} is {quoted(node.value)}, not {NAMES.get(form, form)}"
    return "SC124", node.finding(message, anchor=Anchor.VALUE)


def _bound(kind: ErrorKind, value: object) -> str:
    if _wants_emptiness(kind):
        return "has items and has to be empty"
    limit = getattr(kind, "limit", None)
    size = len(value) if isinstance(value, str | list) else 0
    return _BOUNDS[kind.name].format(value=number(value), limit=getattr(kind, "multiple_of", limit), size=size)


def _wants_emptiness(kind: ErrorKind) -> bool:
    return kind.name == "maxItems" and getattr(kind, "limit", None) == 0


def _holder(node: Node) -> str:
    return holder(node.path, node.resource.kind.name)


def _rank(name: str) -> float:
    return _ORDER.index(name) if name in _ORDER else 0.5


def _property(kind: ErrorKind) -> str:
    return str(getattr(kind, "property", ""))


def _short(value: object) -> str:
    return found(value) if isinstance(value, dict | list) else quoted(value)


def _cut(pattern: str) -> str:
    return f"{pattern[:80]}..." if len(pattern) > 80 else pattern


def _node(resource: Resource, path: Path) -> Node:
    value: object = resource.data
    for step in path:
        value = value[step]  # type: ignore[index]  # the validator took these steps in the same data
    return Node(resource, path, value)
