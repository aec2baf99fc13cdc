"""One version of one kind, made ready to judge objects: the compiled schema, and the facts that explain its errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, cast

from service_mesh.catalog.duplicates import Plan, find_repeats, plan_of
from service_mesh.catalog.facts import Fact
from service_mesh.catalog.faults import SchemaError, faults_of, repeat_fault
from service_mesh.catalog.formats import FORMATS
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.schema import build_schema
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
    """

    is_deprecated: bool
    root: Fact
    metadata: Fact
    find: Callable[[str], Fact]
    validator: "Draft202012Validator"
    plan: Plan

    @staticmethod
    def of(
        root: Fact, find: Callable[[str], Fact], patterns: Mapping[str, str], metadata: Fact, *, is_deprecated: bool
    ) -> "Shape":
        """Compile the facts of a version; `find` answers the references in them.

        The validator's library is imported here and not with the module: most commands never judge an object.
        """
        import jsonschema_rs

        validator = jsonschema_rs.Draft202012Validator(
            build_schema(root, find, patterns, metadata),
            validate_formats=True,
            formats=dict(FORMATS),
            pattern_options=jsonschema_rs.RegexOptions(),
        )
        return Shape(is_deprecated, root, metadata, find, validator, plan_of(root, find))

    def accepts(self, data: Mapping[str, object]) -> bool:
        """Whether there is nothing wrong with an object.

        Raises:
            NestingError: It nests too deeply for the validator.
        """
        try:
            is_valid = self.validator.is_valid(data)
        except ValueError as error:
            raise NestingError from error
        return is_valid and next(find_repeats(data, self.plan), None) is None

    def faults(self, resource: Resource) -> list[Fault]:
        """Everything that is wrong with an object.

        Raises:
            NestingError: It nests too deeply for the validator.
        """
        try:
            errors = cast("list[SchemaError]", list(islice(self.validator.iter_errors(resource.data), MAX_ERRORS)))
        except ValueError as error:
            raise NestingError from error
        found = list(faults_of(errors, resource, self.fact_at))
        return found + [repeat_fault(resource, repeat) for repeat in find_repeats(resource.data, self.plan)]

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
