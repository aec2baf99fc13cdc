"""JSON schemas of arguments and answers as they are published: derived from types, without the generator's noise."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter

__all__ = ["input_schema", "output_schema", "published"]

Schema = dict[str, Any]

_CEILINGS = frozenset({"maxItems", "maxLength"})
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
    return {**_plain(raw, enumerations), "$defs": objects}


def _argument(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        schema = {**choices[0], **{key: value for key, value in schema.items() if key not in ("anyOf", "default")}}
    plain = _plain(schema, definitions, keep="description")
    if "properties" in plain:
        plain["properties"] = {name: _argument(member, {}) for name, member in plain["properties"].items()}
    return plain


def _plain(schema: Schema, inlined: Mapping[str, Schema], keep: str = "") -> Schema:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name in inlined:
        schema = {**inlined[name], "description": None, **{k: v for k, v in schema.items() if k != "$ref"}}
    noise = {"title", "description"} - {keep}
    return {
        key: _members(key, value, inlined) for key, value in schema.items() if key not in noise and value is not None
    }


def _members(key: str, value: Any, inlined: Mapping[str, Schema]) -> Any:
    if key == "properties":
        return {name: _plain(schema, inlined) for name, schema in value.items()}
    if isinstance(value, dict):
        return _plain(value, inlined)
    if isinstance(value, list):
        return [_plain(item, inlined) if isinstance(item, dict) else item for item in value]
    return value
