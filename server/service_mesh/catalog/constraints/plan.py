"""Walks an object to the places that carry constraints, with the defaults filled in that the API server fills in first.

Source of the order, defaults before constraints: Kubernetes, apiextensions-apiserver/pkg/registry/customresource.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from service_mesh.catalog.constraints.constraint import Break, Constraint
from service_mesh.catalog.constraints.sizes import size_constraint
from service_mesh.catalog.facts import Fact
from service_mesh.catalog.trail import Trail, path_of
from service_mesh.model.path import Path

__all__ = ["Broken", "Place", "broken_in", "place_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be done with a value and with what lies below it; parts without anything to do are not in it.

    Attributes:
        constraints: Asked of the value, in order.
        fields: Name -> place of the field.
        each: Place of every item of a list or value of a map.
        defaults: Name -> what the API server fills in for an absent field.
        kept: Fields that keep nulls.
        drops_nulls: Whether a map of free names loses its nulls.
        is_constrained: Whether there is a constraint here or below.
    """

    constraints: tuple[Constraint, ...] = ()
    fields: Mapping[str, "Place"] = field(default_factory=dict)
    each: "Place | None" = None
    defaults: Mapping[str, object] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    drops_nulls: bool = False
    is_constrained: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A constraint that an object breaks.

    Attributes:
        place: Where the value is that carries the constraint.
        constraint: The constraint.
        what: What is wrong; its paths start at `place`.
    """

    place: Path
    constraint: Constraint
    what: Break


_NOTHING = Place()
_CONSTRAINED = frozenset({"rules", "minProperties", "maxProperties"})
_PLACED = frozenset({"fields", "values", "items"}) | _CONSTRAINED
"""What a fact has that has anything to do here."""


def place_of(fact: Fact, find: Callable[[str], Fact], named: Callable[[str], Constraint]) -> Place | None:
    """The place of a fact; None where there is no constraint in it.

    Args:
        fact: The fact of the whole object.
        find: The part that a reference in a fact names.
        named: The constraint of a name.
    """
    place = _Planner(find, named, {}).place(fact, is_below=False)
    return None if place is _NOTHING else place


@dataclass(frozen=True, slots=True)
class _Planner:
    find: Callable[[str], Fact]
    named: Callable[[str], Constraint]
    known: dict[tuple[str, bool], Place]

    def place(self, fact: Fact, *, is_below: bool) -> Place:
        """The place of a fact; defaults count where a constraint is above, which may read them, or below."""
        if isinstance(fact, str):
            return self._referred(fact, is_below=is_below) if fact.startswith("#") else _NOTHING
        if _PLACED.isdisjoint(fact):
            return _NOTHING
        constraints = self._constraints(fact)
        is_below = is_below or bool(constraints)
        fields = self._fields(fact, is_below=is_below)
        each = self.place(cast(Fact, fact.get("items") or fact.get("values") or "any"), is_below=is_below)
        is_constrained = bool(constraints) or each.is_constrained or any(p.is_constrained for p in fields.values())
        if not is_constrained and not is_below:
            return _NOTHING
        values = cast(Fact, fact.get("values", "any"))
        drops_nulls = values != "any" and not self._keeps_null(values)
        defaults, kept = self._filled(cast(dict[str, Fact], fact.get("fields", {})))
        if not (is_constrained or defaults or fields or drops_nulls or each is not _NOTHING):
            return _NOTHING
        below = None if each is _NOTHING else each
        return Place(constraints, fields, below, defaults, kept, drops_nulls, is_constrained)

    def _constraints(self, fact: Mapping[str, object]) -> tuple[Constraint, ...]:
        if fact.get("loose") or _CONSTRAINED.isdisjoint(fact):
            return ()
        named = (self.named(name) for name in cast(list[str], fact.get("rules", ())))
        size = self._size(fact)
        return (*sorted(named, key=lambda constraint: constraint.rank), *([] if size is None else [size]))

    def _fields(self, fact: Mapping[str, object], *, is_below: bool) -> dict[str, Place]:
        fields: dict[str, Place] = {}
        for name, child in cast(dict[str, Fact], fact.get("fields", {})).items():
            if isinstance(child, str) and not child.startswith("#"):
                continue
            if (place := self.place(child, is_below=is_below)) is not _NOTHING:
                fields[name] = place
        return fields

    def _filled(self, fields: Mapping[str, Fact]) -> tuple[dict[str, object], frozenset[str]]:
        """The defaults of fields, and the fields that keep nulls."""
        resolved = [(name, self._resolved(child)) for name, child in fields.items()]
        defaults = {name: child["default"] for name, child in resolved if "default" in child}
        return defaults, frozenset(name for name, child in resolved if child.get("nullable"))

    def _size(self, fact: Mapping[str, object]) -> Constraint | None:
        fields = cast(dict[str, Fact], fact.get("fields", {}))
        each = cast(Fact, fact.get("values", "any"))

        def is_null_kept(name: str) -> bool:
            return self._keeps_null(fields[name]) if name in fields else self._keeps_null(each) or each == "any"

        return size_constraint(fact, is_null_kept)

    def _keeps_null(self, fact: Fact) -> bool:
        """Whether a null stays or has a default put in its place."""
        child = self._resolved(fact)
        return bool(child.get("nullable")) or "default" in child

    def _referred(self, reference: str, *, is_below: bool) -> Place:
        key = (reference, is_below)
        if key not in self.known:
            self.known[key] = self.place(self.find(reference[1:]), is_below=is_below)
        return self.known[key]

    def _resolved(self, fact: Fact) -> Mapping[str, object]:
        if isinstance(fact, str):
            return self._resolved(self.find(fact[1:])) if fact.startswith("#") else {}
        return fact


def broken_in(data: object, place: Place) -> list[Broken]:
    """Every constraint that an object breaks, the deeper ones first; the object is not changed."""
    found: list[Broken] = []
    _settle(data, place, None, found)
    return found


def _settle(value: object, place: Place, trail: Trail, found: list[Broken]) -> object:
    if isinstance(value, dict):
        value = _settled_map(value, place, trail, found)
    elif isinstance(value, list) and place.each is not None:
        value = _settled_list(value, place.each, trail, found)
    if place.constraints:
        _ask(value, place.constraints, trail, found)
    return value


def _settled_map(value: dict[str, object], place: Place, trail: Trail, found: list[Broken]) -> dict[str, object]:
    """The map with defaults in it and below; a default is shared, as nothing here changes what it was given."""
    own = value
    if place.drops_nulls and None in value.values():
        own = {name: child for name, child in value.items() if child is not None}
    for name, default in place.defaults.items():
        if name not in value or (value[name] is None and name not in place.kept):
            own = {**own, name: default}
    fields, each = place.fields, place.each
    changed: dict[str, object] = {}
    for name, child in own.items():
        below = fields.get(name, each)
        if below is not None:
            after = _settle(child, below, (trail, name), found)
            if after is not child:
                changed[name] = after
    return {**own, **changed} if changed else own


def _settled_list(items: list[object], each: Place, trail: Trail, found: list[Broken]) -> list[object]:
    own = items
    for index, item in enumerate(items):
        after = _settle(item, each, (trail, index), found)
        if after is not item:
            own = list(own) if own is items else own
            own[index] = after
    return own


def _ask(value: object, constraints: tuple[Constraint, ...], trail: Trail, found: list[Broken]) -> None:
    told: tuple[str, ...] = ()
    for constraint in constraints:
        if told and constraint.group in told:
            continue
        for what in constraint.check(value):
            found.append(Broken(path_of(trail), constraint, what))
            if constraint.group:
                told = (*told, constraint.group)
