"""How rules of schemas are recognised, and what happens to one that is not."""

import pytest

from service_mesh.catalog.constraints.known import TRANSITION, alternatives_of, hash_of, known_names, rules_of
from service_mesh.catalog.constraints.known_alternatives import ALTERNATIVES
from service_mesh.catalog.constraints.known_rules import RULES
from service_mesh.catalog.constraints.named import named_constraints
from service_mesh.catalog.convert import facts_from_schema


def test_every_name_of_the_tables_is_a_constraint_and_every_constraint_is_in_a_table() -> None:
    assert {*RULES.values(), *ALTERNATIVES.values()} - {TRANSITION} == set(named_constraints())


def test_spaces_of_a_rule_do_not_matter() -> None:
    rule = {"x-kubernetes-validations": [{"rule": " self  !=\n'x' ", "message": "unused"}]}
    assert list(rules_of(rule)) == ["self != 'x'"]


def test_order_of_keys_of_alternatives_does_not_matter() -> None:
    one = {"oneOf": [{"required": ["a"], "properties": {"a": {}}}]}
    other = {"oneOf": [{"properties": {"a": {}}, "required": ["a"]}]}
    assert list(alternatives_of(one)) == list(alternatives_of(other))


def test_alternatives_of_an_integer_or_string_are_none() -> None:
    schema = {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert list(alternatives_of(schema)) == []
    assert facts_from_schema(schema) == "int-or-string"


def test_unknown_rule_stops_the_build_and_says_what_to_do() -> None:
    rule = "self.first < self.last"
    with pytest.raises(ValueError, match="no constraint is known for the rules") as raised:
        known_names({"x-kubernetes-validations": [{"rule": rule}]})
    assert str(raised.value) == (
        f"no constraint is known for the rules '{rule}': find the one that says the same or write it in"
        f" service_mesh/catalog/constraints, then add '{hash_of(rule)}' with its name to known_rules.py there"
    )


def test_unknown_alternatives_stop_the_build() -> None:
    with pytest.raises(ValueError, match="with its name to known_alternatives"):
        facts_from_schema({"type": "object", "not": {"required": ["first", "last"]}})


def test_alternatives_become_a_name_in_the_facts() -> None:
    fields = {name: {"type": "string"} for name in ("matchName", "matchPattern")}
    either = [{"properties": {name: {}}, "required": [name]} for name in fields]
    fact = facts_from_schema({"type": "object", "properties": fields, "oneOf": either})
    assert fact == {"fields": {"matchName": "string", "matchPattern": "string"}, "rules": ["fqdn-one"]}
