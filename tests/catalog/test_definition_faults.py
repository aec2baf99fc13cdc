"""What the API server has against a definition: every fault with its node and its words, and what it takes."""

from collections.abc import Mapping

import pytest

from service_mesh.catalog.structural import MAX_FAULTS, definition_faults
from service_mesh.model.resource import Resource

STRING: Mapping[str, object] = {"type": "string"}
ROOT = "/spec/versions/0/schema/openAPIV3Schema"


def version(schema: object, **fields: object) -> dict[str, object]:
    return {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}, **fields}


def definition(*versions: object, name: str = "widgets.shop.example", **spec: object) -> Resource:
    names = {"kind": "Widget", "plural": "widgets"}
    whole = {"group": "shop.example", "scope": "Namespaced", "names": names, "versions": list(versions), **spec}
    return Resource(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": name},
            "spec": {key: value for key, value in whole.items() if value is not None},
        }
    )


def told(resource: Resource) -> list[tuple[str, str]]:
    """Pointer and message of every fault."""
    return [(draft.node.pointer if draft.node else "", draft.message) for draft in definition_faults(resource)]


def field(**schema: object) -> Resource:
    return definition(version({"type": "object", "properties": {"size": schema}}))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer"},
        {"type": "array", "items": STRING},
        {"type": "object", "additionalProperties": STRING},
        {"type": "object", "additionalProperties": True},
        {"type": "object", "properties": {"a": STRING}, "additionalProperties": None},
        {"x-kubernetes-preserve-unknown-fields": True},
        {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
        {"type": "object", "properties": {"a": STRING}, "oneOf": [{"required": ["a"]}, {"not": {"required": ["a"]}}]},
    ],
)
def test_structural_schema_is_taken(schema: dict[str, object]) -> None:
    assert told(field(**schema)) == []


@pytest.mark.parametrize(
    ("schema", "place", "message"),
    [
        ({}, "", f"the schema is not structural: 'type' is missing in '{ROOT[1:].replace('/', '.')}.properties.size'"),
        ({"type": "text"}, "/type", "'type' is 'text', no type of a schema"),
        (
            {"type": "object", "patternProperties": {}},
            "/patternProperties",
            "the schema is not structural: 'patternProperties' is not allowed in it",
        ),
        (
            {"type": "array", "items": STRING, "uniqueItems": True},
            "/uniqueItems",
            "'uniqueItems' is not allowed in the schema of a definition",
        ),
        (
            {"type": "object", "properties": {"a": STRING}, "additionalProperties": STRING},
            "/additionalProperties",
            "the schema is not structural: 'additionalProperties' stands beside 'properties'",
        ),
        (
            {"type": "object", "additionalProperties": False},
            "/additionalProperties",
            "'additionalProperties' may not be 'false' in a definition",
        ),
        (
            {"type": "object", "properties": {"a": 7}},
            "/properties/a",
            "'a' is the number '7' where a schema is expected",
        ),
        (
            {"type": "string", "not": {"type": "string"}},
            "/not/type",
            "the schema is not structural: 'type' stands inside of an alternative",
        ),
        (
            {"type": "string", "allOf": [{"anyOf": [{"nullable": True}, "x"]}]},
            "/allOf/0/anyOf/0/nullable",
            "the schema is not structural: 'nullable' stands inside of an alternative",
        ),
        (
            {"type": "object", "anyOf": [{"properties": {"a": {"default": 1}}}]},
            "/anyOf/0/properties/a/default",
            "the schema is not structural: 'default' stands inside of an alternative",
        ),
    ],
)
def test_fault_of_a_schema_is_told_on_its_node(schema: dict[str, object], place: str, message: str) -> None:
    found = told(field(**schema))
    path = f"{ROOT}/properties/size{place}"
    assert [(pointer, text.replace("[0]", ".0")) for pointer, text in found] == [(path, message)]


def test_list_without_a_schema_of_its_items_is_told() -> None:
    ((pointer, message),) = told(field(type="array"))
    assert (pointer, message.startswith("'items' is missing in '")) == (f"{ROOT}/properties/size", True)


@pytest.mark.parametrize(
    ("resource", "faults"),
    [
        (Resource({"spec": []}), [("", "'spec' is missing in the definition")]),
        (
            definition(version({"type": "object"}), scope=None),
            [("/spec", "'scope' is missing in 'spec' of the definition")],
        ),
        (
            definition(version({"type": "object"}), names={"plural": "widgets"}),
            [("/spec/names", "'kind' is missing in 'spec.names'")],
        ),
        (definition(versions=None), [("/spec", "'versions' is missing in 'spec' of the definition")]),
        (definition(), [("/spec/versions", "'spec.versions' holds no version")]),
        (
            definition(version({"type": "object"}), name="widget.shop.example"),
            [("/metadata/name", "the definition is named 'widget.shop.example', not 'widgets.shop.example'")],
        ),
        (
            definition(version({"type": "object"}, storage=False)),
            [("/spec/versions", "no versions are marked as 'storage', one has to be")],
        ),
        (
            definition(version({"type": "object"}), version({"type": "object"}, name="v2")),
            [("/spec/versions", "2 versions are marked as 'storage', one has to be")],
        ),
        (
            definition(version({"type": "object"}), {"served": True}),
            [("/spec/versions/1", "a version has no 'name'")],
        ),
        (definition(version([])), [("/spec/versions/0", "version 'v1' has no 'schema.openAPIV3Schema'")]),
        (
            definition(version({"type": "array", "items": STRING})),
            [(ROOT, "the schema of version 'v1' has no type 'object'")],
        ),
    ],
    ids=["spec", "part", "kind", "versions", "no version", "name", "no storage", "two", "nameless", "schema", "root"],
)
def test_fault_of_a_part_is_told_on_its_node(resource: Resource, faults: list[tuple[str, str]]) -> None:
    assert told(resource) == faults


def test_definition_without_names_is_told_once() -> None:
    assert told(definition(version({"type": "object"}), names=None)) == [
        ("/spec", "'names' is missing in 'spec' of the definition")
    ]


def test_only_the_first_faults_are_told() -> None:
    fields: dict[str, object] = {f"field{number}": {} for number in range(3 * MAX_FAULTS)}
    assert len(told(definition(version({"type": "object", "properties": fields})))) == MAX_FAULTS
