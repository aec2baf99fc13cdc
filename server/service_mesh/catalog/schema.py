"""Builds the JSON schema that the validator takes, from the facts of one kind and version, and compiles it.

The API server removes a null from a field that does not keep nulls before it judges the object, so null stands for
absent here: it passes where the field may be absent, and is a fault where the field is required. An item of a list
cannot be absent. Source: Kubernetes, apiextensions-apiserver/pkg/apiserver/schema/defaulting/prunenulls.go.

A whole number has 64 bits: the decoder makes a float of a longer one, and that is no integer. Source: kubernetes-sigs,
json/kubernetes_patch.go; kube-openapi, pkg/validation/validate/type.go;
go-openapi, swag/convert.go (IsFloat64AJSONInteger). How many fields a map has is counted after
nulls were dropped and defaults filled in, so that it is a constraint and not here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, cast

from service_mesh.catalog.facts import Fact, type_name
from service_mesh.catalog.formats import DECODED, FORMATS
from service_mesh.catalog.patterns import ascii_classes

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, Registry

__all__ = ["build_schema", "compiled"]

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
_WHOLE = ("integer", "int-or-string")
_PARTED = frozenset({"fields", "values", "items"})
_COPIED = frozenset({"multipleOf", "minLength", "maxLength", "minItems", "maxItems"})
_DECODED = "urn:decoded:"
"""Start of the names of schemas of another draft, to which `80.0` is no integer."""
_EXACT = "urn:exact:"
"""Start of the names of schemas that refuse a float for an integer from 53 bits on, where not each has a float."""
_MOST_EXACT = 2**53 - 1


def build_schema(
    root: Fact,
    find: Callable[[str], Fact],
    patterns: Mapping[str, str],
    metadata: Fact,
    *,
    is_decoded: bool = False,
) -> Schema:
    """The JSON schema (2020-12) of a kind.

    Args:
        root: Fact of the whole object; may hold references.
        find: The part that a reference names.
        patterns: Name -> regular expression.
        metadata: Fact of the metadata of every object.
        is_decoded: Whether objects are decoded into Go structs, whose integers no float is taken for, not even `80.0`.
    """
    builder = _Builder(find, patterns, metadata, is_decoded, is_decoded)
    schema = builder.schema(root, is_null_absent=False)
    return {**schema, "$defs": builder.definitions} if builder.definitions else schema


@dataclass(slots=True)
class _Builder:
    find: Callable[[str], Fact]
    patterns: Mapping[str, str]
    metadata: Fact
    is_decoded: bool
    has_decoded_texts: bool
    definitions: dict[str, Schema] = field(default_factory=dict)
    types: dict[str, list[str]] = field(default_factory=dict)
    known: dict[tuple[str, bool], Schema] = field(default_factory=dict)

    def schema(self, fact: Fact, *, is_null_absent: bool) -> Schema:
        """Schema of a fact; it may stand in several places and is not changed.

        Args:
            fact: The fact.
            is_null_absent: Whether null passes because it stands for an absent field.
        """
        if isinstance(fact, str):
            known = self.known.get((fact, is_null_absent))
            if known is None:
                known = self.known[fact, is_null_absent] = self._of_text(fact, is_null_absent=is_null_absent)
            return known
        if fact.get("loose"):
            return self._loose(fact)
        if fact.get("type") == "metadata":
            return self._metadata(fact, is_null_absent=is_null_absent)
        is_null_passed = is_null_absent or bool(fact.get("nullable")) or "default" in fact
        schema = self._typed(type_name(fact), fact, is_null_passed=is_null_passed)
        self._add_children(schema, fact)
        return schema

    def _of_text(self, fact: str, *, is_null_absent: bool) -> Schema:
        """Schema of a plain type, or of the part that a reference names; a small part is written out."""
        if fact == "metadata":
            return self._named(fact, self.metadata, is_null_absent=is_null_absent)
        if not fact.startswith("#"):
            return self._plain(fact, {}, is_null_passed=is_null_absent)
        part = self.find(fact[1:])
        if isinstance(part, str) or "enum" in part or _PARTED.isdisjoint(part):
            return self.schema(part, is_null_absent=is_null_absent)
        return self._named(fact[1:], part, is_null_absent=is_null_absent)

    def _named(self, name: str, fact: Fact, *, is_null_absent: bool) -> Schema:
        """A reference to a part, and beside it the type, which alone says whether null passes: a part is built once."""
        if name not in self.definitions:
            builder = replace(self, has_decoded_texts=True, known={}) if name == "metadata" else self
            definition = {**builder.schema(fact, is_null_absent=False)}
            self.types[name] = cast(list[str], definition.pop("type", []))
            self.definitions[name] = definition
        types, schema = self.types[name], Schema({"$ref": f"#/$defs/{name}"})
        if types:
            schema["type"] = [*types, "null"] if is_null_absent and "null" not in types else types
        return schema

    def _metadata(self, fact: Mapping[str, object], *, is_null_absent: bool) -> Schema:
        fields = cast(dict[str, Fact], fact["fields"])
        limits = {name: self.schema(limit, is_null_absent=True) for name, limit in fields.items()}
        return {**self._named("metadata", self.metadata, is_null_absent=is_null_absent), "properties": limits}

    def _typed(self, kind: str, fact: Mapping[str, object], *, is_null_passed: bool) -> Schema:
        schema = self._plain(kind, fact, is_null_passed=is_null_passed)
        for key in _COPIED & fact.keys():
            schema[key] = fact[key]
        if "enum" in fact:
            values = cast(list[object], fact["enum"])
            schema["enum"] = [*values, None] if is_null_passed and None not in values else values
        if "pattern" in fact:
            schema["pattern"] = ascii_classes(self.patterns[str(fact["pattern"])])
        return schema

    def _plain(self, kind: str, fact: Mapping[str, object], *, is_null_passed: bool) -> Schema:
        schema: Schema = {}
        is_decoded = kind in _WHOLE and (self.is_decoded or bool(fact.get("decoded")))
        if kind in _TYPES:
            names = [*_TYPES[kind], "null"] if is_null_passed else _TYPES[kind]
            is_wide = kind in _WHOLE and fact.get("format") != "int32"
            schema = {} if is_decoded else {"type": names}
            if is_decoded or is_wide:
                schema["$ref"] = (_DECODED if is_decoded else _EXACT) + "-".join(names)
        if kind == "quantity":
            schema["format"] = "quantity"
        form = str(fact.get("format", "")) or _width(kind, is_decoded=is_decoded)
        if form and form not in _RANGES:
            schema["format"] = DECODED + form if self.has_decoded_texts else form
        _add_range(schema, fact, form)
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


def _width(kind: str, *, is_decoded: bool) -> str:
    """How wide a whole number may be where no format says it; Kubernetes' own integers or strings have 32 bits."""
    if kind not in _WHOLE:
        return ""
    return "int32" if is_decoded and kind == "int-or-string" else "int64"


def _add_range(schema: Schema, fact: Mapping[str, object], form: str) -> None:
    low, high = cast(float | None, fact.get("minimum")), cast(float | None, fact.get("maximum"))
    if form in _RANGES:
        least, most = _RANGES[form]
        low, high = least if low is None else max(low, least), most if high is None else min(high, most)
    if low is not None:
        schema["exclusiveMinimum" if fact.get("exclusiveMinimum") else "minimum"] = low
    if high is not None:
        schema["exclusiveMaximum" if fact.get("exclusiveMaximum") else "maximum"] = high


def compiled(schema: Schema) -> "Draft202012Validator":
    """A schema, ready to judge.

    The validator's library is imported here and not with the module: most commands never judge an object.

    Raises:
        ValueError: A bound or a pattern cannot be used.
    """
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=True,
        formats=dict(FORMATS),
        pattern_options=jsonschema_rs.RegexOptions(),
        registry=_decoded_types(),
    )


@cache
def _decoded_types() -> "Registry":
    """Schemas of draft 4, in which a number is an integer by its spelling and not by its value."""
    import jsonschema_rs

    draft = "http://json-schema.org/draft-04/schema#"
    schemas: list[tuple[str, Schema]] = []
    for names in ([*_TYPES[kind], *null] for kind in _WHOLE for null in ((), ("null",))):
        decoded: Schema = {"type": names}
        exact: Schema = {"anyOf": [decoded, {"minimum": -_MOST_EXACT, "maximum": _MOST_EXACT}]}
        schemas += [(_DECODED + "-".join(names), {"$schema": draft, **decoded})]
        schemas += [(_EXACT + "-".join(names), {"$schema": draft, **exact})]
    return jsonschema_rs.Registry(schemas)
