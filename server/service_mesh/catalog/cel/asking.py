"""Constraints made of the rules and alternatives of schemas that a user gives."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from service_mesh.catalog.cel.expression import CelError, Expression
from service_mesh.catalog.cel.rewriting import escaped
from service_mesh.catalog.constraints.constraint import Break, Constraint, Manner
from service_mesh.catalog.formats import FORMATS
from service_mesh.model.path import Path

__all__ = ["BROKEN", "alternatives_constraint", "rule_constraint", "spelt"]

BROKEN = "SC136"
"""The rule under which broken rules of given definitions are reported."""

Schema = Mapping[str, object]

_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\[['\"]([^'\"\]]+)['\"]\]")
_LONGEST = 200
_RANK = 10_000
_MOST_COUNTED = 200_000


def rule_constraint(
    name: str, rule: Schema, schema: Schema, expression: Expression, unjudged: dict[str, str]
) -> Constraint:
    """A CEL rule as a constraint.

    Args:
        name: Its name.
        rule: The entry of `x-kubernetes-validations`.
        schema: The schema node that carries it.
        expression: The rule, compiled.
        unjudged: Takes in why the rule could not be asked of a value.
    """
    path = _path(str(rule.get("fieldPath") or ""))
    speaking = _speaking(rule)

    def check(value: object) -> Iterator[Break]:
        own, size = spelt(value, schema), _size(value)
        answer = expression.ask(own, size)
        if answer.holds is None:
            unjudged[str(rule.get("rule", ""))] = answer.error or "it gives no boolean"
        elif not answer.holds:
            said = speaking.ask(own, size).value if speaking else ""
            text = _shown(said or str(rule.get("message") or rule.get("rule", "")))
            failure = f"fails ({answer.error})" if answer.error else "is broken"
            yield Break(BROKEN, path, f"the rule '{text}' of the given definition {failure}", Manner.ABSENT)

    return Constraint(name, check, rank=_RANK)


def alternatives_constraint(name: str, alternatives: Schema, schema: Schema) -> Constraint:
    """A group of `oneOf`, `anyOf`, `allOf` or `not` as a constraint.

    Args:
        name: Its name.
        alternatives: A schema with that keyword alone.
        schema: The schema node that carries them.
    """
    import jsonschema_rs

    keyword = next(iter(alternatives))
    validator = jsonschema_rs.Draft202012Validator(
        dict(alternatives),
        validate_formats=True,
        formats=dict(FORMATS),
        pattern_options=jsonschema_rs.RegexOptions(),
    )

    def check(value: object) -> Iterator[Break]:
        if not validator.is_valid(_without_nulls(value, schema)):
            yield Break(BROKEN, (), f"the alternatives '{keyword}' of the given definition are not met", Manner.ABSENT)

    return Constraint(name, check, rank=_RANK)


def spelt(value: object, schema: Schema) -> object:
    """A value as rules see it: fields named as they spell them, numbers of the type that the schema gives them."""
    if isinstance(value, list):
        items = cast(Schema, schema.get("items") or {})
        return [spelt(item, items) for item in value]
    if isinstance(value, dict):
        values = schema.get("additionalProperties")
        if isinstance(values, dict):
            kept = _without_nulls(value, {"additionalProperties": values})
            return {name: spelt(child, values) for name, child in cast(Mapping[str, object], kept).items()}
        fields = cast(Mapping[str, Schema], schema.get("properties") or {})
        named = {
            escaped(name): spelt(child, fields.get(name, {})) for name, child in value.items() if child is not None
        }
        return {name: child for name, child in named.items() if name}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and schema.get("type") == "number":
        return float(cast(float, value))
    if isinstance(value, float) and schema.get("type") == "integer" and value.is_integer():
        return int(value)
    return value


def _without_nulls(value: object, schema: Schema) -> object:
    """A value as it is judged: the API server drops a null from a field whose schema does not keep it."""
    if isinstance(value, list):
        items = cast(Schema, schema.get("items") or {})
        return [_without_nulls(item, items) for item in value]
    if not isinstance(value, dict):
        return value
    fields = cast(Mapping[str, Schema], schema.get("properties") or {})
    others = schema.get("additionalProperties")
    parts = {name: part for name in value if isinstance(part := fields.get(name, others), dict)}
    return {
        name: _without_nulls(child, parts.get(name, {}))
        for name, child in value.items()
        if child is not None or name not in parts or parts[name].get("nullable")
    }


def _speaking(rule: Schema) -> Expression | None:
    text = rule.get("messageExpression")
    if not isinstance(text, str):
        return None
    try:
        return Expression.of(text)
    except CelError:
        return None


def _path(text: str) -> Path:
    """`.spec.hosts` or `['a.b']` as steps; empty where it is of another form."""
    steps = tuple(name or key for name, key in _STEP.findall(text))
    return steps if "".join(match[0] for match in _STEP.finditer(text)) == text else ()


def _size(value: object) -> int:
    """How many maps, lists and scalars a value holds, as far as it matters."""
    count, rest = 0, [value]
    while rest and count < _MOST_COUNTED:
        top = rest.pop()
        count += 1
        if isinstance(top, dict):
            rest.extend(top.values())
        elif isinstance(top, list):
            rest.extend(top)
    return count


def _shown(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    short = " ".join(clean.split())
    return f"{short[:_LONGEST]}..." if len(short) > _LONGEST else short
