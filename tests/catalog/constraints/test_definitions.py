"""Definitions that a user gives: their rules asked through the CEL library, and ways in which they can be wrong."""

from collections.abc import Mapping
from importlib.util import find_spec

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.cel import definitions as definitions_module
from service_mesh.catalog.cel.definitions import Definitions, read_definitions
from service_mesh.catalog.judgement import Outcome
from service_mesh.model.resource import Resource

needs_cel = pytest.mark.skipif(find_spec("cel_expr_python") is None, reason="cel-expr-python is not installed")
RULES = [
    {"rule": "self.least <= self.most", "message": "least above most", "fieldPath": ".most"},
    {"rule": "!has(self.__namespace__) || self.__namespace__ != 'kube-system'", "message": "not there"},
]
FIELDS: Mapping[str, object] = {
    "least": {"type": "integer", "default": 5},
    "most": {"type": "integer"},
    "namespace": {"type": "string"},
    "first": {"type": "string"},
    "last": {"type": "string"},
}


def _crd(*rules: Mapping[str, object], kind: str = "Widget", **spec: object) -> Resource:
    node = {"type": "object", "properties": FIELDS, "x-kubernetes-validations": list(rules), **spec}
    schema = {"type": "object", "properties": {"spec": node}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return Resource(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{kind.lower()}s.shop.example"},
            "spec": {
                "group": "shop.example",
                "names": {"kind": kind, "plural": f"{kind.lower()}s"},
                "scope": "Namespaced",
                "versions": [version],
            },
        }
    )


def _told(read: Definitions, **spec: object) -> list[tuple[str, str, str]]:
    data = {"apiVersion": "shop.example/v1", "kind": "Widget", "metadata": {"name": "small"}, "spec": spec}
    judgement = Catalogue.bundled().narrowed({}, read.given).check(Resource(data))
    return [(code, draft.node.pointer if draft.node else "", draft.message) for code, draft in judgement.faults]


@needs_cel
def test_rule_is_asked_with_defaults_filled_in() -> None:
    read = read_definitions([_crd(*RULES)])
    assert (read.faults, read.unchecked, dict(read.given.unusable)) == ((), {}, {})
    assert _told(read, most=3) == [
        ("SC136", "/spec/most", "the rule 'least above most' of the given definition is broken in 'spec.most'")
    ]
    assert _told(read, most=5, namespace="shop") == []


@needs_cel
def test_field_whose_name_is_a_number_is_reached_by_rules_and_in_findings() -> None:
    ports = {"type": "object", "additionalProperties": {"type": "integer"}}
    rule = {"rule": "self.ports.all(key, self.ports[key] < 9) && !('80' in self.ports)", "message": "no 80"}
    read = read_definitions([_crd(rule, properties={"ports": ports})])
    assert _told(read, ports={"8": 1, "007": 2, "+9": 3}) == []
    assert _told(read, ports={"80": 1, "8": 2}) == [
        ("SC136", "/spec", "the rule 'no 80' of the given definition is broken in 'spec'")
    ]
    assert _told(read, ports={"81": "x"}) == [
        ("SC121", "/spec/ports/81", "'81' is the string 'x' where an integer is expected")
    ]


@needs_cel
def test_null_that_is_dropped_is_seen_by_no_rule() -> None:
    texts = {"type": "object", "additionalProperties": {"type": "string"}}
    kept = {"type": "object", "additionalProperties": {"type": "string", "nullable": True}}
    for schema, faults in ((texts, 0), (kept, 1)):
        read = read_definitions([_crd({"rule": "size(self.texts) == 0"}, properties={"texts": schema})])
        assert len(_told(read, texts={"a": None})) == faults


def test_null_that_is_dropped_meets_no_alternative() -> None:
    alternatives = [{"required": ["first"]}, {"required": ["last"]}]
    read = read_definitions([_crd(oneOf=alternatives)])
    assert _told(read, first="a", last=None) == []
    assert _told(read, first=None) == [
        ("SC136", "/spec", "the alternatives 'oneOf' of the given definition are not met in 'spec'")
    ]
    fields = {name: {"type": "string", "nullable": True} for name in ("first", "last")}
    assert len(_told(read_definitions([_crd(oneOf=alternatives, properties=fields)]), first="a", last=None)) == 1


@needs_cel
def test_field_that_cel_cannot_spell_is_reached_under_its_other_name() -> None:
    assert [pointer for _, pointer, _ in _told(read_definitions([_crd(*RULES)]), most=9, namespace="kube-system")] == [
        "/spec"
    ]


@needs_cel
def test_rule_whose_evaluation_fails_is_broken() -> None:
    assert _told(read_definitions([_crd(RULES[0])])) == [
        (
            "SC136",
            "/spec",
            "the rule 'least above most' of the given definition fails"
            " (Key not found in map : \"most\") in 'spec.most'",
        )
    ]


@needs_cel
def test_words_of_a_message_expression_are_used() -> None:
    rule = {"rule": "self.least < 9", "messageExpression": "'least is ' + string(self.least)"}
    assert _told(read_definitions([_crd(rule)]), least=9) == [
        ("SC136", "/spec", "the rule 'least is 9' of the given definition is broken in 'spec'")
    ]


@needs_cel
def test_rule_with_an_error_of_syntax_is_told_at_its_place_and_the_kind_is_not_checked() -> None:
    read = read_definitions([_crd(RULES[0], {"rule": "self.least <"})])
    ((code, draft),) = read.faults
    assert draft.node is not None
    assert (code, draft.message, draft.node.pointer) == (
        "SC141",
        "the CEL rule 'self.least <' does not compile: Syntax error: mismatched input '<EOF>'",
        "/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations/1/rule",
    )
    assert (dict(read.given.kinds), dict(read.given.unusable)) == (
        {},
        {("shop.example", "Widget"): "the given definition of 'Widget.shop.example' is faulty"},
    )


@needs_cel
def test_rule_that_this_library_cannot_compile_is_not_checked_and_the_others_are() -> None:
    read = read_definitions([_crd({"rule": "semver(self.first) != null"}, RULES[0])])
    assert read.unchecked["shop.example", "Widget"] == (
        "the CEL rule 'semver(self.first) != null' is not checked: undeclared reference to 'semver' (in container '')",
    )
    assert [code for code, _, _ in _told(read, most=3)] == ["SC136"]


@needs_cel
def test_rule_about_the_stored_object_is_passed_over() -> None:
    read = read_definitions([_crd({"rule": "self.least == oldSelf.least"})])
    assert (read.unchecked, _told(read, least=1)) == ({}, [])


@needs_cel
def test_rule_of_nested_walks_is_not_asked_of_a_large_object() -> None:
    walk = "self.all(a, self.all(b, self.all(c, self.all(d, size(a + b + c + d) < 9))))"
    fields = {"names": {"type": "array", "items": {"type": "string"}, "x-kubernetes-validations": [{"rule": walk}]}}
    read = read_definitions([_crd(properties=fields)])
    assert _told(read, names=["a", "bb"]) == []
    assert _told(read, names=["abc"]) != []
    assert _told(read, names=["a"] * 40) == []
    assert read.unjudged == {walk: "the object is too large for the rule to be checked"}


def test_without_the_library_rules_are_counted_and_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions_module, "is_cel_installed", lambda: False)
    read = read_definitions([_crd(*RULES)])
    assert read.unchecked == {
        ("shop.example", "Widget"): (
            "2 CEL rules are not checked, the library for them is not installed: pip install 'service-mesh-skill[cel]'",
        )
    }
    assert _told(read, most=3) == []


def test_rule_that_the_package_knows_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions_module, "is_cel_installed", lambda: False)
    fields = {name: {"type": "string"} for name in ("matchName", "matchPattern")}
    either = [{"properties": {name: {}}, "required": [name]} for name in fields]
    read = read_definitions([_crd(properties=fields, oneOf=either)])
    assert (read.unchecked, _told(read)) == (
        {},
        [("SC131", "/spec", "'matchName' or 'matchPattern' is missing in 'spec'")],
    )


def test_alternatives_that_nobody_knows_are_asked_as_they_stand() -> None:
    read = read_definitions([_crd(oneOf=[{"required": ["first"]}, {"required": ["last"]}])])
    assert _told(read, first="a") == []
    assert _told(read, first="a", last="b") == [
        ("SC136", "/spec", "the alternatives 'oneOf' of the given definition are not met in 'spec'")
    ]


def test_second_definition_of_a_kind_is_reported_and_the_first_counts() -> None:
    read = read_definitions([_crd(), _crd(properties={"other": {"type": "string"}})])
    assert [(code, draft.message) for code, draft in read.faults] == [
        ("SC141", "'Widget.shop.example' is defined a second time, the first definition counts")
    ]
    assert [(note.node.pointer, note.text) for _, draft in read.faults for note in draft.related] == [
        ("/spec/names/kind", "the first of them")
    ]
    assert [code for code, _, _ in _told(read, other="a")] == ["SC120"]


def test_definition_of_an_old_version_is_reported_and_its_objects_are_not_checked() -> None:
    read = read_definitions([Resource({**_crd().data, "apiVersion": "apiextensions.k8s.io/v1beta1"})])
    assert [draft.message for _, draft in read.faults] == [
        "the definition is of 'apiextensions.k8s.io/v1beta1', which no API server takes since Kubernetes 1.22"
    ]
    widget = Resource({"apiVersion": "shop.example/v1", "kind": "Widget", "metadata": {"name": "small"}})
    judgement = Catalogue.bundled().narrowed({}, read.given).check(widget)
    assert (judgement.outcome, judgement.reason) == (
        Outcome.NOT_CHECKED,
        "the given definition of 'Widget.shop.example' is faulty",
    )


@pytest.mark.parametrize(
    ("broken", "message", "place"),
    [
        ({"pattern": "("}, "'pattern' is the string '(', which the API server cannot use", "/pattern"),
        ({"maxLength": "many"}, "'maxLength' is the string 'many', which the API server cannot use", "/maxLength"),
        ({"enum": 7}, "'enum' is the number '7', which the API server cannot use", "/enum"),
    ],
    ids=["a pattern that is none", "a bound that is no number", "values that are no list"],
)
def test_schema_that_cannot_be_used_is_reported_at_its_place(
    broken: dict[str, object], message: str, place: str
) -> None:
    fields = {"pattern": {"type": "string"}, "name": {"type": "string", **broken}}
    read = read_definitions([_crd(properties=fields)])
    ((code, draft),) = read.faults
    assert draft.node is not None
    start = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/name"
    assert (code, draft.message, draft.node.pointer) == ("SC141", message, f"{start}{place}")
    assert read.given.unusable["shop.example", "Widget"].endswith("'Widget.shop.example' cannot be read")


def test_schema_of_another_shape_is_reported_for_the_whole_definition() -> None:
    read = read_definitions([_crd(properties=7)])
    assert [(code, draft.message, draft.node and draft.node.pointer) for code, draft in read.faults] == [
        ("SC141", "the given definition of 'Widget.shop.example' cannot be read", "")
    ]


def test_sound_definition_behind_a_faulty_one_does_not_count() -> None:
    faulty = Resource({**_crd().data, "apiVersion": "apiextensions.k8s.io/v1beta1"})
    read = read_definitions([faulty, _crd()])
    assert [draft.message.partition(",")[0] for _, draft in read.faults] == [
        "the definition is of 'apiextensions.k8s.io/v1beta1'",
        "'Widget.shop.example' is defined a second time",
    ]
    assert (dict(read.given.kinds), list(read.given.unusable)) == ({}, [("shop.example", "Widget")])


def test_faulty_definition_behind_a_sound_one_is_told_and_the_sound_one_judges() -> None:
    faulty = Resource({**_crd().data, "apiVersion": "apiextensions.k8s.io/v1beta1"})
    read = read_definitions([_crd(), faulty])
    assert [code for code, _ in read.faults] == ["SC141"]
    assert (list(read.given.kinds), dict(read.given.unusable)) == ([("shop.example", "Widget")], {})
    assert [code for code, _, _ in _told(read, other="a")] == ["SC120"]


def test_objects_of_other_kinds_are_passed_over() -> None:
    read = read_definitions([Resource({"apiVersion": "v1", "kind": "ConfigMap"})])
    assert (dict(read.given.kinds), read.faults) == ({}, ())
