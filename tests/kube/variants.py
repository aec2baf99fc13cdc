"""Makes objects that differ from a given one in one place: a field that is wrong, or a choice that breaks a constraint.

Whether a variant is valid is not known here and need not be: the server says so.
"""

import copy
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tests.kube.instances import STRINGS, Schema, properties, value_of

__all__ = ["Variant", "variants"]

Steps = tuple[str | int, ...]

_SHOWN = 40
_CONSTRAINTS = frozenset({"x-kubernetes-validations", "oneOf", "anyOf", "allOf", "not"})
_OWN = frozenset({"apiVersion", "kind", "metadata", "status"})
_WRONG: Mapping[str, Sequence[object]] = {
    "object": ("text", [], 7),
    "array": ({}, "text", 7),
    "string": (7, True, {}, []),
    "integer": ("text", "80", True, 1.5, {}),
    "number": ("text", True, []),
    "boolean": ("true", 1, "yes", {}),
}
_NEITHER: Sequence[object] = (True, {}, 1.5, "", "-1", 0, 70000)  # for what may be a number or a string
_METADATA: tuple[tuple[str, object], ...] = (
    ("labels", {"app": 1}),
    ("labels", {"app": "two words"}),
    ("labels", {"app": "a" * 64}),
    ("labels", {"app": ""}),
    ("labels", {"-app": "a"}),
    ("labels", {"example.com/app/a": "a"}),
    ("labels", {"Example_com/app": "a"}),
    ("labels", None),
    ("annotations", {"note": True}),
    ("annotations", {"two words": "x"}),
    ("annotations", {"example.com/NOTE": "two\nlines"}),
    ("annotations", ["note"]),
    ("finalizers", "text"),
    ("finalizers", ["two words"]),
    ("ownerReferences", [{"name": "a"}]),
    ("ownerReferences", [{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}]),
    ("ownerReferences", [{"apiVersion": "v1", "kind": "", "name": "a", "uid": "b"}]),
    ("unexpectedField", "x"),
    ("generation", "1"),
    ("generation", 1.0),
    ("generateName", "made-"),
    ("name", 12),
    ("name", "Upper"),
    ("name", "-a"),
    ("name", "a.b"),
    ("name", "a/b"),
    ("name", "a" * 254),
    ("name", ""),
    ("creationTimestamp", None),
    ("creationTimestamp", "2030-01-01T00:00:00Z"),
    ("creationTimestamp", "yesterday"),
    ("resourceVersion", "1"),
    ("uid", "a"),
    ("selfLink", "a"),
    ("clusterName", "a"),
    ("namespace", ""),
    ("namespace", "Upper"),
    ("managedFields", []),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """An object with one change.

    Attributes:
        change: What was done, in two words.
        place: Where, dotted, and the new value, cut short.
        data: The whole object.
    """

    change: str
    place: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Change:
    """One change to make: a new value at a place, or the place's field taken away (`is_removal`)."""

    what: str
    steps: Steps
    value: object = None
    is_removal: bool = False


def variants(data: Mapping[str, object], schema: Schema, count: int, chance: random.Random) -> list[Variant]:
    """At most so many variants of an object, spread over the sorts of changes that the rules here make.

    Args:
        data: The object; its metadata holds a name alone.
        schema: Of the whole object.
        count: How many.
        chance: Decides.
    """
    changes = [_Change("unknown field", ("unexpectedField",), "x"), *_metadata_changes()]
    for name, part in properties(schema).items():
        if name in _OWN:
            continue
        if name in data:
            changes += [_Change("removed", (name,), is_removal=True), *_changes(part, data[name], (name,), chance)]
        else:
            changes.append(_Change("added", (name,), value_of(part, chance)))
    return [_made(data, change) for change in _sample(changes, schema, count, chance)]


def _sample(changes: Sequence[_Change], schema: Schema, count: int, chance: random.Random) -> list[_Change]:
    """By sort in turn, near constraints and elsewhere, so that a frequent sort does not crowd out the rest."""
    groups: dict[tuple[str, bool], list[_Change]] = {}
    for change in changes:
        groups.setdefault((change.what, _is_constrained(schema, change.steps)), []).append(change)
    for group in groups.values():
        chance.shuffle(group)
    chosen: list[_Change] = []
    while len(chosen) < min(count, len(changes)):
        for group in groups.values():
            if group and len(chosen) < count:
                chosen.append(group.pop())
    return chosen


def _metadata_changes() -> Iterator[_Change]:
    for name, value in _METADATA:
        yield _Change("metadata", ("metadata", name), value)


def _changes(schema: Schema, value: object, at: Steps, chance: random.Random) -> Iterator[_Change]:
    """Changes of a value and of everything in it."""
    yield _Change("null", at, None)
    if schema.get("x-kubernetes-int-or-string"):
        yield from (_Change("wrong type", at, other) for other in _NEITHER)
        return
    yield from (_Change("wrong type", at, wrong) for wrong in _WRONG.get(str(schema.get("type")), ()))
    if isinstance(value, dict):
        yield from _object_changes(schema, value, at, chance)
    elif isinstance(value, list):
        yield from _array_changes(schema, value, at, chance)
    elif isinstance(value, str):
        yield from _string_changes(schema, value, at, chance)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_changes(schema, at)
    elif isinstance(value, bool):
        yield _Change("other value", at, not value)


def _object_changes(schema: Schema, value: dict[str, object], at: Steps, chance: random.Random) -> Iterator[_Change]:
    yield _Change("emptied", at, {})
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        yield from (_Change("map entry", (*at, key), value_of(values, chance)) for key in ("b", "", "*", "80", "a b"))
        if values.get("type") == "string":
            yield from (_Change("map text", (*at, "b"), text) for text in ("*", "", "two words"))
        for key, part in value.items():
            yield from _changes(values, part, (*at, key), chance)
        return
    yield _Change("unknown field", (*at, "unexpectedField"), "x")
    for name, part in properties(schema).items():
        if name in value:
            what = "required removed" if name in cast(Sequence[str], schema.get("required", ())) else "removed"
            yield _Change(what, (*at, name), is_removal=True)
            yield from _changes(part, value[name], (*at, name), chance)
        else:
            yield _Change("added", (*at, name), value_of(part, chance))


def _array_changes(schema: Schema, value: list[object], at: Steps, chance: random.Random) -> Iterator[_Change]:
    items = cast(Schema, schema.get("items", {}))
    yield _Change("emptied", at, [])
    yield _Change("null item", at, [*value, None])
    yield _Change("item added", at, [*value, value_of(items, chance)])
    if value:
        yield _Change("repeated", at, [*value, copy.deepcopy(value[0])])
        most = schema.get("maxItems")
        if isinstance(most, int) and most < 300:
            yield _Change("bound", at, [copy.deepcopy(value[0]) for _ in range(most + 1)])
    for index, item in enumerate(value[:3]):
        yield from _changes(items, item, (*at, index), chance)


def _string_changes(schema: Schema, value: str, at: Steps, chance: random.Random) -> Iterator[_Change]:
    if values := [other for other in cast(Sequence[str], schema.get("enum", ())) if other != value]:
        yield from (_Change("other choice", at, other) for other in values)
        yield _Change("enum", at, "NotAChoice")
        yield _Change("enum", at, value.swapcase())
        return
    yield _Change("empty text", at, "")
    yield from (_Change("other text", at, text) for text in chance.sample(STRINGS, 4))
    if "pattern" in schema or "format" in schema:
        yield from (
            _Change("pattern", at, text) for text in ("not matching!", value + "\n", " " + value, value.upper())
        )
    most, least = schema.get("maxLength"), schema.get("minLength")
    if isinstance(most, int) and most < 10_000:
        yield from (_Change("bound", at, "a" * length) for length in (most, most + 1))
        yield _Change("bound", at, "é" * most)
    if isinstance(least, int) and least > 1:
        yield _Change("bound", at, "a" * (least - 1))


def _number_changes(schema: Schema, at: Steps) -> Iterator[_Change]:
    edges = [(schema.get("minimum"), -1), (schema.get("maximum"), 1)]
    for bound, step in edges:
        if isinstance(bound, int | float):
            yield from (_Change("bound", at, value) for value in (bound, bound + step))
    yield from (_Change("other number", at, value) for value in (0, -1, 80.0, 70000, 2**31, 2**63))


def _made(data: Mapping[str, object], change: _Change) -> Variant:
    changed = copy.deepcopy(dict(data))
    *way, last = change.steps
    node: object = changed
    for step in way:
        node = cast(dict[str | int, object], node)[step]
    if change.is_removal:
        del cast(dict[str | int, object], node)[last]
    else:
        cast(dict[str | int, object], node)[last] = copy.deepcopy(change.value)
    value = "" if change.is_removal else f" = {json.dumps(change.value, ensure_ascii=False)[:_SHOWN]}"
    place = ".".join(map(str, change.steps)) + value
    return Variant(change.what, place, changed)


def _is_constrained(schema: Schema, steps: Steps) -> bool:
    """Whether a rule stands at a place or up to two levels above it, where it can still be about that place."""
    node: object = schema
    marks = []
    for step in steps:
        if not isinstance(node, dict):
            break
        key = "items" if isinstance(step, int) else "properties" if "properties" in node else "additionalProperties"
        node = node.get(key, {})
        if key == "properties" and isinstance(node, dict):
            node = node.get(str(step), {})
        marks.append(isinstance(node, dict) and not _CONSTRAINTS.isdisjoint(node))
    return any(marks[-3:])
