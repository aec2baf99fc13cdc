"""Finds items that a list holds twice although its items are told apart by their value or by some of their fields.

Source: Kubernetes, apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from service_mesh.catalog.facts import Fact
from service_mesh.catalog.trail import Trail, path_of
from service_mesh.model.path import Path

__all__ = ["Plan", "Repeat", "find_repeats", "plan_of"]

MAX_ITEMS = 20_000
"""Longest list that is looked at; the API server's own limit on the size of an object is reached before."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which lists below a value are looked at; parts without any such list are not in it.

    Attributes:
        fields: Name -> plan of the field.
        each: Plan of every item of a list or value of a map.
        kind: `set`, `map`, or empty where the value itself is no such list.
        keys: Fields that make two items the same, with the default of each.
    """

    fields: Mapping[str, "Plan"] = field(default_factory=dict)
    each: "Plan | None" = None
    kind: str = ""
    keys: tuple[tuple[str, object], ...] = ()


_NOTHING = Plan()
"""The plan of a value without any such list."""

_LISTED = frozenset({"fields", "values", "items", "list", "uniqueItems"})
"""What a fact has one of that is such a list or has one below it."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """An item that is there already.

    Attributes:
        path: Where the later item is.
        first: Where the earlier one is.
        keys: The fields by which they are the same, with their value; empty for whole values.
    """

    path: Path
    first: Path
    keys: tuple[tuple[str, object], ...]


def plan_of(fact: Fact, find: Callable[[str], Fact]) -> Plan:
    """The plan of a fact; `find` answers references."""
    return _Planner(find, {}).plan(fact)


@dataclass(frozen=True, slots=True)
class _Planner:
    find: Callable[[str], Fact]
    known: dict[str, Plan]

    def plan(self, fact: Fact) -> Plan:
        if isinstance(fact, str):
            return self._named(fact) if fact.startswith("#") else _NOTHING
        if _LISTED.isdisjoint(fact):
            return _NOTHING
        fields: dict[str, Plan] = {}
        for name, child in cast(dict[str, Fact], fact.get("fields", {})).items():
            if isinstance(child, str) and not child.startswith("#"):
                continue
            if (below := self.plan(child)) is not _NOTHING:
                fields[name] = below
        item = fact.get("items") or fact.get("values")
        each = _NOTHING if item is None else self.plan(cast(Fact, item))
        kind = "" if fact.get("loose") else _kind_of(fact)
        if not fields and not kind and each is _NOTHING:
            return _NOTHING
        return Plan(fields, None if each is _NOTHING else each, kind, self._keys(fact) if kind == "map" else ())

    def _named(self, reference: str) -> Plan:
        if reference not in self.known:
            self.known[reference] = _NOTHING
            self.known[reference] = self.plan(self.find(reference[1:]))
        return self.known[reference]

    def _keys(self, fact: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
        item = self._resolved(cast(Fact, fact.get("items", "any")))
        fields = cast(dict[str, Fact], item.get("fields", {}))
        names = cast(list[str], fact.get("keys", []))
        return tuple((name, self._resolved(fields.get(name, "any")).get("default")) for name in names)

    def _resolved(self, fact: Fact) -> Mapping[str, object]:
        if isinstance(fact, str):
            return self._resolved(self.find(fact[1:])) if fact.startswith("#") else {}
        return fact


def _kind_of(fact: Mapping[str, object]) -> str:
    return str(fact.get("list") or ("set" if fact.get("uniqueItems") else ""))


def find_repeats(value: object, plan: Plan) -> list[Repeat]:
    """Every item of a value that repeats an earlier one of its list; values of another shape are passed over."""
    found: list[Repeat] = []
    _walk(value, plan, None, found)
    return found


def _walk(value: object, plan: Plan, trail: Trail, found: list[Repeat]) -> None:
    if isinstance(value, dict):
        for name, below in plan.fields.items():
            if name in value:
                _walk(value[name], below, (trail, name), found)
        if plan.each is not None:
            for name, child in value.items():
                _walk(child, plan.each, (trail, name), found)
    elif isinstance(value, list):
        if plan.kind and len(value) > 1:
            found += _repeats(value[:MAX_ITEMS], plan, trail)
        if plan.each is not None:
            for index, child in enumerate(value):
                _walk(child, plan.each, (trail, index), found)


def _repeats(items: list[object], plan: Plan, trail: Trail) -> Iterator[Repeat]:
    seen: dict[object, int] = {}
    for index, item in enumerate(items):
        if plan.kind == "map" and not isinstance(item, dict):
            continue
        keys = tuple((name, _known(cast(dict[str, object], item).get(name), default)) for name, default in plan.keys)
        first = seen.setdefault(_comparable(keys if plan.kind == "map" else item), index)
        if first != index:
            path = path_of(trail)
            yield Repeat((*path, index), (*path, first), keys)


def _known(value: object, default: object) -> object:
    """What stands in a field after the API server's defaulting, which replaces a null as well."""
    return default if value is None else value


def _comparable(value: object) -> object:
    """A hashable stand-in that is equal exactly where the API server finds two values equal: `1`, `true` differ."""
    if isinstance(value, dict):
        return frozenset((name, _comparable(child)) for name, child in value.items())
    if isinstance(value, list | tuple):
        return tuple(_comparable(child) for child in value)
    return (type(value) is bool, value)
