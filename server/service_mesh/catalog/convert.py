"""Turns the OpenAPI schema of a CustomResourceDefinition into facts: constraints by name, prose left out."""

from collections.abc import Mapping
from typing import cast

from service_mesh.catalog.constraints.known import Namer, known_names
from service_mesh.catalog.facts import BOUNDS, Fact, KindFacts, VersionFacts
from service_mesh.catalog.scale import with_scale

__all__ = ["facts_from_crd", "facts_from_schema", "names_only"]

Schema = Mapping[str, object]

_ENFORCED_FORMATS = frozenset(
    {"int32", "int64", "ipv4", "ipv6", "cidr", "mac", "uuid", "byte", "date", "date-time", "datetime", "duration"}
)
"""Formats that change a verdict; the API server ignores names it does not know, `idn-hostname` and `url` among them.

Source: Kubernetes, apiextensions-apiserver/pkg/apiserver/validation/formats.go.
"""


def facts_from_crd(crd: Schema, names_of: Namer = known_names) -> KindFacts:
    """The facts of a parsed CustomResourceDefinition (apiextensions.k8s.io/v1).

    Args:
        crd: The document as plain data; it is not changed.
        names_of: The names of the constraints of a schema node; by default those that this package knows.

    Raises:
        ValueError: A part that every CustomResourceDefinition has is missing, or a rule has no constraint; the message
            names it.
    """
    spec = _map(crd, "spec")
    names = _map(spec, "names")
    versions = cast(list[Schema], spec.get("versions") or [])
    if not versions:
        raise ValueError("'spec.versions' is missing")
    return KindFacts(
        group=str(spec.get("group", "")),
        kind=str(names.get("kind", "")),
        plural=str(names.get("plural", "")),
        scope=str(spec.get("scope", "")),
        versions=tuple(_version(version, names_of) for version in versions),
    )


def _version(version: Schema, names_of: Namer) -> VersionFacts:
    schema = _map(_map(version, "schema"), "openAPIV3Schema")
    root = facts_from_schema(schema, names_of)
    if isinstance(root, str):
        root = {"fields": {}, "open": True} if root in ("any", "object") else {"fields": {}}
    fields = dict(cast(dict[str, Fact], root.get("fields", {})))
    subresources = cast(Schema, version.get("subresources") or {})
    if "status" in subresources and "status" in fields:
        fields["status"] = names_only(fields["status"])
    own_metadata = fields.get("metadata", "any")
    fields |= {"apiVersion": "string", "kind": "string", "metadata": _metadata(own_metadata)}
    return VersionFacts(
        name=str(version.get("name", "")),
        root=with_scale({**root, "fields": fields}, subresources),
        served=bool(version.get("served")),
        storage=bool(version.get("storage")),
        deprecated=bool(version.get("deprecated")),
    )


def _metadata(own: Fact) -> Fact:
    """Metadata as every object has it, plus what the CRD says about `name` and `generateName`, all it may say."""
    fields = cast(dict[str, Fact], own.get("fields", {})) if isinstance(own, dict) else {}
    limited = {name: fact for name, fact in fields.items() if isinstance(fact, dict)}
    return {"type": "metadata", "fields": limited} if limited else "metadata"


def facts_from_schema(schema: Schema, names_of: Namer = known_names) -> Fact:
    """The fact of one schema node; CEL rules and `oneOf`, `anyOf`, `allOf`, `not` become names of constraints.

    Args:
        schema: The node.
        names_of: The names of the constraints of a node.

    Raises:
        ValueError: A rule has no constraint.
    """
    fact: dict[str, object] = {key: schema[key] for key in BOUNDS if key in schema}
    if fact.get("format") not in _ENFORCED_FORMATS:
        fact.pop("format", None)
    if schema.get("nullable"):
        fact["nullable"] = True
    if schema.get("default") is not None:
        fact["default"] = schema["default"]
    if names := names_of(schema):
        fact["rules"] = names
    _add_shape(fact, schema, names_of)
    _add_list_type(fact, schema)
    return cast(str, fact["type"]) if set(fact) == {"type"} else fact


def _add_shape(fact: dict[str, object], schema: Schema, names_of: Namer) -> None:
    fields = cast(dict[str, Schema], schema.get("properties") or {})
    values = schema.get("additionalProperties")
    is_open = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    kind = schema.get("type")
    if schema.get("x-kubernetes-int-or-string"):
        fact["type"] = "int-or-string"
    elif kind == "array":
        fact["items"] = facts_from_schema(cast(Schema, schema.get("items") or {}), names_of)
    elif values not in (None, False):
        fact["values"] = facts_from_schema(values, names_of) if isinstance(values, dict) else "any"
    elif fields or (kind == "object" and not is_open):
        fact["fields"] = {name: facts_from_schema(field, names_of) for name, field in fields.items()}
        _add_required(fact, schema, fields)
        if is_open:
            fact["open"] = True
    else:
        fact["type"] = kind if kind is not None else "any"
        _add_required(fact, schema, fields)


def _add_required(fact: dict[str, object], schema: Schema, fields: Mapping[str, Schema]) -> None:
    names = cast(list[str], schema.get("required") or [])
    required = [name for name in names if "default" not in fields.get(name, {})]
    if required:
        fact["required"] = sorted(required)


def _add_list_type(fact: dict[str, object], schema: Schema) -> None:
    kind = schema.get("x-kubernetes-list-type")
    if kind == "set":
        fact["list"] = "set"
    elif kind == "map":
        fact["list"] = "map"
        fact["keys"] = schema.get("x-kubernetes-list-map-keys") or []


def names_only(fact: Fact) -> Fact:
    """What is left of a status: strict decoding refuses unknown names in it, its values are dropped unread.

    Source: Kubernetes, apiextensions-apiserver/pkg/registry/customresource/strategy.go (PrepareForCreate).
    """
    if isinstance(fact, str):
        return "any"
    if "fields" in fact:
        fields = cast(dict[str, Fact], fact["fields"])
        kept: dict[str, object] = {"fields": {name: names_only(field) for name, field in fields.items()}, "loose": True}
        return {**kept, "open": True} if fact.get("open") else kept
    for key in ("items", "values"):
        if key in fact:
            below = names_only(cast(Fact, fact[key]))
            return "any" if below == "any" else {key: below, "loose": True}
    return "any"


def _map(holder: Schema, name: str) -> Schema:
    value = holder.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"'{name}' is missing")
    return value
