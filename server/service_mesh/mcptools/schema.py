"""JSON schemas of arguments and answers as they are published: derived from types, without the generator's noise."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter

__all__ = ["input_schema", "output_schema", "published"]

Schema = dict[str, Any]

_CEILINGS = frozenset({"maxItems", "maxLength", "maxProperties"})
"""Bounds against abuse, which no honest call comes near: they are kept, and cost no tokens of every client."""


def input_schema(arguments: type[BaseModel]) -> Schema:
    """The schema of a tool's arguments: flat, no references, unknown members refused, optional ones just absent."""
    raw = arguments.model_json_schema()
    definitions = cast(Mapping[str, Schema], raw.pop("$defs", {}))
    properties = {name: _argument(schema, definitions) for name, schema in raw["properties"].items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def published(schema: Schema) -> Schema:
    """A schema as clients see it: without the ceilings."""
    return {
        key: published(value) if isinstance(value, dict) else value
        for key, value in schema.items()
        if key not in _CEILINGS
    }


def output_schema(answer: TypeAdapter[Any]) -> Schema:
    """The schema of a tool's structured content; enumerations stand where they are used, objects are referred to."""
    raw = answer.json_schema(mode="serialization")
    definitions = cast(dict[str, Schema], raw.pop("$defs", {}))
    enumerations = {name: schema for name, schema in definitions.items() if "enum" in schema}
    objects = {name: _plain(schema, enumerations) for name, schema in definitions.items() if name not in enumerations}
    return {**_plain(raw, enumerations), "$defs": {name: _untyped(schema) for name, schema in objects.items()}}


def _untyped(schema: Schema) -> Schema:
    """An object without the word that its members say already."""
    return {key: value for key, value in schema.items() if key != "type"}


def _argument(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        schema = {**choices[0], **{key: value for key, value in schema.items() if key not in ("anyOf", "default")}}
    plain = _plain(schema, definitions, is_described=True)
    if "properties" in plain:  # members that are told by their names alone
        plain["properties"] = {name: {} for name in plain["properties"]}
    return plain


def _plain(schema: Schema, inlined: Mapping[str, Schema], *, is_described: bool = False) -> Schema:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name in inlined:
        schema = {**inlined[name], "description": None, **{k: v for k, v in schema.items() if k != "$ref"}}
    noise = {"title"} if is_described else {"title", "description", "default"}
    plain = {
        key: _members(key, value, inlined)
        for key, value in schema.items()
        if key not in noise and value is not None and (key, value) != ("additionalProperties", True)
    }
    return _or_null(plain)


def _or_null(schema: Schema) -> Schema:
    """A plain type or null, in one word less than the union that the generator writes."""
    choices = schema.get("anyOf", ())
    if len(choices) == 2 and choices[1] == {"type": "null"} and set(choices[0]) == {"type"}:
        return {**{k: v for k, v in schema.items() if k != "anyOf"}, "type": [choices[0]["type"], "null"]}
    return schema


def _members(key: str, value: Any, inlined: Mapping[str, Schema]) -> Any:
    if key == "properties":
        return {name: _plain(schema, inlined) for name, schema in value.items()}
    if isinstance(value, dict):
        return _plain(value, inlined)
    if isinstance(value, list):
        return [_plain(item, inlined) if isinstance(item, dict) else item for item in value]
    return value
