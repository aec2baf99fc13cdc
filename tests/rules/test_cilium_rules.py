"""What fixtures cannot show of the Cilium rules: odd types, the syntax of RE2, ports, and each other's silence."""

from collections.abc import Iterator
from pathlib import Path as File
from typing import cast

import pytest
import yaml

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.path import Path
from service_mesh.model.re2 import regex_fault
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._ports import is_service_name, port_number
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.support.fixture import cases, findings_of

FIXTURES = File(__file__).parent / "cilium"
RULES = tuple(rule for rule in load_rules() if rule.family == "cilium")
JUNK: tuple[object, ...] = (None, "x", 7, True, [], {}, [None], ["x"], [[]], {"x": None}, [{"ports": 1}], {"a": ["b"]})


def fixture(rule: Rule) -> File:
    return FIXTURES / f"{rule.name.replace('-', '_')}.yaml"


def test_every_rule_has_a_fixture_with_a_firing_and_a_quiet_case() -> None:
    assert sorted(path.name for path in FIXTURES.glob("*.yaml") if ".fixed." not in path.name) == sorted(
        fixture(rule).name for rule in RULES
    )
    for rule in RULES:
        told = {bool(case.expectations) for case in cases(fixture(rule))}
        assert told == {True, False}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_fixture_of_a_rule_is_clean_for_all_other_rules_and_the_schema(rule: Rule) -> None:
    codes = [other.code for other in load_rules().about_files() if other.code != rule.code]
    found = [finding for case in cases(fixture(rule)) for finding in findings_of(case, *codes)]
    assert [(f.line, f.code, f.message) for f in found] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_survives_odd_types_in_every_place_of_its_fixture(rule: Rule) -> None:
    for case in cases(fixture(rule)):
        for document in yaml.safe_load_all(case.source.text):
            for path in paths(document):
                for junk in JUNK:
                    ask(rule, Resource(cast("dict[str, object]", replaced(document, path, junk))))


def ask(rule: Rule, resource: Resource) -> None:
    mesh = MeshView([resource], Complete.YES)
    if resource.kind in rule.about and rule.check is not None:
        assert all(draft.message for draft in rule.check(resource, mesh))


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield (*path, step)
        yield from paths(item, (*path, step))


def replaced(value: object, path: Path, junk: object) -> object:
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(cast("list[object]", value))
    copy[path[0]] = replaced(copy[path[0]], path[1:], junk)  # type: ignore[index]  # the path was walked already
    return copy


@pytest.mark.parametrize(
    "text",
    [
        "", "^*", ".*", "a|b|", "()", "(|a)*", "a{,2}", "a{2}{", "a{01}", "x{1000}", "[]a]", "[^]a]", "[a-]", "[-a]",
        "[[:alpha:]_]", "[?-[:a]", r"[\]]", r"\z", r"\pL+", r"\p{Greek}", r"\x{10FFFF}", r"\Q(*\E+", r"\Qopen(",
        r"a\.b", r"\12", "(?i)a", "a(?i)b", "(?s-i:a)", "(?P<n>a)", "(?<n>a)", "a??", "a+?", "a{2,3}?", "}",
        "]", r"\-\_", "é*",
    ],
)  # fmt: skip
def test_expressions_that_go_compiles_have_no_fault(text: str) -> None:
    assert regex_fault(text) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("*", "'*' stands behind nothing to repeat"),
        ("a|+", "'+' stands behind nothing to repeat"),
        ("(*a)", "'*' stands behind nothing to repeat"),
        ("{2}", "'{2}' stands behind nothing to repeat"),
        ("a**", "a repetition is repeated"),
        ("a++", "a repetition is repeated"),
        ("a{2}{3}", "a repetition is repeated"),
        ("a???", "a repetition is repeated"),
        ("a{1001}", "the count '{1001}' is not valid"),
        ("a{3,2}", "the count '{3,2}' is not valid"),
        ("(a", "a group is not closed"),
        ("a)", "a group is closed that was not opened"),
        ("[a", "a class is not closed"),
        ("[]", "a class is not closed"),
        ("[z-a]", "the range 'z-a' runs backwards"),
        ("(?=a)", "'(?=' is not supported"),
        ("(?<!a)", "'(?<!' is not supported"),
        ("(?>a)", "'(?>' is not supported"),
        (r"(a)\1", r"the back reference '\1' is not supported"),
        (r"\8", r"the back reference '\8' is not supported"),
        (r"\Z", r"the escape '\Z' is not supported"),
        (r"\E", r"the escape '\E' is not supported"),
        ("a\\", "a backslash ends it"),
    ],
)
def test_fault_of_an_expression_is_named(text: str, fault: str) -> None:
    assert regex_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("80", 80), ("0", 0), ("010", 8), ("65535", 65535), ("1_000", 1000), ("65536", None), ("089", None),
        ("-1", None), ("+1", None), ("", None), ("1__0", None), ("http", None), ("80 ", None), ("٨", None),
    ],
)  # fmt: skip
def test_port_is_read_as_the_agent_does(text: str, number: int | None) -> None:
    assert port_number(text) == number


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("http", True), ("0x10", True), ("a-1", True), ("1", False), ("a-", False), ("a--b", False), ("x" * 16, False)],
)
def test_service_name_has_a_letter_and_at_most_fifteen_characters(text: str, *, is_name: bool) -> None:
    assert is_service_name(text) == is_name
