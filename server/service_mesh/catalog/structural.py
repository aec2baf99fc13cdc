"""What the API server asks of a CustomResourceDefinition before it serves the kind: its parts, and a structural schema.

Source: Kubernetes, apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go and
pkg/apiserver/schema/validation.go.
"""

from collections.abc import Iterator
from itertools import islice

from service_mesh.catalog.wording import found, holder, quoted
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.kinds import Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["DEFINITION", "definition_faults"]

DEFINITION = Kind("apiextensions.k8s.io", "CustomResourceDefinition")

MAX_FAULTS = 20
"""Most faults of one definition that are told."""

_TYPES = ("object", "array", "string", "integer", "number", "boolean")
_REFUSED = (
    "$ref",
    "additionalItems",
    "definitions",
    "dependencies",
    "deprecated",
    "discriminator",
    "id",
    "patternProperties",
    "readOnly",
    "writeOnly",
    "xml",
)
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_ONLY_OUTSIDE = (
    "additionalProperties",
    "default",
    "description",
    "nullable",
    "title",
    "type",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
)
"""What a structural schema says outside of its alternatives only."""

_NEEDED = ("group", "names", "scope", "versions")
_INTEGER_OR_STRING = "x-kubernetes-int-or-string"
_PRESERVE = "x-kubernetes-preserve-unknown-fields"


def definition_faults(resource: Resource) -> Iterator[Draft]:
    """What the API server has against a definition of `apiextensions.k8s.io/v1`; the first twenty faults."""
    yield from islice(_faults(resource), MAX_FAULTS)


def _faults(resource: Resource) -> Iterator[Draft]:
    spec = resource.get("spec")
    if spec is None or not isinstance(spec.value, dict):
        yield resource.root.finding("'spec' is missing in the definition")
        return
    for name in _NEEDED:
        if spec.key(name) is None:
            yield spec.finding(f"{quoted(name)} is missing in 'spec' of the definition")
    yield from _names(resource, spec)
    versions = spec.key("versions")
    if versions is None:
        return
    if not isinstance(versions.value, list) or not versions.value:
        yield versions.finding("'spec.versions' holds no version")
        return
    stored = [version for version in versions.items if _flag(version, "storage")]
    if len(stored) != 1:
        yield versions.finding(f"{len(stored) or 'no'} versions are marked as 'storage', one has to be")
    for version in versions.items:
        yield from _version(version)


def _names(resource: Resource, spec: Node) -> Iterator[Draft]:
    names = spec.key("names")
    if names is None:
        return
    kind, plural, group = names.get("kind"), names.get("plural"), spec.key("group")
    for name, node in (("kind", kind), ("plural", plural)):
        if node is None or not node.text:
            yield names.finding(f"{quoted(name)} is missing in 'spec.names'")
    if plural is not None and group is not None and resource.name != f"{plural.text}.{group.text}":
        node = resource.get("metadata.name") or resource.root
        yield node.finding(f"the definition is named {quoted(resource.name)}, not '{plural.text}.{group.text}'")


def _version(version: Node) -> Iterator[Draft]:
    if not isinstance(version.value, dict) or not isinstance(version.value.get("name"), str):
        yield version.finding("a version has no 'name'")
        return
    name = version.value["name"]
    schema = version.get("schema.openAPIV3Schema")
    if schema is None or not isinstance(schema.value, dict):
        yield version.finding(f"version {quoted(name)} has no 'schema.openAPIV3Schema'")
        return
    kind = schema.value.get("type")
    if kind != "object":
        yield schema.finding(f"the schema of version {quoted(name)} has no type 'object'")
    yield from _schema(schema, is_root=True)


def _schema(node: Node, *, is_root: bool = False) -> Iterator[Draft]:
    """The faults of a schema node and of what lies below it; the type of the root is told elsewhere."""
    if not isinstance(node.value, dict):
        yield node.finding(f"{holder(node.path[-1:], '')} is {found(node.value)} where a schema is expected")
        return
    schema: dict[str, object] = node.value
    kind = schema.get("type")
    if not is_root and not kind and not (schema.get(_INTEGER_OR_STRING) or schema.get(_PRESERVE)):
        yield node.finding(f"the schema is not structural: 'type' is missing in {holder(node.path, '')}")
    elif kind is not None and kind not in _TYPES:
        yield _field(node, "type").finding(f"'type' is {quoted(str(kind))}, no type of a schema", anchor=Anchor.VALUE)
    yield from _refused(node, schema)
    for name in _ALTERNATIVES:
        for item in node.each(f"{name}[]"):
            yield from _alternative(item)
    if (negated := node.key("not")) is not None:
        yield from _alternative(negated)
    yield from _below(node)


def _refused(node: Node, schema: dict[str, object]) -> Iterator[Draft]:
    for name in _REFUSED:
        if name in schema:
            yield _field(node, name).finding(f"the schema is not structural: {quoted(name)} is not allowed in it")
    if schema.get("uniqueItems") is True:
        yield _field(node, "uniqueItems").finding("'uniqueItems' is not allowed in the schema of a definition")
    if "properties" in schema and schema.get("additionalProperties") not in (None, False):
        yield _field(node, "additionalProperties").finding(
            "the schema is not structural: 'additionalProperties' stands beside 'properties'"
        )
    if schema.get("additionalProperties") is False:
        yield _field(node, "additionalProperties").finding("'additionalProperties' may not be 'false' in a definition")
    if schema.get("type") == "array" and "items" not in schema:
        yield node.finding(f"'items' is missing in {holder(node.path, '')}, the schema of a list")


def _below(node: Node) -> Iterator[Draft]:
    for child in node.each("properties.{}"):
        yield from _schema(child)
    for name in ("items", "additionalProperties"):
        held = node.key(name)
        if held is not None and not (name == "additionalProperties" and isinstance(held.value, bool | None)):
            yield from _schema(held)


def _alternative(node: Node) -> Iterator[Draft]:
    """Inside of `allOf`, `anyOf`, `oneOf` and `not` a schema may bound values, not describe them."""
    if not isinstance(node.value, dict):
        return
    is_either = node.parent().parent().value
    has_either = isinstance(is_either, dict) and bool(is_either.get(_INTEGER_OR_STRING))
    for name in _ONLY_OUTSIDE:
        if name in node.value and not (has_either and name == "type"):
            yield _field(node, name).finding(
                f"the schema is not structural: {quoted(name)} stands inside of an alternative"
            )
    for child in (*node.each("properties.{}"), *node.each("items")):
        yield from _alternative(child)
    for name in _ALTERNATIVES:
        for item in node.each(f"{name}[]"):
            yield from _alternative(item)


def _field(node: Node, name: str) -> Node:
    return node.key(name) or node


def _flag(node: Node, name: str) -> bool:
    found = node.key(name)
    return found is not None and found.value is True
