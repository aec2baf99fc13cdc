"""Where broken constraints are reported, in which words, and when not: one fault, one finding."""

from collections.abc import Mapping

from service_mesh.catalog.constraints.named import named_constraints
from service_mesh.catalog.convert import facts_from_schema
from service_mesh.catalog.shape import Shape
from service_mesh.model.resource import Resource

STRING = {"type": "string"}
FILTER = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"type": "string", "enum": ["CORS", "RequestMirror", "RequestRedirect"], "default": "CORS"},
        **{
            name: {"type": "object", "properties": {"a": STRING}}
            for name in ("cors", "requestMirror", "requestRedirect")
        },
    },
}
LISTENER = {
    "type": "object",
    "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}},
}
NAMES = {
    "filter": [f"filter-{kind}-{what}" for kind in ("CORS", "RequestMirror") for what in ("needed", "refused")],
    "listeners": ["listeners-distinct"],
    "policy": ["policy-target-one"],
    "timeout": ["duration-from-1ms"],
    "timeouts": ["timeouts-ordered"],
}
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "filter": FILTER,
    "listeners": {"type": "array", "items": LISTENER},
    "policy": {
        "type": "object",
        "properties": {
            "selector": {"type": "object", "properties": {"a": STRING}},
            "targetRef": STRING,
            "targetRefs": {"type": "array", "items": STRING},
        },
    },
    "timeout": {"type": "string", "maxLength": 6},
    "timeouts": {"type": "object", "properties": {"request": STRING, "backendRequest": STRING}},
}


def _told(**spec: object) -> list[tuple[str, str, str]]:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": SCHEMAS}}}
    names = {id(SCHEMAS[name]): constraints for name, constraints in NAMES.items()}
    fact = facts_from_schema(schema, lambda node: names.get(id(node), []))
    shape = Shape.of(fact, lambda _: "any", {}, "any", is_deprecated=False, named=named_constraints().__getitem__)
    resource = Resource({"spec": spec})
    faults = shape.faults(resource)
    assert shape.accepts(resource.data) is not bool(faults)
    return [(code, draft.node.pointer if draft.node else "", draft.message) for code, draft in faults]


def test_second_of_two_exclusive_fields_is_named() -> None:
    assert _told(policy={"targetRefs": ["a"], "selector": {}}) == [
        ("SC130", "/spec/policy/targetRefs", "'targetRefs' stands beside 'selector', which it excludes")
    ]


def test_fault_inside_of_an_exclusive_field_does_not_hide_that_it_stands_there() -> None:
    assert [code for code, _, _ in _told(policy={"targetRefs": [7], "selector": {"a": 7}})] == [
        "SC121",
        "SC121",
        "SC130",
    ]


def test_exclusive_field_of_a_wrong_type_is_told_once() -> None:
    assert [code for code, _, _ in _told(policy={"targetRefs": 7, "selector": {}})] == ["SC121"]


def test_null_stands_for_absent() -> None:
    assert _told(policy={"targetRefs": ["a"], "selector": None}) == []


def test_value_of_a_wrong_form_is_named() -> None:
    assert _told(timeout="soon") == [("SC133", "/spec/timeout", "'timeout' is 'soon', not a duration of at least 1ms")]


def test_value_that_the_structure_refuses_is_told_once() -> None:
    assert [code for code, _, _ in _told(timeout="very soon")] == ["SC123"]


def test_default_decides_and_is_named_where_it_would_be() -> None:
    assert _told(filter={}) == [("SC131", "/spec/filter", "'cors' is missing for type 'CORS' in 'spec.filter'")]


def test_wrong_branch_of_a_union_is_told_once() -> None:
    assert _told(filter={"type": "RequestMirror", "cors": {}}) == [
        ("SC131", "/spec/filter", "'requestMirror' is missing for type 'RequestMirror' in 'spec.filter'")
    ]


def test_second_branch_of_a_union_is_refused() -> None:
    assert _told(filter={"cors": {}, "requestMirror": {}}) == [
        (
            "SC132",
            "/spec/filter/requestMirror",
            "'requestMirror' stands beside type 'CORS', it belongs to type 'RequestMirror'",
        )
    ]


def test_branch_of_a_misspelt_type_is_not_refused_on_top() -> None:
    assert [code for code, _, _ in _told(filter={"type": "RequestMiror", "requestMirror": {}})] == ["SC122"]


def test_misspelt_branch_is_not_missing_on_top() -> None:
    assert [code for code, _, _ in _told(filter={"type": "CORS", "corz": {}})] == ["SC120"]


def test_items_are_named_with_their_list() -> None:
    assert _told(listeners=[{"port": 80}, {"port": 81}, {"port": 80, "protocol": "TCP"}]) == [
        (
            "SC134",
            "/spec/listeners/2",
            "'listeners[2]' has the port, protocol and hostname of 'listeners[0]'",
        )
    ]


def test_values_out_of_relation_are_both_named() -> None:
    assert _told(timeouts={"request": "1s", "backendRequest": "2s"}) == [
        ("SC135", "/spec/timeouts/backendRequest", "'backendRequest' is '2s', longer than 'request', '1s'")
    ]
