"""The two sides of the comparison: what the CRDs say themselves, and what our constraints say."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import jsonschema_rs

from service_mesh.catalog.cel.expression import Expression
from service_mesh.catalog.cel.rewriting import escaped
from service_mesh.catalog.constraints.constraint import Constraint
from service_mesh.catalog.constraints.named import named_constraints
from service_mesh.catalog.constraints.plan import broken_in, place_of
from service_mesh.catalog.convert import facts_from_schema
from service_mesh.catalog.facts import Fact
from service_mesh.catalog.formats import FORMATS
from tests.catalog.differential.sources import Schema, Subject

__all__ = ["Judge", "our_judge", "their_judge"]

Judge = Callable[[object], bool]
"""Whether a value is taken."""


def their_judge(subject: Subject, node: Schema) -> Judge:
    """The rule evaluated by the CEL library, or the alternatives by the validator, after pruning and defaulting."""
    if subject.is_rule:
        expression = Expression.of(subject.text)
        return lambda value: _asked(expression, _spelt(_filled(value, node), node))

    validator = jsonschema_rs.Draft202012Validator(
        json.loads(subject.text), validate_formats=True, formats=dict(FORMATS)
    )
    return lambda value: validator.is_valid(_filled(value, node))


def our_judge(name: str, node: Schema) -> Judge:
    """The constraint of a name, hung on the facts of the node alone; what else they bound is not asked."""
    fact = facts_from_schema(node, lambda schema: [name] if schema is node else [])
    place = place_of(fact, _no_reference, _alone)
    assert place is not None
    return lambda value: all(broken.constraint.name != name for broken in broken_in(value, place))


def _alone(name: str) -> Constraint:
    return replace(named_constraints()[name], group="")


def _no_reference(digest: str) -> Fact:
    raise AssertionError(f"facts made here hold no references, found {digest}")


def _asked(expression: Expression, value: object) -> bool:
    answer = expression.ask(value, size=1)
    assert answer.holds is not None, answer.error
    return answer.holds


def _filled(value: object, schema: Schema) -> object:
    """The value as the API server judges it: nulls dropped, defaults filled in, from the top down."""
    return _fill(copy.deepcopy(value), schema)


def _fill(value: object, schema: Schema) -> object:
    if isinstance(value, list):
        return [_fill(item, cast(Schema, schema.get("items") or {})) for item in value]
    if not isinstance(value, dict):
        return value
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        dropped = [name for name, child in value.items() if child is None and not values.get("nullable")]
        return {name: _fill(child, values) for name, child in value.items() if name not in dropped}
    fields = cast(dict[str, Schema], schema.get("properties") or {})
    kept = {n: child for n, child in value.items() if child is not None or fields.get(n, {}).get("nullable")}
    for name, field in fields.items():
        if name not in kept and field.get("default") is not None:
            kept[name] = copy.deepcopy(field["default"])
    return {name: _fill(child, fields.get(name, {})) for name, child in kept.items()}


def _spelt(value: object, schema: Schema) -> object:
    """The value with its fields named as rules spell them, and numbers as CEL has them."""
    if isinstance(value, list):
        return [_spelt(item, cast(Schema, schema.get("items") or {})) for item in value]
    if isinstance(value, dict):
        values = schema.get("additionalProperties")
        if isinstance(values, dict):
            return {name: _spelt(child, values) for name, child in value.items()}
        fields = cast(dict[str, Schema], schema.get("properties") or {})
        return {escaped(name): _spelt(child, fields.get(name, {})) for name, child in value.items()}
    if schema.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
