"""Builds the JSON schema that the validator compiles, from the facts of one kind and version.

The API server removes a null from a field that does not keep nulls before it judges the object, so null stands for
absent here: it passes where the field may be absent, and is a fault where the field is required. An item of a list
cannot be absent. Source: Kubernetes, apiextensions-apiserver/pkg/apiserver/schema/defaulting/prune.go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from service_mesh.catalog.facts import Fact, type_name
from service_mesh.catalog.patterns import ascii_classes

__all__ = ["build_schema"]

Schema = dict[str, object]

_TYPES: Mapping[str, list[str]] = {
    "string": ["string"],
    "integer": ["integer"],
    "number": ["number"],
    "boolean": ["boolean"],
    "object": ["object"],
    "array": ["array"],
    "int-or-string": ["integer", "string"],
    "quantity": ["number", "string"],
}
_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_COPIED = frozenset({"multipleOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"})


def build_schema(root: Fact, find: Callable[[str], Fact], patterns: Mapping[str, str], metadata: Fact) -> Schema:
    """The JSON schema (2020-12) of a kind.

    Args:
        root: Fact of the whole object; may hold references.
        find: The part that a reference names.
        patterns: Name -> regular expression.
        metadata: Fact of the metadata of every object.
    """
    builder = _Builder(find, patterns, metadata)
    schema = builder.schema(root, is_null_absent=False)
    return {**schema, "$defs": builder.definitions} if builder.definitions else schema


@dataclass(slots=True)
class _Builder:
    find: Callable[[str], Fact]
    patterns: Mapping[str, str]
    metadata: Fact
    definitions: dict[str, Schema] = field(default_factory=dict)

    def schema(self, fact: Fact, *, is_null_absent: bool) -> Schema:
        """Schema of a fact.

        Args:
            fact: The fact.
            is_null_absent: Whether null passes because it stands for an absent field.
        """
        if isinstance(fact, str):
            if fact == "metadata" or fact.startswith("#"):
                return self._named(fact, is_null_absent=is_null_absent)
            return _plain(fact, is_null_passed=is_null_absent)
        if fact.get("loose"):
            return self._loose(fact)
        if fact.get("type") == "metadata":
            return self._metadata(fact, is_null_absent=is_null_absent)
        is_null_passed = is_null_absent or bool(fact.get("nullable")) or "default" in fact
        schema = self._typed(type_name(fact), fact, is_null_passed=is_null_passed)
        self._add_children(schema, fact)
        return schema

    def _named(self, reference: str, *, is_null_absent: bool) -> Schema:
        name = reference.lstrip("#") + ("" if is_null_absent else ".kept")
        if name not in self.definitions:
            self.definitions[name] = {}
            fact = self.metadata if reference == "metadata" else self.find(reference[1:])
            self.definitions[name] = self.schema(fact, is_null_absent=is_null_absent)
        return {"$ref": f"#/$defs/{name}"}

    def _metadata(self, fact: Mapping[str, object], *, is_null_absent: bool) -> Schema:
        fields = cast(dict[str, Fact], fact["fields"])
        limits = {name: self.schema(limit, is_null_absent=True) for name, limit in fields.items()}
        return {**self._named("metadata", is_null_absent=is_null_absent), "properties": limits}

    def _typed(self, kind: str, fact: Mapping[str, object], *, is_null_passed: bool) -> Schema:
        schema = _plain(kind, is_null_passed=is_null_passed)
        for key in _COPIED & fact.keys():
            schema[key] = fact[key]
        if "enum" in fact:
            values = cast(list[object], fact["enum"])
            schema["enum"] = [*values, None] if is_null_passed and None not in values else values
        if "pattern" in fact:
            schema["pattern"] = ascii_classes(self.patterns[str(fact["pattern"])])
        _add_range(schema, fact)
        return schema

    def _add_children(self, schema: Schema, fact: Mapping[str, object]) -> None:
        required = cast(list[str], fact.get("required", []))
        if "fields" in fact:
            fields = cast(dict[str, Fact], fact["fields"])
            schema["properties"] = {
                name: self.schema(field, is_null_absent=name not in required) for name, field in fields.items()
            }
            if not fact.get("open"):
                schema["additionalProperties"] = False
        elif "values" in fact:
            schema["additionalProperties"] = self.schema(cast(Fact, fact["values"]), is_null_absent=True)
        if required:
            schema["required"] = required
        if "items" in fact:
            schema["items"] = self.schema(cast(Fact, fact["items"]), is_null_absent=False)

    def _loose(self, fact: Mapping[str, object]) -> Schema:
        """Names alone: neither types nor bounds are judged."""
        schema: Schema = {}
        self._add_children(schema, {key: value for key, value in fact.items() if key != "required"})
        return schema


def _plain(kind: str, *, is_null_passed: bool) -> Schema:
    types = _TYPES.get(kind)
    if types is None:
        return {}
    schema: Schema = {"type": [*types, "null"] if is_null_passed else types}
    if kind == "quantity":
        schema["format"] = "quantity"
    return schema


def _add_range(schema: Schema, fact: Mapping[str, object]) -> None:
    kind = str(fact.get("format", ""))
    low, high = cast(float | None, fact.get("minimum")), cast(float | None, fact.get("maximum"))
    if kind in _RANGES:
        least, most = _RANGES[kind]
        low, high = least if low is None else max(low, least), most if high is None else min(high, most)
    elif kind:
        schema["format"] = kind
    if low is not None:
        schema["exclusiveMinimum" if fact.get("exclusiveMinimum") else "minimum"] = low
    if high is not None:
        schema["exclusiveMaximum" if fact.get("exclusiveMaximum") else "maximum"] = high
