"""One version of one kind, made ready to judge objects: the compiled schema, its constraints, and the facts behind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, cast

from service_mesh.catalog.constraints.constraint import Constraint
from service_mesh.catalog.constraints.named import named_constraints
from service_mesh.catalog.constraints.plan import Place, broken_in, place_of
from service_mesh.catalog.constraints.telling import constraint_faults
from service_mesh.catalog.duplicates import Plan, find_repeats, plan_of
from service_mesh.catalog.facts import Fact
from service_mesh.catalog.faults import SchemaError, faults_of, path_of, repeat_fault
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.schema import build_schema, compiled
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

__all__ = ["NestingError", "Shape"]

MAX_ERRORS = 300
"""Most errors of one object that are looked at."""


class NestingError(Exception):
    """An object nests more deeply than the validator follows, some 250 levels."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Judges objects of one version of a kind.

    Attributes:
        is_deprecated: Whether the API server warns about the version.
        root: Fact of the whole object.
        metadata: Fact of the metadata of every object.
        find: The part that a reference in a fact names.
        validator: The compiled schema.
        plan: Which lists may not repeat an item.
        place: Which constraints across fields there are; None where there is none.
    """

    is_deprecated: bool
    root: Fact
    metadata: Fact
    find: Callable[[str], Fact]
    validator: "Draft202012Validator"
    plan: Plan
    place: Place | None

    @staticmethod
    def of(
        root: Fact,
        find: Callable[[str], Fact],
        patterns: Mapping[str, str],
        metadata: Fact,
        *,
        is_deprecated: bool,
        named: Callable[[str], Constraint] | None = None,
        is_constrained: bool = True,
        is_decoded: bool = False,
    ) -> "Shape":
        """Compile the facts of a version.

        Args:
            root: Fact of the whole object.
            find: The part that a reference in a fact names.
            patterns: Name -> regular expression.
            metadata: Fact of the metadata of every object.
            is_deprecated: Whether the API server warns about the version.
            named: The constraint of a name; by default those that this package knows.
            is_constrained: False where no fact names a constraint, which saves looking for one.
            is_decoded: Whether objects are decoded into Go structs and not judged by a schema.
        """
        validator = compiled(build_schema(root, find, patterns, metadata, is_decoded=is_decoded))
        place = place_of(root, find, named or named_constraints().__getitem__) if is_constrained else None
        return Shape(is_deprecated, root, metadata, find, validator, plan_of(root, find), place)

    def accepts(self, data: Mapping[str, object]) -> bool:
        """Whether there is nothing wrong with an object.

        Raises:
            NestingError: It nests too deeply for the validator.
        """
        try:
            is_valid = self.validator.is_valid(data)
        except ValueError as error:
            raise NestingError from error
        if not is_valid or find_repeats(data, self.plan):
            return False
        return self.place is None or not broken_in(data, self.place)

    def faults(self, resource: Resource) -> list[Fault]:
        """Everything that is wrong with an object.

        Raises:
            NestingError: It nests too deeply for the validator.
        """
        try:
            errors = cast("list[SchemaError]", list(islice(self.validator.iter_errors(resource.data), MAX_ERRORS)))
        except ValueError as error:
            raise NestingError from error
        repeats = find_repeats(resource.data, self.plan)
        found = list(faults_of(errors, resource, self.fact_at))
        found += [repeat_fault(resource, repeat) for repeat in repeats]
        if self.place is not None and (broken := broken_in(resource.data, self.place)):
            faulty = [path for error in errors for path in _paths(error, resource.data)]
            faulty += [repeat.path for repeat in repeats]
            found += constraint_faults(broken, resource, faulty)
        return found

    def fact_at(self, path: Path) -> Mapping[str, object]:
        """The fact of the value at a path of an object, as a map; empty where the facts say nothing."""
        fact = self._resolved(self.root)
        for step in path:
            below = cast(dict[str, Fact], fact.get("fields", {})).get(str(step)) if isinstance(step, str) else None
            fallback = fact.get("items") if isinstance(step, int) else fact.get("values")
            fact = self._resolved(below if below is not None else cast(Fact, fallback or "any"))
        return fact

    def _resolved(self, fact: Fact) -> Mapping[str, object]:
        if isinstance(fact, dict) and fact.get("type") == "metadata":
            general = self._resolved(self.metadata)
            fields = cast(dict[str, Fact], general["fields"]) | cast(dict[str, Fact], fact["fields"])
            return {**general, "fields": fields}
        if not isinstance(fact, str):
            return fact
        if fact == "metadata":
            return self._resolved(self.metadata)
        return self._resolved(self.find(fact[1:])) if fact.startswith("#") else {"type": fact}


def _paths(error: SchemaError, data: object) -> Iterator[Path]:
    """Where the fault is: at the value, at unknown fields of it, or where a missing field would be."""
    path, kind = path_of(error, data), error.kind
    if kind.name == "required":
        yield (*path, str(getattr(kind, "property", "")))
    elif kind.name == "additionalProperties":
        for name in cast(list[str], getattr(kind, "unexpected", [])):
            yield (*path, name)
    else:
        yield path
